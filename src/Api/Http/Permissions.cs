using Microsoft.AspNetCore.Authentication;
using Platform.Api.Identity;
using Platform.Processors.Audit;

namespace Platform.Api.Http;

/// <summary>The permission that an endpoint asks for.</summary>
public sealed record RequiredPermission(string Permission);

public static class PermissionEndpoints
{
    /// <summary>Only callers whose roles carry <paramref name="permission"/>; others get 401 or 403 before anything is read.</summary>
    public static RouteHandlerBuilder Requires(this RouteHandlerBuilder endpoint, string permission) => endpoint
        .WithMetadata(new RequiredPermission(permission))
        .Problems(ProblemKind.Unauthenticated, ProblemKind.Forbidden, ProblemKind.Unavailable);

    /// <summary>For the audit trail: what the route is, never what stands in it, in the query or in the body.</summary>
    internal static void NoteDenial(this HttpContext http, Caller caller, string? permission) => http.RequestServices.GetRequiredService<DenialWriter>().Note(
        new Denial(caller.TenantId, caller.Subject, permission, http.Request.Method, $"/{(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.Trim('/')}"));

    /// <summary>Declares problems that the endpoint answers with, for OpenAPI.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder endpoint, params IEnumerable<ProblemKind> kinds)
    {
        foreach (var kind in kinds)
            endpoint.Produces<ProblemBody>(kind.Status, "application/problem+json");
        return endpoint;
    }
}

/// <summary>Checks <see cref="RequiredPermission"/> against the read model of roles, before the endpoint runs. An endpoint that declares none is closed. What is denied is noted for the audit trail.</summary>
internal sealed class PermissionMiddleware(RequestDelegate next, PermissionsOfRoles permissions)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // Without a route it's one of the framework's own answers: 404, 405, 415.
        if (http.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<PublicEndpoint>() is not null)
        {
            await next(http);
            return;
        }
        if (http.User.Identity is not { IsAuthenticated: true })
        {
            await http.ChallengeAsync();
            var reason = http.Features.Get<JwtProblem>()?.Message;
            await new Problem(ProblemKind.Unauthenticated, reason ?? "Send Authorization: Bearer <token>.").ExecuteAsync(http);
            return;
        }
        var required = endpoint.Metadata.GetMetadata<RequiredPermission>()?.Permission;
        var caller = Caller.Of(http);
        if (required is null && endpoint.Metadata.GetMetadata<AnyCaller>() is not null)
        {
            await next(http);
            return;
        }
        if (required is null || !(await permissions.OfAsync(caller.TenantId, caller.Roles, http.RequestAborted)).Contains(required))
        {
            http.NoteDenial(caller, required);
            await new Problem(ProblemKind.Forbidden, $"The permission {required} is needed; your roles ({string.Join(", ", caller.Roles)}) don't carry it.").ExecuteAsync(http);
            return;
        }
        await next(http);
    }
}

/// <summary>Open without a token, e.g. health.</summary>
public sealed record PublicEndpoint;
