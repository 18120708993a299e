using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Audit;

/// <summary>
/// The public log of the caller's shard as C2SP tlog-tiles serves it, and proofs from it. Under <c>/ledger</c> for holders of a token, under <c>/ledger/shards/{shard}</c> by the shard's name, and under
/// <c>/ledger/public/{tenant}</c> for everybody where that tenant has allowed it. Checkpoints and tiles hold hashes alone.
/// </summary>
public static class LedgerEndpoints
{
    private const string Text = "text/plain", Octets = "application/octet-stream";

    public static void MapLedger(this RouteGroupBuilder api)
    {
        foreach (var (group, suffix, where) in new[]
        {
            (api.MapGroup("/ledger"), "", "of the caller's shard"),
            (api.MapGroup("/ledger/shards/{shard}").AddEndpointFilter(OfShardAsync), "OfShard", "of a shard, by its name: the last part of the log's"),
        })
        {
            group.WithTags("Ledger");
            group.MapGet("/checkpoint", CheckpointAsync).Requires(Permission.LedgerRead).Serves<string>(Text)
                .Describe($"GetCheckpoint{suffix}", $"The last signed checkpoint {where}", "C2SP tlog-checkpoint in a signed note. With witnesses configured, the last one that their quorum cosigned, unless that is more than 10 s old.");
            group.MapGet("/tile/{**tile}", TileAsync).Requires(Permission.LedgerRead).Serves<byte[]>(Octets)
                .Describe($"GetTile{suffix}", $"A tile of the Merkle tree {where}, or a bundle of entries", "C2SP tlog-tiles: LEVEL/INDEX or entries/INDEX, with .p/WIDTH for a partial one. An entry is the 32-byte hash of an event.");
            group.MapGet("/proof", LedgerProofs.GetAsync).Requires(Permission.LedgerRead).Serves<string>(Text)
                .Filter("event", "Id of an event of the caller's tenant: its proof of inclusion (C2SP tlog-proof)")
                .WithMetadata(
                    new QueryParameter("sequence", "The event's sequence from the receipt, where its id isn't a UUIDv7 of this platform", "integer"),
                    new QueryParameter("from", "Size of an earlier checkpoint: the proof of consistency, base64 hashes line by line", "integer"),
                    new QueryParameter("to", "Size of a later one; default: the last", "integer"),
                    new QueryParameter("wait", "Seconds to wait until a checkpoint covers the event, 0 to 30; default 5", "integer"))
                .Describe($"GetProof{suffix}", $"A proof from the log {where}", "Of inclusion (event=) or of consistency (from=, to=).");
            group.MapGet("/keys", LedgerKeysOf.GetAsync).Requires(Permission.LedgerRead).Answers<LedgerTrust>().Problems(ProblemKind.NotFound)
                .Describe($"GetLedgerKeys{suffix}", $"Public keys {where}", "Each with the sizes of the tree for which it speaks, and the witnesses with their quorum; as in a bundle's trust.json. An auditor gets them on another way as well.");
        }
        RotateLedgerKey.Map(api);
        api.MapGet("/ledger/bundle", LedgerBundles.GetAsync).WithTags("Ledger").Requires(Permission.LedgerRead).Expensive(isLong: true).Serves<byte[]>("application/x-tar")
            .WithMetadata(new Microsoft.AspNetCore.Http.Timeouts.DisableRequestTimeoutAttribute(), new QueryParameter("from", "Only events from this index on, e.g. the size of the last checkpoint that was verified; default 0", "integer"))
            .Describe("ExportLedger", "A bundle of the tenant's events for an auditor", "A tar that is verified without us (docs/ledger-format.md): this tenant's events, everything else as hashes, checkpoint, tiles and keys.");
        api.MapGet("/ledger/events/{id:guid}", LedgerEvents.GetAsync).WithTags("Ledger").Requires(Permission.LedgerRead).Answers<LedgerEvent>().Problems(ProblemKind.NotFound)
            .WithMetadata(new QueryParameter("sequence", "Its sequence from the receipt, where its id isn't a UUIDv7 of this platform", "integer"))
            .Describe("GetLedgerEvent", "An event with all that its hash is made of", "As recorded: texts as hashed, digests of payload and metadata, the hash before it, its own, its leaf in the tree.");
    }

    internal static async Task<IResult> CheckpointAsync(HttpContext http, PublishedLog log, TimeProvider time)
    {
        http.Response.Headers.CacheControl = "no-cache";
        if (await log.HeadAsync(http.RequestAborted) is not { } head)
            return Unavailable(http, "No checkpoint was signed yet.");
        Reading.Index(http, head.Size - 1);
        return Results.Text(LedgerProofs.NoteOf(head, time.GetUtcNow()), $"{Text}; charset=utf-8");
    }

    internal static async Task<IResult> TileAsync(HttpContext http, string tile, PublishedLog log)
    {
        if (!TilePath.TryParse($"tile/{tile}", out var id))
            return Problem.Field(ProblemKind.Invalid, "tile", "LEVEL/INDEX or entries/INDEX as in C2SP tlog-tiles, e.g. 0/x001/234 or entries/000.p/7.");
        if (await log.FindAsync(id, http.RequestAborted) is not { } bytes)
            return new Problem(ProblemKind.NotFound, "The tree of the last checkpoint has no such tile.");
        // What a tile says never changes; that it's there for this caller may.
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        Reading.Index(http, (await log.HeadAsync(http.RequestAborted))!.Size - 1);
        return Results.Bytes(bytes, Octets);
    }

    internal static Problem Unavailable(HttpContext http, string detail)
    {
        http.Response.Headers.RetryAfter = "1";
        return new Problem(ProblemKind.Unavailable, detail);
    }

    private static async ValueTask<object?> OfShardAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var log = context.HttpContext.RequestServices.GetRequiredService<PublishedLog>();
        return string.Equals(context.HttpContext.GetRouteValue("shard") as string, await log.ShardAsync(context.HttpContext.RequestAborted), StringComparison.Ordinal)
            ? await next(context)
            : new Problem(ProblemKind.NotFound, "The caller's tenant has nothing on such a shard.");
    }

    private static RouteHandlerBuilder Serves<T>(this RouteHandlerBuilder endpoint, string contentType) => endpoint
        .Produces<T>(StatusCodes.Status200OK, contentType)
        .Problems(ProblemKind.NotFound, ProblemKind.Invalid)
        .WithMetadata(new Indexed());
}
