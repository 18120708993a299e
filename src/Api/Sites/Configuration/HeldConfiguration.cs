using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>What holds at a level that a request is about.</summary>
/// <param name="Tenant">The tenant's, as of now.</param>
/// <param name="Path">From the platform down to the level, as of now or of <paramref name="At"/>.</param>
/// <param name="At">As asked for by <c>asOf</c>; null: now.</param>
internal sealed record HeldConfiguration(TenantConfiguration Tenant, ImmutableArray<PlacedLevel> Path, DateTimeOffset? At)
{
    /// <summary>From memory, or from the streams where a time is asked for. Null: there is no such site.</summary>
    public static async Task<HeldConfiguration?> FindAsync(HttpContext http, Guid? site, IDocumentStore store, ConfigurationCache cache)
    {
        var (tenant, at) = (Caller.Of(http).TenantId, Reading.PastTime(http));
        await Reading.AwaitAsync(http, store.QuerySession(tenant), ConfigurationPart.ReadModel);
        var configuration = await cache.OfAsync(tenant, fresh: http.Request.Query.ContainsKey("after"), http.RequestAborted);
        var path = at is { } time ? await PastConfiguration.PathAsync(store, tenant, site, time, http.RequestAborted) : configuration.PathTo(site);
        if (path is null && at is null)
        {
            // A site that was started just now may not be in the read model yet.
            configuration = await cache.OfAsync(tenant, fresh: true, http.RequestAborted);
            path = configuration.PathTo(site);
        }
        if (path is not { } levels)
            return null;
        Reading.Index(http, configuration.Changed, 0);
        return new HeldConfiguration(configuration, levels, at);
    }
}
