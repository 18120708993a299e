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

    private sealed record Known(FrozenDictionary<string, HostedSite> Sites, string Mark);

    private readonly FollowedModel<Known> _model = new(store, Busy);

    /// <summary>The site of a host name; null: it's nobody's, as far as is known.</summary>
    /// <param name="host">In lower case, without port.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<HostedSite?> FindAsync(string host, CancellationToken cancel) =>
        (_model.Current ?? await RefreshAsync(cancel)).Sites.GetValueOrDefault(host);

    private ValueTask<Known> RefreshAsync(CancellationToken cancel) => _model.OfAsync(async (before, _) =>
    {
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        // Whatever is projected is a reason to look, visitors' events above all; domains seldom change.
        var mark = await DomainClaimEntry.MarkAsync(session, cancel);
        if (before is not null && mark.Items[0] == before.Mark)
            return (before, mark.Index);
        var (claims, after) = (new List<DomainClaimEntry>(), "");
        // From the beginning of a list that may change meanwhile: then its mark isn't the one that was asked for first, and the next look reads it again.
        while (true)
        {
            var page = await DomainClaimEntry.ListAsync(session, after, PageSize, cancel);
            claims.AddRange(page.Items);
            if (page.Items.Count < PageSize)
                break;
            after = page.Items[^1].Domain;
        }
        var sites = claims.GroupBy(claim => (claim.TenantId, claim.SiteId))
            .SelectMany(site => site.Select(claim => (claim.Domain, Site: new HostedSite(site.Key.TenantId, site.Key.SiteId, site.Select(other => other.Domain).ToFrozenSet(StringComparer.Ordinal)))));
        return (new Known(sites.ToFrozenDictionary(one => one.Domain, one => one.Site, StringComparer.Ordinal), mark.Items[0]), mark.Index);
    }, cancel);
}
