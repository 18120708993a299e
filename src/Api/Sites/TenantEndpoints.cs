using System.Security.Cryptography;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>Tenants are the platform's own affair: their streams are in its own tenant, and so are the operators' tokens.</summary>
public static class TenantEndpoints
{
    public static void MapTenants(this RouteGroupBuilder api)
    {
        var tenants = api.MapGroup("/tenants").WithTags("Tenants");

        tenants.MapStart("/", SiteBodies.Default.ProvisionTenantBody, (body, _) => new ProvisionTenant(NewId(), body.Name ?? ""), Provision)
            .Requires(Permission.TenantsProvision).Describe("ProvisionTenant", "Start a tenant", "The event in GET /api/tenants names its id; tokens carry it as the claim tenant.");
        tenants.MapGet("/", ListAsync).Requires(Permission.TenantsRead).Collection<TenantEntry>()
            .Describe("ListTenants", "Tenants of the platform", "In id order.");
        tenants.MapGet("/{id:guid}", GetAsync).Requires(Permission.TenantsRead).Resource<TenantEntry>()
            .Describe("GetTenant", "A tenant, by the id of its stream", "As the receipt's streamId and Location name it.");
    }

    public static Task<Handled> Provision(ProvisionTenant command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Tenant>(Tenant.IdOf(command.TenantId), tenant => ProvisionTenant.Decide(command, tenant), cancel);

    /// <summary>12 random lower-case base32 characters (RFC 4648): 60 bits.</summary>
    public static string NewId() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 12);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, session, TenantEntry.ReadModel);
        var answer = await TenantEntry.ListAsync(session, after, limit, http.RequestAborted);
        Reading.Index(http, answer);
        return Results.Json(new Page<TenantEntry>(answer.Items, Reading.NextCursor(answer.Items, limit, t => t.TenantId)), SiteBodies.Default.PageTenantEntry);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (version, at) = Reading.AsOf(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var events = await session.Events.FetchStreamAsync(id, 0, version ?? long.MaxValue, at, cancel: http.RequestAborted);
        var entry = events is [{ Data: TenantProvisioned provisioned } first, ..] ? new TenantEntry(provisioned.TenantId, provisioned.Name, first.Timestamp) : null;
        return Reading.Single(http, entry, events.Count == 0 ? 0 : events[^1].Version, SitesReadJson.Default.TenantEntry);
    }
}
