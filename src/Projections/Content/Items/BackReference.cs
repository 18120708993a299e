using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>An item that refers to another.</summary>
/// <param name="ItemId">The item that refers.</param>
/// <param name="Type">Name of its content type.</param>
/// <param name="Slug">In its own locale.</param>
/// <param name="Draft">Fields of its draft that refer.</param>
/// <param name="Live">Fields of what is published that refer.</param>
public sealed record BackReference(Guid ItemId, string Type, string Slug, IReadOnlyList<string> Draft, IReadOnlyList<string> Live)
{
    /// <summary>Who refers to an item, in id order. A page may be short: some items are archived, and some only hold the id as a text.</summary>
    public static async Task<(IReadOnlyList<BackReference> Items, Guid? Next, long Index, long Lag)> ListAsync(
        IQuerySession session, Guid itemId, Guid after, int limit, CancellationToken cancel)
    {
        var found = await ItemMentions.FindAsync(session, itemId, after, limit, cancel);
        var mentions = found.Items.ToLookup(found => found.ItemId, found => found.Mention);
        var items = await ItemDetails.FindAsync(session, [.. mentions.Select(group => group.Key)], cancel);
        var types = new Dictionary<string, ContentType>(StringComparer.Ordinal);
        var references = new List<BackReference>();
        foreach (var item in items.Items.Where(item => item.Status is not ItemStatus.Archived).OrderBy(item => item.Id))
        {
            if (!types.TryGetValue(item.Type, out var type))
                types.Add(item.Type, type = (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(item.Type), cancel: cancel)).State);
            var fields = mentions[item.Id].Where(mention => ItemReferences.IsReference(type, mention.Field)).ToLookup(mention => mention.IsLive, mention => mention.Field);
            if (fields.Count > 0)
                references.Add(new BackReference(item.Id, item.Type, item.Slug, [.. fields[false].Distinct()], [.. fields[true].Distinct()]));
        }

        return (references, mentions.Count < limit ? null : found.Items[^1].ItemId, Math.Min(found.Index, items.Index), Math.Max(found.Lag, items.Lag));
    }
}
