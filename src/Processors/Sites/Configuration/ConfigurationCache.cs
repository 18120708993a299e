using System.Collections.Concurrent;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>Configuration of tenants in this node's memory (<see cref="FollowedModel{T}"/>): a change is effective everywhere within a second.</summary>
public sealed class ConfigurationCache(IDocumentStore store)
{
    private const int MostTenants = 1_000;

    // Signals of everything that is projected come here: under load it's asked this often at most. Milliseconds.
    private const long Busy = 5;

    private readonly ConcurrentDictionary<string, FollowedModel<TenantConfiguration>> _tenants = new(StringComparer.Ordinal);

    /// <param name="tenantId">Whose.</param>
    /// <param name="fresh">As the read model has it now, signal or not.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<TenantConfiguration> OfAsync(string tenantId, bool fresh, CancellationToken cancel)
    {
        if (_tenants.Count > MostTenants)
            _tenants.Clear();
        var model = _tenants.GetOrAdd(tenantId, _ => new FollowedModel<TenantConfiguration>(store, Busy));
        if (!fresh && model.Current is { } current)
            return current;
        var configuration = await model.OfAsync(async (before, after) =>
        {
            var changes = await ConfigurationPart.ChangedAsync(store.QuerySession(tenantId), after, cancel);
            return ((before ?? TenantConfiguration.Empty(tenantId)).With(changes.Items), changes.Index);
        }, cancel, _ => !fresh);
        // Whoever asks for tenants that don't exist takes no place from those that do.
        if (configuration.IsEmpty)
            _tenants.TryRemove(tenantId, out _);
        return configuration;
    }
}
