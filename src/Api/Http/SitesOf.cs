using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Api.Http;

/// <summary>How the sites that a request is about are found: a permission on one of them is enough.</summary>
/// <param name="What">For the description: <c>the site</c>, <c>the item's home site</c>...</param>
/// <param name="FindAsync">None: there is no such resource, which who has the permission anywhere is told. Null: it's about the tenant.</param>
public sealed record SitesOfRequest(string What, Func<HttpContext, IDocumentStore, Task<IReadOnlyList<Guid>?>> FindAsync);

/// <summary>A permission on any site lets in; the endpoint shows what the caller's sites allow, or nothing that belongs to a site.</summary>
/// <param name="What">For the description, a sentence.</param>
public sealed record AnySite(string What);

/// <summary>The sites that a command names in its body: the permission is needed on each, null stands for the tenant. Checked once the command is bound.</summary>
/// <param name="What">For the description, as with <see cref="SitesOfRequest"/>.</param>
/// <param name="FindAsync">Given the command, as it's going to be decided.</param>
public sealed record SitesOfCommand(string What, Func<object, IQuerySession, CancellationToken, Task<IReadOnlyList<Guid?>>> FindAsync);

public static class SitesOfEndpoints
{
    /// <summary>The resource is the site.</summary>
    public static RouteHandlerBuilder OfSite(this RouteHandlerBuilder endpoint) =>
        endpoint.OfSite(new SitesOfRequest("the site", (http, _) => Task.FromResult<IReadOnlyList<Guid>?>(Guid.TryParse(http.GetRouteValue("id") as string, out var id) ? [id] : [])));

    public static RouteHandlerBuilder OfSite(this RouteHandlerBuilder endpoint, SitesOfRequest sites) => endpoint.WithMetadata(sites);

    /// <summary>The query may name a site; else it's about the tenant.</summary>
    public static RouteHandlerBuilder OfSiteInQuery(this RouteHandlerBuilder endpoint) => endpoint.OfSite(
        new SitesOfRequest("the site of siteId; without one in the tenant", (http, _) => Task.FromResult<IReadOnlyList<Guid>?>(Reading.Uuid(http, "siteId") is { } site ? [site] : null)));

    public static RouteHandlerBuilder OnAnySite(this RouteHandlerBuilder endpoint, string what) => endpoint.WithMetadata(new AnySite(what));

    /// <summary>The command names a site, or none: then it's about the tenant.</summary>
    public static RouteHandlerBuilder OfSiteIn<TCommand>(this RouteHandlerBuilder endpoint, string what, Func<TCommand, Guid?> site) =>
        endpoint.OfSitesIn<TCommand>(what, (command, _, _) => Task.FromResult<IReadOnlyList<Guid?>>([site(command)]));

    public static RouteHandlerBuilder OfSitesIn<TCommand>(this RouteHandlerBuilder endpoint, string what, Func<TCommand, IQuerySession, CancellationToken, Task<IReadOnlyList<Guid?>>> sites) =>
        endpoint.WithMetadata(new SitesOfCommand(what, (command, session, cancel) => sites((TCommand)command, session, cancel)));

    /// <summary>Refuses a command about a site where the caller lacks the endpoint's permission.</summary>
    internal static async Task RequireSitesAsync(HttpContext http, object command)
    {
        if (http.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<SitesOfCommand>() is not { } sites || !CallerAccess.Of(http).Who.DependsOnSite)
            return;
        var session = http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession(Caller.Of(http).TenantId);
        foreach (var site in await sites.FindAsync(command, session, http.RequestAborted))
            await RequireSiteAsync(http, metadata.GetMetadata<RequiredPermission>()!.Permission, site);
    }

    /// <summary>Refuses a request about a site where the caller lacks a permission; null: the tenant.</summary>
    internal static async Task RequireSiteAsync(HttpContext http, string permission, Guid? siteId)
    {
        var caller = Caller.Of(http);
        if (await CallerAccess.Of(http).HasAsync(permission, siteId, http.RequestServices.GetRequiredService<IDocumentStore>(), caller.TenantId, http.RequestAborted))
            return;
        throw Refusal(http, permission, siteId is { } site ? $"on site {site}" : "in the whole tenant");
    }

    /// <summary>Why a request is refused, once that was noted for the audit trail.</summary>
    /// <param name="http">The request.</param>
    /// <param name="permission">What the caller lacks.</param>
    /// <param name="where">Where they lack it.</param>
    internal static ProblemException Refusal(HttpContext http, string permission, string where)
    {
        http.NoteDenial(Caller.Of(http), permission);
        return new ProblemException(new Problem(ProblemKind.Forbidden, $"The permission {permission} is needed {where}. GET /api/me/explain says what you have."));
    }
}
