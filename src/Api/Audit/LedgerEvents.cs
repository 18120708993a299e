using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Audit;

/// <summary>An event as its hash covers it (docs/ledger-format.md).</summary>
/// <param name="Index">Place in the log, from 0; null while it waits for the sequencer.</param>
/// <param name="Epoch">Of the log when it was appended.</param>
/// <param name="Origin">The log's name with that epoch.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Version">In the stream.</param>
/// <param name="Sequence">As in the receipt.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Type">Alias.</param>
/// <param name="Timestamp">To the microsecond, as hashed.</param>
/// <param name="Data">The body as hashed: PostgreSQL's text of the jsonb.</param>
/// <param name="Bdata">A binary body, base64; null: none.</param>
/// <param name="Correlation">Correlation id.</param>
/// <param name="Causation">Causation id.</param>
/// <param name="Headers">As hashed.</param>
/// <param name="Payload">Digest of the body, lower hex.</param>
/// <param name="Metadata">Digest of correlation, causation and headers.</param>
/// <param name="Prev">Hash of the stream's event before, or the stream's genesis.</param>
/// <param name="Hash">The event's hash: the log's entry.</param>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
/// <param name="Writer">The writer's signature: base64 of key id and signature; null where there is none.</param>
public sealed record LedgerEvent(
    long? Index, int Epoch, string Origin, string Tenant, Guid Stream, long Version, long Sequence, Guid Id, string Type, string Timestamp,
    string Data, string? Bdata, string? Correlation, string? Causation, string? Headers, string Payload, string Metadata, string Prev, string Hash, string Leaf, string? Writer);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LedgerEvent))]
internal sealed partial class LedgerEventJson : JsonSerializerContext;

internal static class LedgerEvents
{
    public static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        return await session.Events.FindEntryAsync(id, Reading.Number(http, "sequence", 1, long.MaxValue), http.RequestAborted) is not { } entry
            ? new Problem(ProblemKind.NotFound, "The tenant has no such event.")
            : Results.Json(Of(session.TenantId, entry), LedgerEventJson.Default.LedgerEvent);
    }

    private static LedgerEvent Of(string tenant, LedgerEntry entry)
    {
        var (suite, e) = (new L1(), entry.Stored);
        return new LedgerEvent(
            entry.Index, entry.Epoch, entry.Origin, tenant, entry.Stream, e.Version, entry.Sequence, e.Id, e.Type, L1.Time(e.Timestamp),
            Encoding.UTF8.GetString(e.Data.Span), e.BinaryData is { } binary ? Convert.ToBase64String(binary) : null, e.Correlation, e.Causation, e.Headers is { } headers ? Encoding.UTF8.GetString(headers) : null,
            suite.Payload(e.Data.Span, e.BinaryData).ToString(), suite.MetadataUtf8(e.Correlation, e.Causation, e.Headers).ToString(),
            entry.Prev.ToString(), entry.Hash.ToString(), L1.Leaf(entry.Hash).ToString(), entry.Writer is { } writer ? Convert.ToBase64String(writer) : null);
    }
}
