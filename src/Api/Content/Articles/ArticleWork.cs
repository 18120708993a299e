using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Content;

namespace Platform.Api.Content;

/// <summary>What became of a file.</summary>
/// <param name="Outcome">How it counts.</param>
/// <param name="IsPublished">Whether it went live.</param>
/// <param name="Conflict">Null: it was imported; else why not, which may pass when other files have been imported.</param>
internal sealed record ArticleResult(ArticleOutcome Outcome, bool IsPublished, string? Conflict = null);

/// <summary>An import's work on one file at a time.</summary>
internal sealed class ArticleWork(IDocumentStore store, CommandRunner runner, Arrival arrival, ImportOptions options, ContentType type)
{
    private const int Attempts = 5;

    /// <exception cref="ArticleRefusedException">The file can't be imported.</exception>
    public async Task<(Article Article, ArticlePlan Plan)> PlanAsync(ArticlePath file, CancellationToken cancel)
    {
        var article = Article.Of(file.Path, await ArticleFile.ReadAsync(file.FullPath, cancel), type, options.Locale);
        var id = ArticlePlan.ItemIdOf(options.SiteId, file.Path);
        var events = store.QuerySession(arrival.TenantId).Events;
        var item = await events.AggregateStreamAsync<Item>(id, cancel: cancel);
        var history = ArticlePlan.NeedsHistory(item.State, options.Publish) ? await events.FetchStreamAsync(id, cancel: cancel) : [];
        return (article, ArticlePlan.Of(options.SiteId, article, options.Publish, item.State, history));
    }

    /// <summary>
    /// Brings the item to what its file says. Plans anew, because file and item may have changed since; and again after a conflict, because
    /// another import may have been faster. A command that conflicts twice really does.
    /// </summary>
    /// <exception cref="ArticleRefusedException">The file can't be imported.</exception>
    public async Task<ArticleResult> BringAsync(ArticlePath file, CancellationToken cancel)
    {
        object? conflicting = null;
        for (var attempt = 1; ; attempt++)
        {
            var (_, plan) = await PlanAsync(file, cancel);
            var (result, command) = await RunAsync(plan, cancel);
            if (result.Conflict is null || Equals(command, conflicting) || attempt == Attempts)
                return result;
            conflicting = command;
        }
    }

    public Task<CommandResult> RunAsync(object command, CancellationToken cancel) =>
        runner.RunAsync(arrival, command is CreateItem ? StatusCodes.Status201Created : StatusCodes.Status200OK, (session, c) => command switch
        {
            CreateItem create => ItemCommands.Create(create, session, c),
            EditItem edit => ItemCommands.Edit(edit, session, c),
            ChangeSlug move => ItemCommands.MoveTo(move, session, c),
            RestoreItem restore => ItemCommands.Restore(restore, session, c),
            PublishItem publish => ItemCommands.Publish(publish, session, c),
            ArchiveItem archive => ItemCommands.Archive(archive, session, c),
            _ => throw new ArgumentException($"An import sends no {command.GetType().Name}.", nameof(command)),
        }, cancel);

    /// <summary>A rejection for people: without its detail where that only counts the fields.</summary>
    public static string Sentence(Rejection rejection) => rejection.Errors.Count == 0
        ? rejection.Detail
        : string.Join(' ', rejection.Errors.Select(e => $"{e.Key}: {string.Join(' ', e.Value)}"));

    private async Task<(ArticleResult Result, object? Refused)> RunAsync(ArticlePlan plan, CancellationToken cancel)
    {
        var isPublished = false;
        foreach (var command in plan.Commands)
            switch (await RunAsync(command, cancel))
            {
                case CommandResult.Accepted { Receipt.Events.Count: var events }:
                    isPublished |= command is PublishItem && events > 0;
                    break;
                case CommandResult.Refused { Rejection: { Kind: not RejectionKind.Invalid } rejection }:
                    return (new(plan.Outcome, isPublished, Sentence(rejection)), command);
                case CommandResult.Refused { Rejection: var rejection }:
                    throw new ArticleRefusedException(command is PublishItem ? $"Imported, but not published: {Sentence(rejection)}" : Sentence(rejection));
            }
        return (new(plan.Outcome, isPublished), null);
    }
}
