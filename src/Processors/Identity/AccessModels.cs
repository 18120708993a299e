using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Identity;

namespace Platform.Processors.Identity;

/// <summary>
/// What access is decided on, a tenant at a time, in this node's memory. What changed since is fetched when a read model has moved on, on whatever node, and twice a second in
/// any case; so what is revoked counts for nothing within a second. Where it can't be fetched nothing is decided.
/// </summary>
public sealed class AccessModels(IDocumentStore store)
{
    private const int MostTenants = 10_000;
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(5);

    private sealed record Known(TenantAccess Access, RoleTable? PlatformRoles);

    private readonly FollowedModels<Known> _tenants = new(store, Busy, MostTenants, known => known.Access.IsEmpty);
    private readonly FirstCatchUp _first = new(AccessEntry.ReadModel);

    /// <summary>Tenants that are in memory, the platform's own among them.</summary>
    public int Count => _tenants.Count;

    /// <exception cref="TimeoutException">The read model is behind what was in the log when this process first asked.</exception>
    public ValueTask<TenantAccess> OfAsync(string tenantId, CancellationToken cancel) =>
        tenantId == DocumentStore.PlatformTenant ? OfAsync(tenantId, null, cancel)
        : TryCurrent(DocumentStore.PlatformTenant) is { } platform ? OfAsync(tenantId, platform.Access.Roles, cancel)
        : OfTenantAsync(tenantId, cancel);

    /// <summary>The same, with all that was committed before the call: for decisions on what somebody has been granted, which somebody else may have done just now.</summary>
    /// <exception cref="TimeoutException">The read model is behind.</exception>
    public async Task<TenantAccess> LatestAsync(string tenantId, CancellationToken cancel)
    {
        if (!await store.QuerySession(tenantId).WaitForAllAsync(AccessEntry.ReadModel, Patience, cancel))
            throw new TimeoutException($"The read model {AccessEntry.ReadModel} is behind the log.");
        var platform = tenantId == DocumentStore.PlatformTenant ? null : (await OfAsync(DocumentStore.PlatformTenant, null, cancel)).Roles;
        return await RefreshAsync(tenantId, platform, cancel, isLatest: true);
    }

    private async ValueTask<TenantAccess> OfTenantAsync(string tenantId, CancellationToken cancel) =>
        await OfAsync(tenantId, (await OfAsync(DocumentStore.PlatformTenant, null, cancel)).Roles, cancel);

    private ValueTask<TenantAccess> OfAsync(string tenantId, RoleTable? platform, CancellationToken cancel) =>
        TryCurrent(tenantId) is { } known && known.PlatformRoles == platform ? ValueTask.FromResult(known.Access) : RefreshAsync(tenantId, platform, cancel);

    private Known? TryCurrent(string tenantId) => _tenants.Of(tenantId).Current;

    private async ValueTask<TenantAccess> RefreshAsync(string tenantId, RoleTable? platform, CancellationToken cancel, bool isLatest = false)
    {
        var session = store.QuerySession(tenantId);
        return (await _tenants.Of(tenantId).OfAsync(async (before, after) =>
        {
            await _first.AwaitAsync(session, cancel);
            var news = await AccessEntry.SinceAsync(session, after, cancel);
            var access = before is null ? (platform is null ? TenantAccess.OfPlatform : TenantAccess.Of(platform)).With(news.Items)
                : news.Items.Count == 0 && before.PlatformRoles == platform ? before.Access : before.Access.With(news.Items, platform);
            return (new Known(access, platform), news.Index);
        }, cancel, known => !isLatest && known.PlatformRoles == platform)).Access;
    }
}
