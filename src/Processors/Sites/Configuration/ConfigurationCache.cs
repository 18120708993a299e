using System.Collections.Immutable;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>Configuration of tenants in this node's memory (<see cref="FollowedModel{T}"/>): a change is effective everywhere within a second.</summary>
public sealed class ConfigurationCache(IDocumentStore store)
{
    private const int MostTenants = 1_000;

    // Signals of everything that is projected come here: under load it's asked this often at most.
    private readonly FollowedModels<TenantConfiguration> _tenants = new(store, TimeSpan.FromMilliseconds(5), MostTenants, known => known.IsEmpty);

    /// <param name="tenantId">Whose.</param>
    /// <param name="fresh">As the read model has it now, signal or not.</param>
    /// <param name="cancel">Gives up.</param>
    public ValueTask<TenantConfiguration> OfAsync(string tenantId, bool fresh, CancellationToken cancel) =>
        !fresh && _tenants.Of(tenantId).Current is { } current ? ValueTask.FromResult(current) : LookAsync(tenantId, fresh, cancel);

    /// <summary>A site and those above it, the nearest first; empty: there is no such site. Memory only, but for one that was just made.</summary>
    public async ValueTask<ImmutableArray<Guid>> UpAsync(string tenantId, Guid siteId, CancellationToken cancel) =>
        (await OfAsync(tenantId, fresh: false, cancel)).Up(siteId) is { IsEmpty: false } path ? path : await SitePaths.UpAsync(store.QuerySession(tenantId), siteId, cancel);

    private ValueTask<TenantConfiguration> LookAsync(string tenantId, bool fresh, CancellationToken cancel) => _tenants.Of(tenantId).OfAsync(async (before, after) =>
    {
        var changes = await ConfigurationPart.ChangedAsync(store.QuerySession(tenantId), after, cancel);
        return ((before ?? TenantConfiguration.Empty(tenantId)).With(changes.Items), changes.Index);
    }, cancel, _ => !fresh);
}
