using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>Who one is to the platform.</summary>
/// <param name="Subject">Claim <c>sub</c>.</param>
/// <param name="TenantId">Claim <c>tenant</c>.</param>
/// <param name="Roles">Claim <c>roles</c>.</param>
/// <param name="Permissions">What the roles together allow, sorted.</param>
public sealed record Me(string Subject, string TenantId, IReadOnlyList<string> Roles, IReadOnlyList<string> Permissions);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Me))]
internal sealed partial class IdentityBodies : JsonSerializerContext;

public static class RoleEndpoints
{
    public static void MapIdentity(this RouteGroupBuilder api)
    {
        api.MapGet("/roles", ListAsync).WithTags("Identity").Requires(Permission.RolesRead).Collection<RoleEntry>()
            .Describe("ListRoles", "Roles that the tenant can use", "Built-in ones belong to the platform. In name order.");
        api.MapGet("/me", MeAsync).WithTags("Identity").WithMetadata(new AnyCaller()).Produces<Me>()
            .Problems(ProblemKind.Unauthenticated, ProblemKind.Unavailable)
            .Describe("GetMe", "What the token says and allows", "Any valid token.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, session, RoleEntry.ReadModel);
        return Reading.Page(http, await RoleDirectory.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static async Task<IResult> MeAsync(HttpContext http, PermissionsOfRoles permissions)
    {
        var caller = Caller.Of(http);
        var allowed = await permissions.OfAsync(caller.TenantId, caller.Roles, http.RequestAborted);
        return Results.Json(new Me(caller.Subject, caller.TenantId, caller.Roles, [.. allowed.Order(StringComparer.Ordinal)]), IdentityBodies.Default.Me);
    }
}
