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
/// <param name="Fields">The fields that differ, in order of their names.</param>
/// <param name="Truncated">Somewhere inside, the diff is coarser than it could be.</param>
public sealed record ItemDiff(Guid ItemId, DiffSide From, DiffSide To, IReadOnlyList<FieldChange> Fields, bool Truncated)
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
        var diff = FieldsDiff.Between(earlier.Fields, later.Fields, type);
        return Reading.Tagged(
            http, new ItemDiff(id, DiffSide.Of(earlier), DiffSide.Of(later), diff.Fields, diff.Truncated), $"\"{earlier.Version}-{later.Version}-{type.Version}\"", ItemDiffJson.Default.ItemDiff);
    }
}

/// <summary>One of the two versions compared.</summary>
/// <param name="Version">Stream version; 0: before there was anything.</param>
/// <param name="Status">Draft, published or archived.</param>
/// <param name="Slug">Where the item was; empty at version 0.</param>
public sealed record DiffSide(long Version, ItemStatus Status, string Slug)
{
    internal static DiffSide Of(Item item) => new(item.Version, item.Status, item.Slug);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ItemDiff))]
internal sealed partial class ItemDiffJson : JsonSerializerContext;
