using System.Collections.Concurrent;
using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Content;
using Platform.Projections.Content;

namespace Platform.Api.Content;

/// <summary>
/// Brings a site's items to what a directory of Markdown files says, by the same commands as over HTTP. A file is known by its path and its
/// digest, so an import can be interrupted at any point and done again, and two at once do no harm.
/// </summary>
/// <param name="store">Where a sequencer and projections are at work, here or in another process.</param>
/// <param name="options">What goes where.</param>
public sealed class ArticleImport(IDocumentStore store, ImportOptions options)
{
    /// <summary>What the events of an import have as their trigger.</summary>
    public const string Trigger = "import";

    private static readonly TimeSpan ReadModelLimit = TimeSpan.FromSeconds(60);

    private readonly CommandRunner _runner = new(store);
    private readonly Arrival _arrival = new(options.TenantId, options.User, Trigger, CorrelationId: Guid.CreateVersion7().ToString());

    /// <summary>Reads every file and compares it with its item; changes nothing.</summary>
    /// <param name="directory">What to import.</param>
    /// <param name="progress">Files looked at, of how many.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="ImportImpossibleException">No such site, a directory without articles, or a read model that doesn't follow.</exception>
    public async Task<ImportPlan> PlanAsync(ArticleDirectory directory, Action<long, long>? progress = null, CancellationToken cancel = default)
    {
        var session = store.QuerySession(options.TenantId);
        if (!(await session.Events.AggregateStreamAsync<HomeSite>(options.SiteId, cancel: cancel)).State.Exists)
            throw new ImportImpossibleException($"The tenant {options.TenantId} has no site {options.SiteId}.");
        if (Locale.Problem(options.Locale) is { } problem)
            throw new ImportImpossibleException($"The locale '{options.Locale}' isn't usable: {problem}");
        if (directory.Files.IsEmpty && options.Archive)
            throw new ImportImpossibleException("The directory has no articles (*.md, *.markdown): with nothing to import, everything imported before would be archived.");

        var work = Work(await FindTypeAsync(cancel) ?? DefinedType());
        var planned = new ConcurrentBag<PlannedFile>();
        var tally = new ImportTally(directory.Files.Length, progress);
        await ForEachAsync(directory.Files, async (file, c) =>
        {
            try
            {
                var (article, plan) = await work.PlanAsync(file, c);
                if (plan.Commands.Length > 0)
                    planned.Add(new PlannedFile(file, plan.Outcome, (article.Locale.ToLowerInvariant(), article.Slug), plan.Commands[^1] is PublishItem));
                tally.Add(plan.Outcome, isPublished: false);
            }
            catch (ArticleRefusedException e)
            {
                tally.Add(new ImportRefusal(file.Path, e.Message));
            }
        }, cancel);
        var refused = tally.Report(0, directory.Refused).Refused;
        return new ImportPlan(
            [.. planned.OrderBy(p => p.File.Path, StringComparer.Ordinal)],
            options.Archive ? await FindGoneAsync(directory, session, cancel) : [],
            directory.Files.Length + directory.Refused.Length - planned.Count - refused.Length, refused);
    }

    /// <summary>Sends the commands. Archives first, so that a file that was moved finds its slug free.</summary>
    /// <param name="plan">From <see cref="PlanAsync"/>.</param>
    /// <param name="progress">Files done, of how many.</param>
    /// <param name="cancel">Stops between commands.</param>
    /// <exception cref="ImportImpossibleException">The content type can't be defined.</exception>
    public async Task<ImportReport> ApplyAsync(ImportPlan plan, Action<long, long>? progress = null, CancellationToken cancel = default)
    {
        var work = Work(await DefineTypeAsync(cancel));
        var tally = new ImportTally(plan.Gone.Length + plan.Files.Length, progress);
        await ForEachAsync(plan.Gone, async (gone, c) =>
        {
            if (await work.RunAsync(new ArchiveItem(gone.ItemId), c) is CommandResult.Refused { Rejection: var rejection })
                tally.Add(new ImportRefusal(gone.Path, ArticleWork.Sentence(rejection)));
            else
                tally.AddArchived();
        }, cancel);

        // A file may wait for the slug that another gives up, so conflicts stand only when a whole round has solved none.
        var (waiting, before) = (plan.Files, -1);
        while (waiting.Length > 0)
        {
            var isLast = waiting.Length == before;
            before = waiting.Length;
            waiting = await RoundAsync(work, waiting, tally, isLast, cancel);
        }
        return tally.Report(plan.Unchanged, plan.Refused);
    }

    // Files that want the same slug take turns in order of their paths, so that the same one gets it each time.
    private async Task<ImmutableArray<PlannedFile>> RoundAsync(ArticleWork work, ImmutableArray<PlannedFile> files, ImportTally tally, bool isLast, CancellationToken cancel)
    {
        var waiting = new ConcurrentBag<PlannedFile>();
        await ForEachAsync(files.GroupBy(f => f.SlugKey), async (turns, c) =>
        {
            foreach (var planned in turns)
                try
                {
                    var result = await work.BringAsync(planned.File, c);
                    if (result.Conflict is null)
                        tally.Add(result.Outcome, result.IsPublished);
                    else if (isLast)
                        tally.Add(new ImportRefusal(planned.File.Path, result.Conflict));
                    else
                        waiting.Add(planned);
                }
                catch (Exception e) when (e is ArticleRefusedException or AppendRefusedException)
                {
                    tally.Add(new ImportRefusal(planned.File.Path, e.Message));
                }
        }, cancel);
        return [.. waiting.OrderBy(p => p.File.Path, StringComparer.Ordinal)];
    }

    private async Task<ImmutableArray<(Guid ItemId, string Path)>> FindGoneAsync(ArticleDirectory directory, IQuerySession session, CancellationToken cancel)
    {
        if (!await session.WaitForAllAsync(ItemDetails.ReadModel, ReadModelLimit, cancel))
            throw new ImportImpossibleException($"The read model {ItemDetails.ReadModel} didn't follow within {ReadModelLimit.TotalSeconds:0} s; see ./platform projections, or import with --no-archive.");
        var there = directory.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        return [.. (await ItemDetails.ImportedAsync(session, options.SiteId, cancel)).Items.Where(i => !there.Contains(i.Path) && !directory.MayHave(i.Path))];
    }

    private async Task<ContentType> DefineTypeAsync(CancellationToken cancel)
    {
        if (await FindTypeAsync(cancel) is { } found)
            return found;
        var define = ArticleType.Definition(options.Type);
        await _runner.RunAsync(_arrival, StatusCodes.Status201Created, (session, c) => ContentTypeCommands.Define(define, session, c), cancel);
        // Defined now, by us or by somebody who was faster.
        return await FindTypeAsync(cancel) ?? DefinedType();
    }

    private async Task<ContentType?> FindTypeAsync(CancellationToken cancel) =>
        (await store.QuerySession(options.TenantId).Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(options.Type), cancel: cancel)).State is { Exists: true } type ? type : null;

    private ContentType DefinedType()
    {
        var decision = DefineContentType.Decide(ArticleType.Definition(options.Type), ContentType.Initial);
        return decision.Rejection is { } rejection
            ? throw new ImportImpossibleException($"The content type '{options.Type}' can't be defined: {ArticleWork.Sentence(rejection)}")
            : ContentType.Initial.After(decision.Events);
    }

    private ArticleWork Work(ContentType type) => new(store, _runner, _arrival, options, type);

    private Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, ValueTask> work, CancellationToken cancel) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancel }, work);
}
