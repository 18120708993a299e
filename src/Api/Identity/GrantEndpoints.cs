using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>Who has which role where, and what is denied to whom.</summary>
public static class GrantEndpoints
{
    private const string TheBodys = "the site that the body names; without one in the tenant";

    private static readonly Grants Grants = new();
    private static readonly Denials Denials = new();

    private static readonly SitesOfRequest OfGrant = new("the grant's site; without one in the tenant", async (http, store) =>
        await FoldAsync<Grant>(http, store) is { Exists: true } grant ? grant.SiteId is { } site ? [site] : null : []);

    private static readonly SitesOfRequest OfDenial = new("the denial's site; without one in the tenant", async (http, store) =>
        await FoldAsync<Denial>(http, store) is { Exists: true } denial ? denial.SiteId is { } site ? [site] : null : []);

    private static IdentityBodies Json => IdentityBodies.Default;

    public static void MapGrants(this RouteGroupBuilder api)
    {
        var grants = api.MapGroup("/grants").WithTags("Identity");
        var commands = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<GrantCommands>();

        grants.MapStart("/", Json.GrantBody, (body, to) => to.Give(to.Id, new GranteeNamed(body.UserId, body.ClientId, body.GroupId), body.Role, body.SiteId, body.NotBefore, body.ExpiresAt), commands.Give)
            .Requires(Permission.GrantsManage).OfSiteIn<WantedGrant>(TheBodys, command => command.SiteId).Describe("GiveGrant", "Give a user, client or group a role",
                "In the whole tenant, or on a site and all below it; of permissions that the caller has there. One with dangerous permissions is asked for, and takes effect once somebody else has approved it.");
        grants.MapVerb("/{id:guid}/approve", Json.EmptyBody, (_, to) => new GiveApproval(to.Id, to.Caller.Subject, to.Caller.ClientId is not null, to.Who, to.Now), commands.Approve, optional: true)
            .Requires(Permission.GrantsManage).OfSite(OfGrant).Describe("ApproveGrant", "Agree to a grant, or to what its role can do since",
                "By somebody who didn't ask for it, whom it isn't for, and who has all that it grants. The dangerous permissions agreed to are recorded: what the role gets later isn't among them.");
        grants.MapVerb("/{id:guid}/refuse", Json.EmptyBody, (_, to) => new RefuseGrant(to.Id, to.Caller.Subject), GrantCommands.Refuse, optional: true)
            .Requires(Permission.GrantsManage).OfSite(OfGrant).Describe("RefuseGrant", "Refuse a grant that awaits approval", "It never takes effect.");
        grants.MapVerb("/{id:guid}/revoke", Json.EmptyBody, (_, to) => new RevokeGrant(to.Id, to.Caller.Subject), GrantCommands.Revoke, optional: true)
            .Requires(Permission.GrantsManage).OfSite(OfGrant).Describe("RevokeGrant", "End a grant", "It counts for nothing within a second, on every node.");
        grants.MapGet("/", ListAsync).Requires(Permission.UsersRead).Collection<GrantDetails>()
            .Describe("ListGrants", "Grants of the tenant", "In id order.").Filter("grantee", "Only of this user, client or group").Filter("siteId", "Only on this site itself").Filter("status", "requested, given, refused or revoked");
        grants.MapGet("/{id:guid}", (HttpContext http, Guid id, IDocumentStore store) => Reading.FoldedAsync(http, store, Grants, id, g => g.Version, IdentityReadJson.Default.GrantDetails))
            .Requires(Permission.UsersRead).OfSite(OfGrant).Resource<GrantDetails>().Describe("GetGrant", "A grant, as it is or as it was", "Read from its stream: never stale.");

        var denials = api.MapGroup("/denials").WithTags("Identity");

        denials.MapStart("/", Json.DenialBody, Deny, GrantCommands.Deny)
            .Requires(Permission.GrantsManage).Describe("DenyPermission", "Deny a user or client a permission",
                "In the whole tenant, or on a site and all below it, whoever grants it, also by the token's roles. By somebody who manages grants in the whole tenant: a denial on one site stands against what is asked of the tenant.");
        denials.MapVerb("/{id:guid}/lift", Json.EmptyBody, (_, to) => new TakeDenialBack(to.Id, to.Caller.Subject, to.Who, to.Now), commands.Lift, optional: true)
            .Requires(Permission.GrantsManage).OfSite(OfDenial).Describe("LiftDenial", "Lift a denial", "By somebody who has the permission there.");
        denials.MapGet("/", ListDenialsAsync).Requires(Permission.UsersRead).Collection<DenialDetails>()
            .Describe("ListDenials", "Denials of the tenant", "In id order.").Filter("grantee", "Only of this user or client");
        denials.MapGet("/{id:guid}", (HttpContext http, Guid id, IDocumentStore store) => Reading.FoldedAsync(http, store, Denials, id, d => d.Version, IdentityReadJson.Default.DenialDetails))
            .Requires(Permission.UsersRead).OfSite(OfDenial).Resource<DenialDetails>().Describe("GetDenial", "A denial, as it is or as it was", "Read from its stream: never stale.");
    }

    /// <summary>The command that gives a role.</summary>
    internal static WantedGrant Give(this CommandTarget to, Guid id, GranteeNamed grantee, string? role, Guid? siteId, DateTimeOffset? notBefore, DateTimeOffset? expiresAt) =>
        new(id, grantee, role, siteId, notBefore, expiresAt, to.Caller.Subject, to.Who, to.Now);

    private static SetDenial Deny(DenialBody body, CommandTarget to)
    {
        var grantee = new GranteeNamed(body.UserId, body.ClientId);
        return new SetDenial(to.Id, grantee, body.Permission, body.SiteId, to.Caller.Subject, to.Access.Tenant.CountDenials(grantee.Id));
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        var (grantee, site, status) = (Reading.Uuid(http, "grantee"), Reading.Uuid(http, "siteId"), Reading.Text(http, "status", "requested", "given", "refused", "revoked"));
        await Reading.AwaitAsync(http, session, GrantDetails.ReadModel);
        return Reading.Page(http, await GrantDetails.ListAsync(session, grantee, site, status, after, limit, http.RequestAborted), limit);
    }

    private static async Task<IResult> ListDenialsAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, grantee) = (Reading.Limit(http), Reading.IdCursor(http), Reading.Uuid(http, "grantee"));
        await Reading.AwaitAsync(http, session, DenialDetails.ReadModel);
        return Reading.Page(http, await DenialDetails.ListAsync(session, grantee, after, limit, http.RequestAborted), limit);
    }

    private static async Task<T?> FoldAsync<T>(HttpContext http, IDocumentStore store) where T : class =>
        Guid.TryParse(http.GetRouteValue("id") as string, out var id) ? (await store.QuerySession(Caller.Of(http).TenantId).Events.AggregateStreamAsync<T>(id, cancel: http.RequestAborted)).State : null;
}
