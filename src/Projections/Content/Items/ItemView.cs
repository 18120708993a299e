using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>An item as a reader of one locale sees it.</summary>
/// <param name="Id">The item.</param>
/// <param name="SiteId">Home site.</param>
/// <param name="Type">Name of its content type.</param>
/// <param name="Locale">The closest locale that it's in.</param>
/// <param name="Slug">In that locale.</param>
/// <param name="Version">The content version shown.</param>
/// <param name="Fields">Each from the closest locale that has it; references as ids.</param>
/// <param name="Fallbacks">Fields that are from another locale, and from which.</param>
public sealed record ItemView(
    Guid Id, Guid SiteId, string Type, string Locale, string Slug, long Version, Fields Fields, ImmutableSortedDictionary<string, string> Fallbacks);

/// <summary>An item with what it refers to.</summary>
/// <param name="Item">The item asked for.</param>
/// <param name="Includes">Items that it refers to, those that these refer to and so on, each once, nearest first.</param>
/// <param name="Missing">Ids referred to that can't be shown: archived, or not live where only live items are asked for.</param>
/// <param name="Truncated">Whether more was referred to than is shown.</param>
public sealed record ResolvedItem(ItemView Item, IReadOnlyList<ItemView> Includes, IReadOnlyList<Guid> Missing, bool Truncated)
{
    public const int MaxIncludes = 200;
    public const int MaxDepth = 5;

    /// <summary>Reads an item and resolves its references, a round trip a level.</summary>
    /// <param name="session">The reader's tenant.</param>
    /// <param name="id">The item.</param>
    /// <param name="locale">The reader's; null: each item's own.</param>
    /// <param name="isLive">What is published; else the drafts.</param>
    /// <param name="depth">Levels of references, 0 to <see cref="MaxDepth"/>.</param>
    /// <param name="cancel">Cancels the reading.</param>
    public static async Task<(ResolvedItem? Item, long Index, long Lag)> FindAsync(
        IQuerySession session, Guid id, string? locale, bool isLive, int depth, CancellationToken cancel)
    {
        var types = new Dictionary<string, ContentType>(StringComparer.Ordinal);
        var (first, index, lag) = await LoadAsync([id]);
        if (first.Count == 0)
            return (null, index, lag);

        var seen = new HashSet<Guid> { id };
        var includes = new List<ItemView>();
        var missing = new List<Guid>();
        var (level, truncated) = (first, false);
        for (var left = depth; left > 0 && level.Count > 0; left--)
        {
            var wanted = level.SelectMany(view => ItemReferences.OfAnyVersion(types[view.Type], view.Fields)).Select(reference => reference.ItemId)
                .Where(seen.Add).ToList();
            truncated |= wanted.Count > MaxIncludes - includes.Count;
            wanted = [.. wanted.Take(MaxIncludes - includes.Count)];
            (level, _, _) = await LoadAsync(wanted);
            includes.AddRange(level);
            missing.AddRange(wanted.Except(level.Select(view => view.Id)));
        }

        return (new ResolvedItem(first[0], includes, missing, truncated), index, lag);

        async Task<(List<ItemView> Views, long Index, long Lag)> LoadAsync(List<Guid> ids)
        {
            if (ids.Count == 0) return ([], -1, 0);
            var found = await ItemDetails.FindAsync(session, ids, cancel);
            foreach (var name in found.Items.Select(item => item.Type).Where(name => !types.ContainsKey(name)).Distinct().ToList())
                types.Add(name, (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(name), cancel: cancel)).State);
            var views = found.Items.Select(item => View(item, types[item.Type], locale, isLive)).OfType<ItemView>().ToDictionary(view => view.Id);
            return ([.. ids.Where(views.ContainsKey).Select(one => views[one])], found.Index, found.Lag);
        }
    }

    private static ItemView? View(ItemDetails item, ContentType type, string? locale, bool isLive)
    {
        if (item.Status is ItemStatus.Archived || (isLive && item.Live is null)) return null;
        var (fields, variants, version) = isLive ? (item.Live!.Fields, item.Live.Locales, item.Live.Version) : (item.Fields, item.Locales, item.ContentVersion);
        var seen = LocaleFallback.Of(
            locale ?? item.Locale, new LocaleVariant(item.Locale, item.Slug, fields), variants,
            name => type.Versions.Any(version => version.Fields.Any(field => field.Name == name && field.Localized)));
        // Slugs are where an item stands now, whatever it was when its texts went live.
        var slug = item.Locales.FirstOrDefault(variant => variant.Locale == seen.Locale)?.Slug ?? seen.Slug;
        return new ItemView(item.Id, item.SiteId, item.Type, seen.Locale, slug, version, seen.Fields, seen.Fallbacks);
    }
}
