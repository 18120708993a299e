using System.Collections.Concurrent;
using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Which tenants there are and which of them are held, in this node's memory. What changed since is fetched when a read model has moved on, on whatever node, and twice a second in any
/// case; so a tenant that is suspended is let in nowhere within a second. Where it can't be fetched nobody is let in.
/// </summary>
public sealed class TenantRegister(IDocumentStore store)
{
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(50);

    private sealed record Known(ImmutableDictionary<string, string> Tenants, IReadOnlyCollection<string> Held);

    private readonly FollowedModel<Known> _model = new(store, Busy);
    private readonly FirstCatchUp _first = new(TenantState.ReadModel);

    // Whoever was let in is known to public routes as well, though the read model may lack them for some milliseconds more.
    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);

    /// <summary>One of <see cref="TenantStatus"/>; null: there is no such tenant. The platform's own is always active.</summary>
    /// <exception cref="TimeoutException">The read model is behind what was in the log when this process first asked.</exception>
    public ValueTask<string?> StatusOfAsync(string tenantId, CancellationToken cancel) =>
        tenantId == DocumentStore.PlatformTenant ? ValueTask.FromResult<string?>(TenantStatus.Active)
        : _model.Current is { } known && known.Tenants.TryGetValue(tenantId, out var status) ? ValueTask.FromResult<string?>(status)
        : LookAsync(tenantId, cancel);

    /// <summary>Whether there is a tenant, from memory alone: for names that come from anybody. One that was provisioned just now may be missing for a moment, until it asked something of this node.</summary>
    /// <exception cref="TimeoutException">As above.</exception>
    public async ValueTask<bool> KnowsAsync(string tenantId, CancellationToken cancel) =>
        tenantId == DocumentStore.PlatformTenant || _seen.ContainsKey(tenantId) || (_model.Current ?? await RefreshAsync(cancel)).Tenants.ContainsKey(tenantId);

    /// <summary>Tenants whose scheduled work waits: those that are suspended or closed.</summary>
    /// <exception cref="TimeoutException">As above.</exception>
    public async ValueTask<IReadOnlyCollection<string>> HeldAsync(CancellationToken cancel) => (_model.Current ?? await RefreshAsync(cancel)).Held;

    private async ValueTask<string?> LookAsync(string tenantId, CancellationToken cancel)
    {
        if ((_model.Current ?? await RefreshAsync(cancel)).Tenants.TryGetValue(tenantId, out var status))
            return status;
        // Just provisioned, perhaps: the read model lacks it for some milliseconds. Its stream has it.
        var tenant = (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<Tenant>(Tenant.IdOf(tenantId), cancel: cancel)).State;
        if (!tenant.Exists)
            return null;
        _seen[tenantId] = true;
        return tenant.Status;
    }

    private ValueTask<Known> RefreshAsync(CancellationToken cancel) => _model.OfAsync(async (before, after) =>
    {
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        await _first.AwaitAsync(session, cancel);
        var news = await TenantState.SinceAsync(session, after, cancel);
        if (before is not null && news.Items.Count == 0)
            return (before, news.Index);
        var tenants = (before?.Tenants ?? ImmutableDictionary.Create<string, string>(StringComparer.Ordinal)).SetItems(news.Items.Select(state => KeyValuePair.Create(state.TenantId, state.Status)));
        return (new Known(tenants, [.. tenants.Where(tenant => tenant.Value != TenantStatus.Active).Select(tenant => tenant.Key)]), news.Index);
    }, cancel);
}
