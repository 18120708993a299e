using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Api.Content;

/// <summary>What an import makes of a file.</summary>
public enum ArticleOutcome
{
    Unchanged,
    Created,
    Edited,
}

/// <summary>The commands that bring an item to what its file says.</summary>
/// <param name="Outcome">How the file counts once they are accepted.</param>
/// <param name="Commands">In this order; the one that records the file's digest comes after all that could be refused, so an interrupted import does them again.</param>
public sealed record ArticlePlan(ArticleOutcome Outcome, ImmutableArray<object> Commands)
{
    private static readonly ArticlePlan Nothing = new(ArticleOutcome.Unchanged, []);

    /// <summary>The same file of the same site is the same item, whoever imports it.</summary>
    public static Guid ItemIdOf(Guid siteId, string path) => DerivedId.From("content.import", siteId.ToString(), path);

    /// <param name="siteId">The site.</param>
    /// <param name="article">The file.</param>
    /// <param name="publish">Publish what changed, and what an interrupted import changed.</param>
    /// <param name="item">The item as it is.</param>
    /// <param name="history">The item's events, oldest first; needed if <see cref="NeedsHistory"/>.</param>
    /// <exception cref="ArticleRefusedException">No command makes of the item what the file says.</exception>
    public static ArticlePlan Of(Guid siteId, Article article, bool publish, Item item, IReadOnlyList<Event> history)
    {
        var id = ItemIdOf(siteId, article.Source.Path);
        publish &= !article.IsDraft;
        if (!item.Exists)
            return new(ArticleOutcome.Created, WithPublish(new CreateItem(id, siteId, article.Type, article.Locale, article.Slug, article.Fields, article.Source)));
        if (item.Locale != article.Locale || item.Type != article.Type)
            throw new ArticleRefusedException(
                $"The file is {article.Type} in {article.Locale}, but was imported as {item.Type} in {item.Locale}; that can't change. Rename the file to import it anew.");
        if (item.Source == article.Source && (item.Status != ItemStatus.Archived || !WasArchivedByImport(history)))
            return publish && item.Status == ItemStatus.Draft && item.Fields == article.Fields && !WasLiveSinceChange(history)
                ? Nothing with { Commands = [new PublishItem(id)] }
                : Nothing;
        return new(ArticleOutcome.Edited, WithPublish(
        [
            .. item.Status == ItemStatus.Archived ? [new RestoreItem(id)] : Array.Empty<object>(),
            .. item.Slug == article.Slug ? Array.Empty<object>() : [new ChangeSlug(id, article.Slug)],
            new EditItem(id, article.Fields, article.Source),
        ]));

        ImmutableArray<object> WithPublish(params ReadOnlySpan<object> commands) => publish ? [.. commands, new PublishItem(id)] : [.. commands];
    }

    /// <summary>Whether <see cref="Of"/> looks at what happened to an item before.</summary>
    public static bool NeedsHistory(Item item, bool publish) => item.Exists && (item.Status == ItemStatus.Archived || publish && item.Status == ItemStatus.Draft);

    // Put away by hand while the file stands unchanged: that is an editor's decision.
    private static bool WasArchivedByImport(IReadOnlyList<Event> history) =>
        history.LastOrDefault(e => e.Data is ItemArchived)?.Headers.Trigger == ArticleImport.Trigger;

    // Taken off the air by hand since it was last imported: that is an editor's decision too.
    private static bool WasLiveSinceChange(IReadOnlyList<Event> history) =>
        history.Reverse().TakeWhile(e => e.Data is not (ItemCreated or ItemEdited or ItemRestored)).Any(e => e.Data is ItemPublished);
}
