using System.Globalization;
using System.Text.Json;
using Platform.Api.Http;
using Platform.EventStore;
using Platform.Projections.Audit;

namespace Platform.Api.Audit;

/// <summary>
/// The audit trail as a file of any length: read and sent batch by batch, each a short query of its own, so that neither memory nor a transaction grows
/// with it. The first is read before the answer begins, so that what is wrong is still a problem.
/// </summary>
public static class AuditExport
{
    private const int Batch = 1_000;

    public static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (filter, isCsv) = (AuditEndpoints.FilterOf(http), Reading.Text(http, "format", "csv", "jsonl") is null or "csv");
        await Reading.AwaitAsync(http, session, AuditTrail.ReadModel);
        var first = await filter.FindAsync(session, null, Batch, http.RequestAborted);
        Reading.Index(http, first);
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"audit.{(isCsv ? "csv" : "jsonl")}\"";
        return Results.Stream(async body =>
        {
            if (isCsv)
                await body.WriteAsync(Csv.Encoding.GetBytes(Csv.Of(Header)), http.RequestAborted);
            for (var batch = first.Items; ; batch = (await filter.FindAsync(session, batch[^1].Position, Batch, http.RequestAborted)).Items)
            {
                await body.WriteAsync(isCsv ? Csv.Encoding.GetBytes(Csv.Of([.. batch.Select(Row)])) : ToJsonLines(batch), http.RequestAborted);
                if (batch.Count < Batch)
                    break;
            }
        }, isCsv ? Csv.WithHeader : JsonLines.ContentType);
    }

    private static readonly string?[][] Header =
        [["sequence", "eventId", "at", "actor", "trigger", "action", "streamId", "streamKind", "version", "outcome", "correlationId", "summary", "proof"]];

    private static string?[] Row(AuditEntry e) =>
    [
        e.Sequence.ToString(CultureInfo.InvariantCulture), e.EventId.ToString(), e.At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        e.Actor, e.Trigger, e.Action, e.StreamId.ToString(), e.StreamKind, e.Version.ToString(CultureInfo.InvariantCulture), e.Outcome, e.CorrelationId, e.Summary, e.Proof,
    ];

    private static byte[] ToJsonLines(IReadOnlyList<AuditEntry> entries)
    {
        using var lines = new MemoryStream();
        foreach (var entry in entries)
        {
            JsonSerializer.Serialize(lines, entry, AuditReadJson.Default.AuditEntry);
            lines.WriteByte((byte)'\n');
        }
        return lines.ToArray();
    }
}
