using System.Collections.Frozen;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>A site by one of its domains.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="SiteId">The site.</param>
/// <param name="Hosts">All its verified domains, in lower case.</param>
public sealed record HostedSite(string TenantId, Guid SiteId, IReadOnlySet<string> Hosts);

/// <summary>
/// Which site each verified domain is, in this node's memory: what a visitor's request is resolved with. A domain that was verified, or lost, counts within some seconds.
/// </summary>
public sealed class SiteHosts(IDocumentStore store)
{
    private const int PageSize = 10_000;
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);

    private readonly FollowedModel<FrozenDictionary<string, HostedSite>> _model = new(store, Busy);

    /// <summary>The site of a host name; null: it's nobody's, as far as is known.</summary>
    /// <param name="host">In lower case, without port.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<HostedSite?> FindAsync(string host, CancellationToken cancel) =>
        (_model.Current ?? await RefreshAsync(cancel)).GetValueOrDefault(host);

    private ValueTask<FrozenDictionary<string, HostedSite>> RefreshAsync(CancellationToken cancel) => _model.OfAsync(async (before, seen) =>
    {
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        var (claims, after, index) = (new List<DomainClaimEntry>(), "", 0L);
        // From the beginning of a list that changes meanwhile: what is missed is seen the next time, and a look is due whenever a read model has moved on.
        while (true)
        {
            var page = await DomainClaimEntry.ListAsync(session, after, PageSize, cancel);
            index = page.Index;
            claims.AddRange(page.Items);
            if (page.Items.Count < PageSize)
                break;
            after = page.Items[^1].Domain;
        }
        var sites = claims.GroupBy(claim => (claim.TenantId, claim.SiteId))
            .SelectMany(site => site.Select(claim => (claim.Domain, Site: new HostedSite(site.Key.TenantId, site.Key.SiteId, site.Select(other => other.Domain).ToFrozenSet(StringComparer.Ordinal)))));
        return (sites.ToFrozenDictionary(one => one.Domain, one => one.Site, StringComparer.Ordinal), index);
    }, cancel);
}
