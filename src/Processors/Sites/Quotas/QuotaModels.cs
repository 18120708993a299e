using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Limits of all tenants in this node's memory (<see cref="FollowedModel{T}"/>): a changed limit holds within a second on every node.
/// </summary>
public sealed class QuotaModels(IDocumentStore store, QuotaOptions options)
{
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(100);

    private readonly FollowedModel<ImmutableDictionary<string, TenantLimits>> _model = new(store, Busy);
    private readonly FirstCatchUp _first = new(TenantLimits.ReadModel);
    private readonly bool _warnsAll = options.Defaults.Values.Any(limit => limit.Soft is not null);

    /// <summary>A limit that holds for a tenant.</summary>
    /// <exception cref="TimeoutException">The read model is behind what was in the log when this process first asked.</exception>
    public async ValueTask<QuotaLimit> OfAsync(string tenantId, string quota, CancellationToken cancel) => Of(await CurrentAsync(cancel), tenantId, quota);

    /// <summary>A limit that holds for a tenant, and the version of the tenant's own limits, 0: it has none.</summary>
    /// <exception cref="TimeoutException">As of <see cref="OfAsync"/>.</exception>
    public async ValueTask<(QuotaLimit Limit, long Version)> HeldAsync(string tenantId, string quota, CancellationToken cancel)
    {
        var known = await CurrentAsync(cancel);
        return (Of(known, tenantId, quota), known.GetValueOrDefault(tenantId)?.Version ?? 0);
    }

    /// <summary>All limits that hold for a tenant, in name order, and whether each is its own.</summary>
    public async ValueTask<IReadOnlyList<(QuotaLimit Limit, bool IsOwn)>> AllOfAsync(string tenantId, CancellationToken cancel)
    {
        var known = await CurrentAsync(cancel);
        return [.. Quotas.All.Select(quota => (Of(known, tenantId, quota), OwnOf(known, tenantId, quota) is not null))];
    }

    /// <summary>The limit as this node last knew it, without waiting for a look, which is begun where it's time for one; null: it knows nothing yet.</summary>
    public QuotaLimit? Glance(string tenantId, string quota)
    {
        if (_model.Current is null && !_model.IsUnderWay)
            _ = LookAsync();
        return _model.Last is { } own ? Of(own, tenantId, quota) : null;
    }

    // Whoever needs to know asks again, and is told what stands in the way.
    private async Task LookAsync()
    {
        try
        {
            await RefreshAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException or ReadModelMissingException or ObjectDisposedException)
        {
        }
    }

    /// <summary>Whether a tenant may have been warned, or may be; and the version of its own limits, 0: it has none.</summary>
    public async ValueTask<(bool IsHeld, long Version)> StateOfAsync(string tenantId, CancellationToken cancel)
    {
        var own = (await CurrentAsync(cancel)).GetValueOrDefault(tenantId);
        return (own is not null || _warnsAll, own?.Version ?? 0);
    }

    private QuotaLimit Of(ImmutableDictionary<string, TenantLimits> known, string tenantId, string quota) =>
        // The platform's own tenant is nobody's customer.
        tenantId == DocumentStore.PlatformTenant ? new QuotaLimit(quota, null, null) : OwnOf(known, tenantId, quota) ?? options.Defaults[quota];

    private static QuotaLimit? OwnOf(ImmutableDictionary<string, TenantLimits> known, string tenantId, string quota) =>
        known.TryGetValue(tenantId, out var own) ? own.Limits.FirstOrDefault(limit => limit.Quota == quota) : null;

    private ValueTask<ImmutableDictionary<string, TenantLimits>> CurrentAsync(CancellationToken cancel) => _model.Current is { } known ? ValueTask.FromResult(known) : RefreshAsync(cancel);

    private ValueTask<ImmutableDictionary<string, TenantLimits>> RefreshAsync(CancellationToken cancel) => _model.OfAsync(async (before, after) =>
    {
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        await _first.AwaitAsync(session, cancel);
        var news = await TenantLimits.SinceAsync(session, after, cancel);
        return ((before ?? ImmutableDictionary<string, TenantLimits>.Empty).SetItems(news.Items.Select(limits => KeyValuePair.Create(limits.TenantId, limits))), news.Index);
    }, cancel);
}
