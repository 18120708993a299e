using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>Roles: the platform's, and the tenant's own.</summary>
public static class RoleEndpoints
{
    private static IdentityBodies Json => IdentityBodies.Default;

    public static void MapRoles(this RouteGroupBuilder api)
    {
        var roles = api.MapGroup("/roles").WithTags("Identity");

        roles.MapStart("/", Json.DefineRoleBody, (body, to) => new DefineRole(body.Name ?? "", Grants(body.Permissions, body.Inherits, to)), RoleCommands.Define)
            .Requires(Permission.RolesManage).Describe("DefineRole", "Give the tenant a role of its own", "Of permissions that the caller has, and of other roles, whose permissions it has as well. Its name is its identity; one that was retired can be defined anew.");
        roles.MapReplace("/{name}", Json.ChangeRoleBody, (body, to) => new ChangeRole(to["name"], Grants(body.Permissions, body.Inherits, to)), RoleCommands.Change)
            .Requires(Permission.RolesManage).Describe("ChangeRole", "Give a role of the tenant's own other permissions", "All of them. Whoever has the role has them within a second; dangerous ones only once somebody else approves that, grant by grant.");
        roles.MapVerb("/{name}/retire", Json.EmptyBody, (_, to) => new RetireRole(to["name"]), RoleCommands.Retire, optional: true)
            .Requires(Permission.RolesManage).Describe("RetireRole", "End a role of the tenant's own", "Grants and tokens that name it get nothing from it any more, nor do roles that inherit from it.");
        roles.MapGet("/", ListAsync).Requires(Permission.RolesRead).Collection<RoleEntry>()
            .Describe("ListRoles", "Roles that the tenant can use", "Built-in ones belong to the platform. In name order, without those that were retired.");
        roles.MapGet("/{name}", GetAsync).Requires(Permission.RolesRead).Resource<RoleEntry>()
            .Describe("GetRole", "A role, by name or id", "As it is, or as it was.");
    }

    // A null stays where it is: the decision refuses it by its place.
    private static RoleGrants Grants(ImmutableArray<string>? permissions, ImmutableArray<string>? inherits, CommandTarget to) =>
        new(permissions ?? [], inherits ?? [], to.Access.HeldThroughout(null), to.Caller.TenantId == DocumentStore.PlatformTenant);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, session, RoleEntry.ReadModel);
        return Reading.Page(http, await RoleDirectory.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static async Task<IResult> GetAsync(HttpContext http, string name, IDocumentStore store)
    {
        var session = store.QuerySession(BuiltInRoles.All.ContainsKey(name) ? DocumentStore.PlatformTenant : Caller.Of(http).TenantId);
        var (version, at) = Reading.AsOf(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var isName = BuiltInRoles.All.ContainsKey(name) || RoleName.Problem(name) is null;
        if (!isName && !Guid.TryParseExact(name, "D", out _))
            return new Problem(ProblemKind.NotFound);
        var role = (await session.Events.AggregateStreamAsync<Role>(Guid.TryParseExact(name, "D", out var id) ? id : Role.IdOf(name), version, at, http.RequestAborted)).State;
        return Reading.Single(
            http, role.Exists ? new RoleEntry(role.Name, role.Permissions, role.BuiltIn, role.Version, role.Inherits, role.IsRetired) : null, role.Version, IdentityReadJson.Default.RoleEntry);
    }
}
