using System.Collections.Concurrent;
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
    // Milliseconds. Between two looks while signals come all the time; without a signal; and until all is read again, so that a model that was rebuilt or mended is followed.
    private const long Busy = 50, Quiet = 500, Whole = 60_000;
    private const int MostTenants = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private sealed record Known(TenantAccess Access, RoleTable? PlatformRoles, long Seen, Task Pulse, long At, long WholeAt);

    // Tenants share one by chance; it only makes one wait for the other.
    private readonly SharedLook[] _looks = [.. Enumerable.Range(0, 64).Select(_ => new SharedLook())];
    private readonly ConcurrentDictionary<string, Known> _tenants = new(StringComparer.Ordinal);
    private volatile bool _hasAll;

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

    private Known? TryCurrent(string tenantId) => _tenants.TryGetValue(tenantId, out var known) && IsCurrent(known) ? known : null;

    private static bool IsCurrent(Known known) =>
        Environment.TickCount64 - known.At is var age && (age < Busy || age < Quiet && !known.Pulse.IsCompleted);

    private ValueTask<TenantAccess> RefreshAsync(string tenantId, RoleTable? platform, CancellationToken cancel, bool isLatest = false) =>
        _looks[(uint)tenantId.GetHashCode(StringComparison.Ordinal) % (uint)_looks.Length].LookAsync(
            tenantId, () => !isLatest && TryCurrent(tenantId) is { } known && known.PlatformRoles == platform ? known.Access : null,
            async () =>
            {
                var next = await NextAsync(store.QuerySession(tenantId), _tenants.GetValueOrDefault(tenantId), platform, cancel);
                if (_tenants.Count > MostTenants)
                    Forget();
                _tenants[tenantId] = next;
                return next.Access;
            }, cancel);

    // Keys name their tenant before anybody knows whether it is one: those of none go first.
    private void Forget()
    {
        foreach (var (id, _) in _tenants.Where(tenant => tenant.Value.Access.IsEmpty))
            _tenants.TryRemove(id, out _);
        if (_tenants.Count > MostTenants)
            _tenants.Clear();
    }

    private async Task<Known> NextAsync(IQuerySession session, Known? before, RoleTable? platform, CancellationToken cancel)
    {
        if (!_hasAll && !(_hasAll = await session.WaitForAllAsync(AccessEntry.ReadModel, Patience, cancel)))
            throw new TimeoutException($"The read model {AccessEntry.ReadModel} is behind the log: until it has all of it, nobody is let in.");
        // Before the look: what comes during it is looked for again.
        var (pulse, at) = (store.Signals.Projected.Next, Environment.TickCount64);
        if (before is not null && at - before.WholeAt < Whole)
        {
            var news = await AccessEntry.SinceAsync(session, before.Seen, cancel);
            if (news.Index >= before.Seen)
                return before with
                {
                    Access = news.Items.Count == 0 && before.PlatformRoles == platform ? before.Access : before.Access.With(news.Items, platform),
                    PlatformRoles = platform,
                    Seen = news.Index,
                    Pulse = pulse,
                    At = at,
                };
        }
        var all = await AccessEntry.SinceAsync(session, -1, cancel);
        var empty = platform is null ? TenantAccess.OfPlatform : TenantAccess.Of(platform);
        return new Known(empty.With(all.Items), platform, all.Index, pulse, at, at);
    }
}
