using Microsoft.AspNetCore.Authentication;
using Platform.Api.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Audit;
using Platform.Processors.Sites;

namespace Platform.Api.Http;

/// <summary>The permission that an endpoint asks for.</summary>
public sealed record RequiredPermission(string Permission);

public static class PermissionEndpoints
{
    /// <summary>Only callers whose roles carry <paramref name="permission"/>; others get 401 or 403 before anything is read.</summary>
    public static RouteHandlerBuilder Requires(this RouteHandlerBuilder endpoint, string permission) => endpoint
        .WithMetadata(new RequiredPermission(permission))
        .Problems(ProblemKind.Unauthenticated, ProblemKind.Forbidden, ProblemKind.RateLimited, ProblemKind.Unavailable);

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

/// <summary>
/// The one place where a request is let in: <see cref="RequiredPermission"/> is decided by <see cref="Domain.Identity.Access"/>, in the tenant or on the sites that the endpoint says it's about,
/// before the endpoint runs; before that, whether the tenant itself is let in. An endpoint that declares none is closed. What is denied is noted for the audit trail.
/// </summary>
internal sealed class PermissionMiddleware(RequestDelegate next, IDocumentStore store, TenantRegister tenants, ILogger<PermissionMiddleware> log)
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
        using var scope = TenantScope.Begin(log, http);
        var required = endpoint.Metadata.GetMetadata<RequiredPermission>()?.Permission;
        var caller = Caller.Of(http);
        if (ProblemOf(await tenants.StatusOfAsync(caller.TenantId, http.RequestAborted), required) is { } held)
        {
            if (held.Kind != ProblemKind.TenantUnknown)
                http.NoteDenial(caller, required);
            await held.ExecuteAsync(http);
            return;
        }
        var access = await CallerAccess.FindAsync(http, caller);
        if (access.Who.IsBarred)
        {
            http.NoteDenial(caller, required);
            await new Problem(ProblemKind.Forbidden, caller.ClientId is null ? "You are suspended in this tenant, or were removed from it." : "The client was revoked, or has expired.").ExecuteAsync(http);
            return;
        }
        if (required is null && endpoint.Metadata.GetMetadata<AnyCaller>() is not null)
        {
            http.Features.Set(access);
            await next(http);
            return;
        }
        if (endpoint.Metadata.GetMetadata<SitesOfRequest>() is { } sites && access.Who.DependsOnSite)
            access = access with { Sites = await sites.FindAsync(http, store) };
        if (required is null || !await IsAllowedAsync(access, endpoint.Metadata, required, caller, http.RequestAborted))
        {
            http.NoteDenial(caller, required);
            await new Problem(ProblemKind.Forbidden, $"The permission {required} is needed; your roles ({string.Join(", ", caller.Roles)}) and grants don't carry it here.").ExecuteAsync(http);
            return;
        }
        http.Features.Set(access);
        await next(http);
    }

    // What goes on in a tenant that is held is said by permissions, so that a new route needn't think of it.
    private static Problem? ProblemOf(string? status, string? required) => status switch
    {
        TenantStatus.Active => null,
        null => new Problem(ProblemKind.TenantUnknown, "An operator provisions tenants: POST /api/tenants."),
        _ when required is not null && Domain.Identity.Permission.OfHeldTenants.Contains(required) => null,
        TenantStatus.Suspended => new Problem(ProblemKind.TenantSuspended, "An operator suspended the tenant; the rights of people whose data it holds, and its audit, go on."),
        _ => new Problem(ProblemKind.TenantClosed, "The tenant was closed; the rights of people whose data it holds, and its audit, go on."),
    };

    private async ValueTask<bool> IsAllowedAsync(CallerAccess access, EndpointMetadataCollection endpoint, string permission, Caller caller, CancellationToken cancel)
    {
        if (!access.Who.DependsOnSite)
            return access.Has(permission);
        if (access.Sites is { Count: > 0 } sites)
        {
            foreach (var site in sites)
                if (await access.HasAsync(permission, site, store, caller.TenantId, cancel))
                    return true;
            return false;
        }
        // What isn't there has no site: whoever could see it somewhere is told so. What the body names is looked at when it's read, and what a list shows is the list's affair.
        return access.Sites is { Count: 0 } || endpoint.GetMetadata<AnySite>() is not null || endpoint.GetMetadata<SitesOfRequest>() is null && endpoint.GetMetadata<SitesOfCommand>() is not null
            ? access.Tenant.AllowsSomewhere(access.Who, permission, access.Now)
            : access.Has(permission);
    }
}

/// <summary>Open without a token, e.g. health.</summary>
public sealed record PublicEndpoint;
