using System.Collections.Concurrent;
using System.Collections.Frozen;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Identity;

namespace Platform.Api.Http;

/// <summary>What a set of roles may do, by the read model of roles; remembered for a second.</summary>
public sealed class PermissionsOfRoles(IDocumentStore store)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);
    private const int MostEntries = 10_000;

    private readonly ConcurrentDictionary<(string Tenant, string Roles), (FrozenSet<string> Permissions, DateTimeOffset Until)> _known = new();

    public async ValueTask<FrozenSet<string>> OfAsync(string tenantId, IReadOnlyList<string> roles, CancellationToken cancel)
    {
        var key = (tenantId, string.Join('\n', roles));
        var now = store.Options.Time.GetUtcNow();
        if (_known.TryGetValue(key, out var known) && known.Until > now)
            return known.Permissions;
        var granted = await RoleDirectory.PermissionsAsync(store.QuerySession(tenantId), roles, cancel);
        var permissions = (tenantId == DocumentStore.PlatformTenant ? granted : granted.Except(BuiltInRoles.PlatformWide)).ToFrozenSet(StringComparer.Ordinal);
        if (_known.Count > MostEntries)
            _known.Clear();
        _known[key] = (permissions, now + Life);
        return permissions;
    }
}
