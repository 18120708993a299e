using System.Globalization;
using Platform.Api.Http;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Audit;

/// <summary>Proofs of inclusion and of consistency, made from the published tiles.</summary>
internal static class LedgerProofs
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5), OldestCosigned = TimeSpan.FromSeconds(10);

    public static Task<IResult> GetAsync(HttpContext http, IDocumentStore store, PublishedLog log, TimeProvider time) => OfTenantAsync(http, Caller.Of(http).TenantId, store, log, time);

    internal static async Task<IResult> OfTenantAsync(HttpContext http, string tenant, IDocumentStore store, PublishedLog log, TimeProvider time)
    {
        var sequence = Reading.Number(http, "sequence", 1, long.MaxValue);
        if (Reading.Uuid(http, "event") is { } id)
            return await OfEventAsync(http, id, sequence, tenant, store, log, time);
        return Reading.Number(http, "from", 1, long.MaxValue) is { } from
            ? await OfConsistencyAsync(http, from, Reading.Number(http, "to", from, long.MaxValue), log)
            : Problem.Field(ProblemKind.Invalid, "event", "Name an event, or two sizes with from and to.");
    }

    private static async Task<IResult> OfEventAsync(HttpContext http, Guid id, long? sequence, string tenant, IDocumentStore store, PublishedLog log, TimeProvider time)
    {
        var session = store.QuerySession(tenant);
        if (await session.Events.FindEntryAsync(id, sequence, http.RequestAborted) is not { } entry)
            return new Problem(ProblemKind.NotFound, "The tenant has no such event.");
        var wait = Reading.Number(http, "wait", 0, 30) is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultWait;
        if (await HeldTurn.AsideAsync(http, () => session.WaitForCheckpointAsync(entry.Sequence, wait, cosigned: false, http.RequestAborted)) is not { } index)
            return LedgerEndpoints.Unavailable(http, "No checkpoint covers the event yet.");
        var head = (await log.HeadAsync(http.RequestAborted))!;
        var note = SignedNote.Parse(NoteOf(head, time.GetUtcNow(), atLeast: index + 1));
        var size = Checkpoint.Parse(note.Text).Size;
        var proof = new TlogProof(index, await log.Tree(size).InclusionAsync(index, http.RequestAborted), note, null);
        Reading.Index(http, size - 1);
        return Results.Text(proof.ToString(), "text/plain; charset=utf-8");
    }

    private static async Task<IResult> OfConsistencyAsync(HttpContext http, long from, long? to, PublishedLog log)
    {
        if (await log.HeadAsync(http.RequestAborted) is not { } head)
            return LedgerEndpoints.Unavailable(http, "No checkpoint was signed yet.");
        var size = to ?? head.Size;
        if (size > head.Size || from > size)
            return Problem.Field(ProblemKind.Invalid, from > size ? "from" : "to", $"The last checkpoint has {head.Size} entries.");
        Reading.Index(http, head.Size - 1);
        return Results.Text(string.Concat((await log.Tree(size).ConsistencyAsync(from, http.RequestAborted)).Select(hash => $"{Convert.ToBase64String(hash.Bytes)}\n")), "text/plain; charset=utf-8");
    }

    /// <summary>The checkpoint to show: what a quorum cosigned is worth a few seconds.</summary>
    internal static string NoteOf(LogHead head, DateTimeOffset now, long atLeast = 0) =>
        head is { CosignedNote: { } cosigned, CosignedSize: { } size } && size >= atLeast && (size == head.Size || now - head.SignedAt < OldestCosigned) ? cosigned : head.Note;
}
