using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Audit;

/// <summary>Whether anybody may verify this tenant's events.</summary>
/// <param name="PublicVerification">Checkpoints, tiles, keys and proofs under <c>/api/ledger/public/{tenant}</c> without a token. Never bodies.</param>
public sealed record LedgerSettingsBody(bool? PublicVerification);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LedgerSettingsBody))]
internal sealed partial class LedgerBodies : JsonSerializerContext;

/// <summary>Verification without a token, where a tenant has allowed it.</summary>
public static class PublicLedgerEndpoints
{
    public static void MapPublicLedger(this RouteGroupBuilder api)
    {
        var ledger = api.MapGroup("/ledger").WithTags("Ledger");
        ledger.MapReplace("/settings", LedgerBodies.Default.LedgerSettingsBody, (body, _) => new SetPublicVerification(body.PublicVerification ?? throw Problem.Missing("publicVerification")), Set)
            .Requires(Permission.LedgerManage).Describe("ChangeLedgerSettings", "Allow or withdraw verification without a token", "An event like any change, signed by its writer.");
        ledger.MapGet("/settings", GetAsync).Requires(Permission.LedgerRead).Resource<LedgerSettingsBody>()
            .Describe("GetLedgerSettings", "Whether verification needs a token", "Off until a tenant allows it.");

        var open = api.MapGroup("/ledger/public/{tenant}").WithTags("Ledger").AddEndpointFilter(AllowedAsync);
        open.MapGet("/checkpoint", LedgerEndpoints.CheckpointAsync).Public<string>("text/plain")
            .Describe("GetPublicCheckpoint", "The last signed checkpoint, for everybody", "As GetCheckpoint; 404 unless the tenant has allowed it.");
        open.MapGet("/tile/{**tile}", LedgerEndpoints.TileAsync).Public<byte[]>("application/octet-stream")
            .Describe("GetPublicTile", "A tile of the Merkle tree or a bundle of entries, for everybody", "As GetTile; 404 unless the tenant has allowed it.");
        open.MapGet("/keys", LedgerKeysOf.GetAsync).Public<LedgerTrust>("application/json")
            .Describe("GetPublicKeys", "The log's public keys, for everybody", "As GetLedgerKeys; 404 unless the tenant has allowed it.");
        open.MapGet("/proof", ProofAsync).Public<string>("text/plain")
            .Filter("event", "Id of an event of that tenant")
            .WithMetadata(
                new QueryParameter("sequence", "The event's sequence from the receipt, where its id isn't a UUIDv7 of this platform", "integer"),
                new QueryParameter("from", "Size of an earlier checkpoint: the proof of consistency", "integer"), new QueryParameter("to", "Size of a later one; default: the last", "integer"))
            .Describe("GetPublicProof", "A proof of inclusion or of consistency, for everybody", "As GetProof, for events of that tenant; 404 unless it has allowed it.");
    }

    private static Task<Handled> Set(SetPublicVerification command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<PublicVerification>(PublicVerification.Id, state => SetPublicVerification.Decide(command, state), cancel);

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (version, at) = Reading.AsOf(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var settings = await session.Events.AggregateStreamAsync<PublicVerification>(PublicVerification.Id, version, at, http.RequestAborted);
        return Reading.Single(http, new LedgerSettingsBody(settings.State.IsAllowed), settings.Version, LedgerBodies.Default.LedgerSettingsBody);
    }

    private static Task<IResult> ProofAsync(HttpContext http, string tenant, IDocumentStore store, PublishedLog log, TimeProvider time) =>
        LedgerProofs.OfTenantAsync(http, tenant, store, log, time);

    private static async ValueTask<object?> AllowedAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var store = http.RequestServices.GetRequiredService<IDocumentStore>();
        var tenant = (string)http.GetRouteValue("tenant")!;
        return tenant.Length <= 64 && !tenant.Contains('\0')
               && (await store.QuerySession(tenant).Events.AggregateStreamAsync<PublicVerification>(PublicVerification.Id, cancel: http.RequestAborted)).State.IsAllowed
            ? await next(context)
            : new Problem(ProblemKind.NotFound, "There is no such tenant, or it doesn't allow verification without a token.");
    }

    private static RouteHandlerBuilder Public<T>(this RouteHandlerBuilder endpoint, string contentType) => endpoint
        .Produces<T>(StatusCodes.Status200OK, contentType)
        .Problems(ProblemKind.NotFound, ProblemKind.Invalid, ProblemKind.RateLimited, ProblemKind.Unavailable)
        .WithMetadata(new Indexed(), new PublicEndpoint(), new RatedAs(RateClass.Anonymous));
}
