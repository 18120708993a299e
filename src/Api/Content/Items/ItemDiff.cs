using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Api.Content;

/// <summary>What differs between two versions of an item.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="From">The one version.</param>
/// <param name="To">The other.</param>
/// <param name="Fields">The fields that differ in the item's own locale, in order of their names.</param>
/// <param name="Locales">The further locales that differ, in order of their tags.</param>
/// <param name="Truncated">Somewhere inside, the diff is coarser than it could be.</param>
public sealed record ItemDiff(Guid ItemId, DiffSide From, DiffSide To, IReadOnlyList<FieldChange> Fields, IReadOnlyList<LocaleDiff> Locales, bool Truncated)
{
    internal static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var events = store.QuerySession(Caller.Of(http).TenantId).Events;
        var (from, to) = (Reading.Number(http, "from", 0, long.MaxValue), Reading.Number(http, "to", 1, long.MaxValue));
        Reading.Index(http, await events.LogSizeAsync(http.RequestAborted) - 1);
        var later = (await events.AggregateStreamAsync<Item>(id, to, cancel: http.RequestAborted)).State;
        var earlier = (await events.AggregateStreamAsync<Item>(id, from ?? Math.Max(later.Version - 1, 0), cancel: http.RequestAborted)).State;
        if (!later.Exists)
            return new Problem(ProblemKind.NotFound);
        if (later.Version < to || earlier.Version < from)
            return new Problem(ProblemKind.NotFound, $"The item is at version {Math.Max(later.Version, earlier.Version)}.");
        var type = (await events.AggregateStreamAsync<ContentType>(ContentType.IdOf(later.Type), cancel: http.RequestAborted)).State;
        return Reading.Tagged(http, Between(earlier, later, type), $"\"{earlier.Version}-{later.Version}\"", ItemDiffJson.Default.ItemDiff);
    }

    private static ItemDiff Between(Item earlier, Item later, ContentType type)
    {
        // Each version's fields are of the type's version that it follows.
        var types = type.AsOf(later.TypeVersion).Fields.Concat(type.AsOf(earlier.TypeVersion).Fields)
            .DistinctBy(field => field.Name).ToDictionary(field => field.Name, field => field.Type);
        var tags = earlier.Locales.Concat(later.Locales).Select(variant => variant.Locale).Distinct().Order(StringComparer.Ordinal).ToList();
        var steps = FieldsDiff.MaxSteps / (tags.Count + 1);
        var fields = FieldsDiff.Between(earlier.Fields, later.Fields, types, steps);
        var locales = tags.Select(tag => LocaleDiff.Between(tag, Variant(earlier, tag), Variant(later, tag), types, steps)).OfType<LocaleDiff>().ToList();
        return new ItemDiff(later.ItemId, DiffSide.Of(earlier), DiffSide.Of(later), fields.Fields, locales, fields.Truncated || locales.Any(locale => locale.Truncated));
    }

    private static LocaleVariant? Variant(Item item, string locale) => item.Locales.FirstOrDefault(variant => variant.Locale == locale);
}

/// <summary>One of the two versions compared.</summary>
/// <param name="Version">Stream version; 0: before there was anything.</param>
/// <param name="Status">Draft, published or archived.</param>
/// <param name="Slug">Where the item was in its own locale; empty at version 0.</param>
public sealed record DiffSide(long Version, ItemStatus Status, string Slug)
{
    internal static DiffSide Of(Item item) => new(item.Version, item.Status, item.Slug);
}

/// <summary>What differs between two versions of an item in a further locale.</summary>
/// <param name="Locale">Language tag.</param>
/// <param name="Kind">added, removed or changed.</param>
/// <param name="FromSlug">Where the earlier version was; absent: it wasn't in this locale.</param>
/// <param name="ToSlug">Where the later version is; absent: it isn't in this locale.</param>
/// <param name="Fields">The fields that differ, in order of their names.</param>
/// <param name="Truncated">Somewhere inside, the diff is coarser than it could be.</param>
public sealed record LocaleDiff(string Locale, FieldChangeKind Kind, string? FromSlug, string? ToSlug, IReadOnlyList<FieldChange> Fields, bool Truncated)
{
    internal static LocaleDiff? Between(string locale, LocaleVariant? earlier, LocaleVariant? later, IReadOnlyDictionary<string, string> types, long steps)
    {
        var diff = FieldsDiff.Between(earlier?.Fields ?? Domain.Fields.Empty, later?.Fields ?? Domain.Fields.Empty, types, steps);
        var kind = earlier is null ? FieldChangeKind.Added : later is null ? FieldChangeKind.Removed : FieldChangeKind.Changed;
        return kind is FieldChangeKind.Changed && diff.Fields.IsEmpty && earlier!.Slug == later!.Slug
            ? null
            : new LocaleDiff(locale, kind, earlier?.Slug, later?.Slug, diff.Fields, diff.Truncated);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ItemDiff))]
internal sealed partial class ItemDiffJson : JsonSerializerContext;
