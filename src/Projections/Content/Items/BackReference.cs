using Platform.Domain;
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
    /// <summary>Who refers to an item, in id order. A page may be short: some items only hold the id as a text.</summary>
    public static async Task<(IReadOnlyList<BackReference> Items, Guid? Next, long Index)> ListAsync(
        IQuerySession session, Guid itemId, Guid after, int limit, CancellationToken cancel)
    {
        var mentioning = await ItemDetails.MentioningAsync(session, itemId, after, limit, cancel);
        var types = new Dictionary<string, ContentType>(StringComparer.Ordinal);
        var references = new List<BackReference>();
        foreach (var item in mentioning.Items)
        {
            if (!types.TryGetValue(item.Type, out var type))
                types.Add(item.Type, type = (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(item.Type), cancel: cancel)).State);
            var draft = Of(type, item.Locales.Select(variant => variant.Fields).Prepend(item.Fields));
            var live = item.Live is { } published ? Of(type, published.Locales.Select(variant => variant.Fields).Prepend(published.Fields)) : [];
            if (draft.Count + live.Count > 0) references.Add(new BackReference(item.Id, item.Type, item.Slug, draft, live));
        }

        return (references, mentioning.Items.Count < limit ? null : mentioning.Items[^1].Id, mentioning.Index);

        List<string> Of(ContentType type, IEnumerable<Fields> texts) =>
            [.. texts.SelectMany(fields => ItemReferences.Of(type.Fields, fields)).Where(reference => reference.ItemId == itemId).Select(reference => reference.Field).Distinct()];
    }
}
