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
    private const string GoesOn = "Erasures, retention, checkpoints, and routes that ask for privacy.read, privacy.manage, privacy.approve, personal.read or ledger.read go on.";

    private static readonly TenantDirectory Details = new();
    private static SiteBodies Json => SiteBodies.Default;

    public static void MapTenants(this RouteGroupBuilder api)
    {
        var tenants = api.MapGroup("/tenants").WithTags("Tenants");

        tenants.MapStart("/", Json.ProvisionTenantBody, (body, _) => new ProvisionTenant(NewId(), body.Name ?? ""), Provision)
            .Requires(Permission.TenantsProvision).Describe("ProvisionTenant", "Start a tenant", "The event in GET /api/tenants names its id; tokens carry it as the claim tenant.");
        tenants.MapVerb("/{id:guid}/suspend", Json.ReasonBody, (body, to) => new SuspendTenant(to.Id, body.Reason), Suspend)
            .Requires(Permission.TenantsOperate).Describe("SuspendTenant", "Keep a tenant out", $"Its people and programs get 403 tenant-suspended on every node within a second, and its scheduled work waits. {GoesOn}");
        tenants.MapVerb("/{id:guid}/resume", Json.EmptyBody, (_, to) => new ResumeTenant(to.Id), Resume, optional: true)
            .Requires(Permission.TenantsOperate).Describe("ResumeTenant", "Let a suspended tenant in again", "What fell due meanwhile is done, in the order in which it was due.");
        tenants.MapVerb("/{id:guid}/close", Json.ReasonBody, (body, to) => new CloseTenant(to.Id, body.Reason), Close)
            .Requires(Permission.TenantsOperate).Describe("CloseTenant", "End a tenant for good", $"403 tenant-closed from then on; nothing resumes it. {GoesOn}");
        tenants.MapVerb("/{id:guid}/rename", Json.RenameTenantBody, (body, to) => new RenameTenant(to.Id, body.Name), Rename)
            .Requires(Permission.TenantsOperate).Describe("RenameTenant", "Call a tenant something else", "Its id stays.");
        tenants.MapGet("/", ListAsync).Requires(Permission.TenantsRead).Collection<TenantEntry>()
            .Describe("ListTenants", "Tenants of the platform", "In the order of their ids.").Filter("status", "active, suspended or closed");
        tenants.MapGet("/{id:guid}", GetAsync).Requires(Permission.TenantsRead).Resource<TenantEntry>()
            .Describe("GetTenant", "A tenant, as it is or as it was", "By the id of its stream, as the receipt's streamId and Location name it. Never stale.");
        tenants.MapGet("/{id:guid}/history", StreamHistory.OfAsync<TenantProvisioned>).Requires(Permission.TenantsRead).Paged<HistoryEntry>().Problems(ProblemKind.NotFound)
            .Describe("GetTenantHistory", "Everything that happened to a tenant", "The events of its stream, oldest first, each with its hash as chained.");
    }

    public static Task<Handled> Provision(ProvisionTenant command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Tenant>(Tenant.IdOf(command.TenantId), tenant => ProvisionTenant.Decide(command, tenant), cancel);

    /// <summary>12 random lower-case base32 characters (RFC 4648): 60 bits.</summary>
    public static string NewId() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 12);

    private static Task<Handled> Suspend(SuspendTenant command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Tenant>(command.Id, tenant => SuspendTenant.Decide(command, tenant), cancel);

    private static Task<Handled> Resume(ResumeTenant command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Tenant>(command.Id, tenant => ResumeTenant.Decide(command, tenant), cancel);

    private static Task<Handled> Close(CloseTenant command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Tenant>(command.Id, tenant => CloseTenant.Decide(command, tenant), cancel);

    private static Task<Handled> Rename(RenameTenant command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Tenant>(command.Id, tenant => RenameTenant.Decide(command, tenant), cancel);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        var status = Reading.Text(http, "status", TenantStatus.Active, TenantStatus.Suspended, TenantStatus.Closed);
        await Reading.AwaitAsync(http, session, TenantEntry.ReadModel);
        return Reading.Page(http, await TenantEntry.ListAsync(session, status, after, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store) =>
        Reading.FoldedAsync(http, store, Details, id, tenant => tenant.Version, SitesReadJson.Default.TenantEntry);
}
