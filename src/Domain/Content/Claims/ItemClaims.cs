using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Content;

/// <summary>What an item has for itself alone: its slugs on its sites, the values of its unique fields, in draft and live, and the place of what it overrides.</summary>
public static class ItemClaims
{
    /// <summary>Everything that an item claims; an archived one claims nothing.</summary>
    /// <param name="item">The item.</param>
    /// <param name="type">Its content type; the version that the draft follows says which fields are unique.</param>
    public static ImmutableDictionary<Guid, Claim> Of(Item item, ContentType type) =>
        SlugsOf(item).Concat<Claim>(ValuesOf(item, type.AsOf(item.TypeVersion))).Concat(OverridesOf(item))
            .DistinctBy(claim => claim.StreamId)
            .ToImmutableDictionary(claim => claim.StreamId);

    internal static IEnumerable<SlugClaim> SlugsOf(Item item) => item is { Exists: false } or { Status: ItemStatus.Archived }
        ? []
        : item.Sites.SelectMany(site => item.Locales
            // A locale that left the draft is live until the next publish.
            .Concat((item.Live?.Locales ?? []).Where(live => item.FindLocale(live.Locale) is null))
            .Select(variant => new SlugClaim(site, variant.Locale, variant.Slug))
            .Prepend(new SlugClaim(site, item.Locale, item.Slug)));

    private static IEnumerable<OverrideClaim> OverridesOf(Item item) =>
        item is { Exists: true, Upstream: { } upstream, Status: not ItemStatus.Archived } ? [new OverrideClaim(item.SiteId, upstream.ItemId)] : [];

    private static IEnumerable<ValueClaim> ValuesOf(Item item, ContentType type)
    {
        // An override has its unique values from what it overrides, whose they stay.
        if (item is { Exists: false } or { Status: ItemStatus.Archived } or { Upstream: not null }) yield break;

        var texts = item.Locales.Concat(item.Live?.Locales ?? []).Select(variant => (variant.Locale, variant.Fields))
            .Append((item.Locale, item.Fields));
        if (item.Live is { } live) texts = texts.Append((item.Locale, live.Fields));

        foreach (var (locale, fields) in texts)
        {
            foreach (var field in type.Fields.Where(field => field.IsUnique))
            {
                if (fields.Find(field.Name) is { ValueKind: not JsonValueKind.Null } value)
                    yield return new ValueClaim(type.Name, field.Name, field.Localized ? locale : null, Canonical(value, field.Type));
            }
        }
    }

    // One spelling for a number and for an id, however they were written: 1.0 and 1 are the same value.
    private static string Canonical(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Number => JsonSerializer.Serialize(value.GetDouble(), FieldsJson.Default.Double),
        JsonValueKind.String when type == FieldType.Reference => JsonSerializer.Serialize(value.GetString()!.ToLowerInvariant(), FieldsJson.Default.String),
        _ => JsonSerializer.Serialize(value, FieldsJson.Default.JsonElement),
    };
}
