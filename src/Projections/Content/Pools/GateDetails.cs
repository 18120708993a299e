using System.Collections.Immutable;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>The gate that holds at a site: its own, or that of the nearest site above that has one.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="From">Whose gate it is; absent: no site up to the top has one, and nothing of the pool is let in.</param>
/// <param name="Version">Of the site's own gate: what If-Match takes on commands; 0: it never had one.</param>
/// <param name="Rules">In the order in which they decide.</param>
public sealed record GateDetails(Guid SiteId, Guid? From, long Version, ImmutableArray<GateRule> Rules)
{
    // As deep as sites nest, and more.
    private const int MostLevels = 64;

    /// <summary>Folded from the streams of sites and gates: never stale.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="at">As it was then; null: as it is.</param>
    /// <param name="cancel">Cancels the reading.</param>
    /// <returns>Null: there is no such site.</returns>
    public static async Task<GateDetails?> FindAsync(IQuerySession session, Guid siteId, DateTimeOffset? at, CancellationToken cancel)
    {
        if (!(await session.Events.AggregateStreamAsync<HomeSite>(siteId, at: at, cancel: cancel)).State.Exists)
            return null;
        var own = (await session.Events.AggregateStreamAsync<SiteGate>(SiteGate.IdOf(siteId), at: at, cancel: cancel)).State;
        var (site, gate) = (siteId, own);
        for (var n = 0; gate.Rules is null && n < MostLevels; n++)
        {
            if ((await session.Events.AggregateStreamAsync<ScopeSite>(site, at: at, cancel: cancel)).State.ParentId is not { } parent)
                break;
            site = parent;
            gate = (await session.Events.AggregateStreamAsync<SiteGate>(SiteGate.IdOf(site), at: at, cancel: cancel)).State;
        }
        return new GateDetails(siteId, gate.Rules is null ? null : site, own.Version, gate.Rules ?? []);
    }
}
