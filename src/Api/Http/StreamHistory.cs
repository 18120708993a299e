using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.EventStore;

namespace Platform.Api.Http;

/// <summary>One event of a resource's history.</summary>
/// <param name="Version">Stream version.</param>
/// <param name="Type">Alias of the event.</param>
/// <param name="Timestamp">When it was recorded.</param>
/// <param name="User">Who.</param>
/// <param name="CorrelationId">What it belongs to.</param>
/// <param name="Id">Event id.</param>
/// <param name="Sequence">Marten's <c>seq_id</c>.</param>
/// <param name="Hash">As chained, lower hex.</param>
/// <param name="Data">The event itself.</param>
public sealed record HistoryEntry(long Version, string Type, DateTimeOffset Timestamp, string? User, string? CorrelationId, Guid Id, long Sequence, string Hash, JsonElement Data);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Page<HistoryEntry>))]
internal sealed partial class StreamHistoryJson : JsonSerializerContext;

/// <summary>Everything that happened to a resource, from its stream: never behind.</summary>
internal static class StreamHistory
{
    /// <summary>A page of it, oldest first; 404 where the stream doesn't begin with <typeparamref name="TFirst"/>.</summary>
    public static async Task<IResult> OfAsync<TFirst>(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var limit = Reading.Limit(http);
        var after = Reading.NumberCursor(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        if (await session.Events.FetchStreamAsync(id, limit: 1, cancel: http.RequestAborted) is not [{ Data: TFirst }])
            return new Problem(ProblemKind.NotFound);
        var events = await session.Events.FetchStreamAsync(id, after, limit: limit, cancel: http.RequestAborted);
        var receipts = events.Count == 0 ? [] : await session.Events.FetchReceiptAsync(id, events[0].Version, events[^1].Version, http.RequestAborted);
        var hashes = receipts.ToDictionary(r => r.Version, r => r.Hash);
        var entries = events.Select(e => new HistoryEntry(
            e.Version, e.Type, e.Timestamp, e.Headers.User, e.CorrelationId, e.Id, e.Sequence, hashes[e.Version], JsonElement.Parse(e.Json.Span))).ToList();
        return Results.Json(new Page<HistoryEntry>(entries, Reading.NextCursor(entries, limit, e => $"{e.Version}")), StreamHistoryJson.Default.PageHistoryEntry);
    }
}
