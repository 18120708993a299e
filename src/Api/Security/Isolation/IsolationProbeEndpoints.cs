using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Processors;
using Platform.Projections.Security;

namespace Platform.Api.Security;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(EmptyBody))]
internal sealed partial class IsolationBodies : JsonSerializerContext;

/// <summary>Whether tenants are kept apart, tried out.</summary>
public static class IsolationProbeEndpoints
{
    private static readonly IsolationProbes Details = new();

    public static void MapIsolationProbes(this RouteGroupBuilder api)
    {
        var probes = api.MapGroup("/isolation-probes").WithTags("Tenants");
        probes.MapStart("/", IsolationBodies.Default.EmptyBody, (_, to) => new RequestIsolationProbe(to.Id), Request, optional: true)
            .Requires(Permission.TenantsOperate).Describe("ProbeIsolation", "Try whether tenants are kept apart",
                "As the role that the application works as, one canary tenant tries to read, change, remove and add the other's rows in every table that the database has; and whatever lies beyond row-level security must be declared. Where the node serves the API, one's admin then tries every route with the other's ids. Carried out by the next node that comes to it.");
        probes.MapGet("/", ListAsync).Requires(Permission.TenantsRead).Collection<IsolationProbeDetails>()
            .Describe("ListIsolationProbes", "Probes of isolation", "Latest first; each hour's, and those that were asked for.");
        probes.MapGet("/{id:guid}", GetAsync).Requires(Permission.TenantsRead).Resource<IsolationProbeDetails>()
            .Describe("GetIsolationProbe", "What a probe of isolation found", "Read from its stream: never stale.");
    }

    private static Task<Handled> Request(RequestIsolationProbe command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<IsolationProbe>(command.ProbeId, probe => RequestIsolationProbe.Decide(command, probe), cancel);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, before) = (Reading.Limit(http), Reading.IdCursor(http));
        await Reading.AwaitAsync(http, session, IsolationProbeDetails.ReadModel);
        return Reading.Page(http, await IsolationProbeDetails.ListAsync(session, before == Guid.Empty ? null : before, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store) =>
        Reading.FoldedAsync(http, store, Details, id, probe => probe.Version, SecurityReadJson.Default.IsolationProbeDetails);
}
