using System.Collections.Frozen;
using System.Collections.Immutable;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;

namespace Platform.Api.Http;

/// <summary>What the caller of a request may, as of when it came; put there by <see cref="PermissionMiddleware"/>.</summary>
/// <param name="Tenant">What access in the caller's tenant is decided on.</param>
/// <param name="Who">The caller.</param>
/// <param name="Now">When.</param>
public sealed record CallerAccess(TenantAccess Tenant, Principal Who, DateTimeOffset Now)
{
    /// <summary>Sites that the request is about, where its endpoint says how they are found; null: the tenant.</summary>
    public IReadOnlyList<Guid>? Sites { get; init; }

    public static CallerAccess Of(HttpContext http) => http.Features.Get<CallerAccess>() ?? throw new ProblemException(new Problem(ProblemKind.Unauthenticated));

    /// <summary>Looks it up.</summary>
    public static async ValueTask<CallerAccess> FindAsync(HttpContext http, Caller caller)
    {
        var services = http.RequestServices;
        var (tenant, now) = (await services.GetRequiredService<AccessModels>().OfAsync(caller.TenantId, http.RequestAborted), services.GetRequiredService<TimeProvider>().GetUtcNow());
        return new CallerAccess(tenant, WhoIn(tenant, caller, now), now);
    }

    /// <summary>A caller among those whom a tenant knows.</summary>
    public static Principal WhoIn(TenantAccess tenant, Caller caller, DateTimeOffset now) =>
        caller.ClientId is not { } id ? tenant.OfToken(caller.Subject, [.. caller.Roles])
        : tenant.FindClient(id) is { } client ? tenant.OfClient(client.HeldTo(caller.Scopes), now)
        : new Principal(caller.Subject, id, [], [], [], IsBarred: true);

    /// <summary>Whether the caller has a permission in the whole tenant.</summary>
    public bool Has(string permission) => Tenant.Decide(Who, permission, null, Now).Allowed;

    /// <summary>Whether the caller has a permission on one of the sites that the request is about; in the tenant, where it's about no site.</summary>
    public bool HasHere(string permission) => Who.DependsOnSite && Sites is { Count: > 0 } sites ? sites.Any(site => Tenant.Decide(Who, permission, site, Now).Allowed) : Has(permission);

    /// <summary>Whether the caller has a permission on a site; null: in the tenant.</summary>
    public async ValueTask<bool> HasAsync(string permission, Guid? siteId, IDocumentStore store, string tenantId, CancellationToken cancel)
    {
        if (siteId is not { } site || !Who.DependsOnSite || Tenant.HasSite(site))
            return Tenant.Decide(Who, permission, Who.DependsOnSite ? siteId : null, Now).Allowed;
        // Just made, perhaps: what the node has in memory lacks it for some milliseconds. Its stream says where it hangs.
        var path = new List<Guid>();
        for (Guid? next = site; next is { } id && path.Count < TenantAccess.MostLevels;)
        {
            path.Add(id);
            next = (await store.QuerySession(tenantId).Events.AggregateStreamAsync<ScopeSite>(id, cancel: cancel)).State.ParentId;
        }
        return Access.Decide(Who, Tenant.Roles, path.ToArray(), permission, Now).Allowed;
    }

    /// <summary>The permissions that the caller has on a site and on all below it, or in the whole tenant.</summary>
    public ImmutableSortedSet<string> HeldThroughout(Guid? siteId) => Tenant.HeldThroughout(Who, siteId, Now);

    /// <summary>The sites on which the caller has a permission; null: all there are and will be.</summary>
    public FrozenSet<Guid>? SitesWith(string permission) => Tenant.SitesWith(Who, permission, Now);
}
