using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;

namespace Platform.Api.Identity;

/// <summary>What one may, and why.</summary>
public static class AccessEndpoints
{
    public static void MapAccess(this RouteGroupBuilder api)
    {
        api.MapGet("/me", (Delegate)Me).WithTags("Identity").ForAnyCaller().Produces<Me>()
            .Describe("GetMe", "Who one is, and what one may", "Any valid token or key.");
        api.MapGet("/me/explain", ExplainMeAsync).WithTags("Identity").ForAnyCaller().Answers<AccessExplanation>()
            .Describe("ExplainMyAccess", "Whether one has a permission, and why", "Any valid token or key.")
            .Filter("permission", "Required: such as content.edit").Filter("site", "On this site; absent: in the whole tenant");
        api.MapGet("/identity/explain", ExplainAsync).WithTags("Identity").Requires(Permission.UsersRead).Answers<AccessExplanation>().Problems(ProblemKind.NotFound)
            .Describe("ExplainAccess", "Whether a user or client has a permission, and why", "Each grant, with the group that it comes through, role, step of inheritance and denial that counted, and why others didn't. Roles that come with a user's token aren't known here: GET /api/me/explain has them.")
            .Filter("user", "The user's id; or client").Filter("client", "The client's id; or user").Filter("permission", "Required: such as content.edit").Filter("site", "On this site; absent: in the whole tenant");
    }

    private static IResult Me(HttpContext http)
    {
        var (caller, access) = (Caller.Of(http), CallerAccess.Of(http));
        return Results.Json(new Me(
            caller.Subject, caller.TenantId, caller.Roles, access.Tenant.PermissionsAt(access.Who, null, access.Now),
            caller.ClientId is null ? access.Who.Id : null, caller.ClientId, access.Who.Grants, access.Who.Denials), IdentityBodies.Default.Me);
    }

    private static async Task<IResult> ExplainMeAsync(HttpContext http, IDocumentStore store, AccessModels models)
    {
        var access = await LatestAsync(http, store, models);
        return Answer(http, access, access.Who);
    }

    private static async Task<IResult> ExplainAsync(HttpContext http, IDocumentStore store, AccessModels models)
    {
        var access = await LatestAsync(http, store, models);
        var who = (Reading.Uuid(http, "user"), Reading.Uuid(http, "client")) switch
        {
            ({ } user, null) => access.Tenant.FindUser(user) is { } known ? access.Tenant.OfUser(known) : null,
            (null, { } client) => access.Tenant.FindClient(client) is { } known ? access.Tenant.OfClient(known, access.Now) : null,
            _ => throw new ProblemException(Problem.Field(ProblemKind.Invalid, "user", "A user or a client is required, and no more.")),
        };
        return who is null ? new Problem(ProblemKind.NotFound, "There is no such user or client.") : Answer(http, access, who);
    }

    // With all that the index has which the answer says it's of.
    private static async Task<CallerAccess> LatestAsync(HttpContext http, IDocumentStore store, AccessModels models)
    {
        var (caller, now) = (Caller.Of(http), CallerAccess.Of(http).Now);
        Reading.Index(http, await store.QuerySession(caller.TenantId).Events.LogSizeAsync(http.RequestAborted) - 1);
        var tenant = await models.LatestAsync(caller.TenantId, http.RequestAborted);
        return new CallerAccess(tenant, CallerAccess.WhoIn(tenant, caller, now), now);
    }

    private static IResult Answer(HttpContext http, CallerAccess access, Principal who)
    {
        var permission = Reading.Text(http, "permission", [.. Permission.All]) ?? throw new ProblemException(Problem.Field(ProblemKind.Invalid, "permission", "Is required."));
        var site = Reading.Uuid(http, "site");
        if (site is { } unknown && !access.Tenant.HasSite(unknown))
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "site", "There is no such site."));
        var decision = access.Tenant.Decide(who, permission, site, access.Now);
        return Results.Json(new AccessExplanation(
            decision.Allowed, permission, site, site is { } one ? access.Tenant.PathOf(one) : [],
            [.. decision.Reasons.Select(r => new AccessReasonAnswer(r.Effect, r.Id, r.SiteId, r.Role, r.Line, r.GroupId, r.GroupId is { } group ? access.Tenant.FindGroup(group)?.Name : null))]), IdentityBodies.Default.AccessExplanation);
    }
}
