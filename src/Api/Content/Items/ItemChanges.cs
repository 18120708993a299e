using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Processors.Content;

namespace Platform.Api.Content;

/// <summary>What became of an item since the version that a command was for.</summary>
internal static class ItemChanges
{
    public static async Task<ChangesSince> SinceAsync(StaleCommand stale, CancellationToken cancel)
    {
        var stream = stale.Session.Events;
        var events = await stream.FetchStreamAsync(stale.Id, Math.Max(stale.From, stale.To - ChangesSince.Most), stale.To, cancel: cancel);
        var origin = await stream.AggregateStreamAsync<Item>(stale.Id, stale.From, cancel: cancel);
        var current = await stream.AggregateStreamAsync<Item>(stale.Id, stale.To, cancel: cancel);
        var yours = stale.Command switch
        {
            ItemEdit edit => origin.State with { Fields = edit.Fields.WithoutNulls() },
            TranslateItem translation => With(origin.State, translation),
            _ => null,
        };
        var fields = FieldSides.Of(AllOf(origin.State), AllOf(current.State), yours is null ? null : AllOf(yours));
        return new ChangesSince([.. events.Select(ChangeSince.Of)], [.. fields.Take(ChangesSince.Most)], Advice(stale, fields));
    }

    // Sent again as it is under the version of now, an edit would take back what the others did.
    private static string? Advice(StaleCommand stale, IReadOnlyCollection<FieldSides> fields) =>
        stale.Command is ItemEdit { MergeFrom: null } && fields.All(field => field.Conflict is not true)
            ? $", with their changes in it; or send this again with If-Match: \"{stale.From}\" and \"merge\": true, which keeps them"
            : null;

    private static Item With(Item item, TranslateItem translation)
    {
        var known = item.Locales.FirstOrDefault(variant => variant.Locale.Equals(translation.Locale, StringComparison.OrdinalIgnoreCase));
        var others = known is null ? item.Locales : item.Locales.Remove(known);
        return item with
        {
            Locales = LocaleVariants.Add(others, new LocaleVariant(
                known?.Locale ?? translation.Locale, translation.Slug ?? known?.Slug ?? item.Slug, translation.Fields.WithoutNulls())),
        };
    }

    // The fields in all locales: those of further ones as locales.TAG.NAME, which is no field's name.
    private static Fields AllOf(Item item) => new(item.Fields.Values.SetItems(item.Locales.SelectMany(variant => variant.Fields.Values
        .Select(field => KeyValuePair.Create($"locales.{variant.Locale}.{field.Key}", field.Value)))));
}
