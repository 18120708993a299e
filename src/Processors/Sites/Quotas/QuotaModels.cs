using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Limits of all tenants in this node's memory: read once, then what changed, when a read model has moved on and twice a second in any case. So a changed limit holds within a second on every node.
/// </summary>
public sealed class QuotaModels(IDocumentStore store, QuotaOptions options)
{
    // Milliseconds. Between two looks while signals come all the time; without a signal; and until all is read again, so that a model that was rebuilt is followed.
    private const long Busy = 100, Quiet = 500, Whole = 60_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private sealed record Known(ImmutableDictionary<string, TenantLimits> Own, long Seen, Task Pulse, long At, long WholeAt);

    private readonly SharedLook _look = new();
    private readonly bool _warnsAll = options.Defaults.Values.Any(limit => limit.Soft is not null);
    private volatile Known? _known;

    /// <summary>A limit that holds for a tenant.</summary>
    /// <exception cref="TimeoutException">The read model is behind what was in the log when this process first asked.</exception>
    public async ValueTask<QuotaLimit> OfAsync(string tenantId, string quota, CancellationToken cancel) => Of(await CurrentAsync(cancel), tenantId, quota);

    /// <summary>All limits that hold for a tenant, in name order, and whether each is its own.</summary>
    public async ValueTask<IReadOnlyList<(QuotaLimit Limit, bool IsOwn)>> AllOfAsync(string tenantId, CancellationToken cancel)
    {
        var known = await CurrentAsync(cancel);
        return [.. Quotas.All.Select(quota => (Of(known, tenantId, quota), OwnOf(known, tenantId, quota) is not null))];
    }

    /// <summary>The limit as this node last knew it, without waiting for a look, which is begun where it's time for one; null: it knows nothing yet.</summary>
    public QuotaLimit? Glance(string tenantId, string quota)
    {
        var known = _known;
        if ((known is null || !IsCurrent(known)) && !_look.IsUnderWay)
            _ = LookAsync();
        return known is null ? null : Of(known, tenantId, quota);
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
        var own = (await CurrentAsync(cancel)).Own.GetValueOrDefault(tenantId);
        return (own is not null || _warnsAll, own?.Version ?? 0);
    }

    private QuotaLimit Of(Known known, string tenantId, string quota) =>
        // The platform's own tenant is nobody's customer.
        tenantId == DocumentStore.PlatformTenant ? new QuotaLimit(quota, null, null) : OwnOf(known, tenantId, quota) ?? options.Defaults[quota];

    private static QuotaLimit? OwnOf(Known known, string tenantId, string quota) =>
        known.Own.TryGetValue(tenantId, out var own) ? own.Limits.FirstOrDefault(limit => limit.Quota == quota) : null;

    private ValueTask<Known> CurrentAsync(CancellationToken cancel) => _known is { } known && IsCurrent(known) ? ValueTask.FromResult(known) : RefreshAsync(cancel);

    private static bool IsCurrent(Known known) => Environment.TickCount64 - known.At is var age && (age < Busy || age < Quiet && !known.Pulse.IsCompleted);

    private ValueTask<Known> RefreshAsync(CancellationToken cancel) =>
        _look.LookAsync("", () => _known is { } known && IsCurrent(known) ? known : null, async () => _known = await NextAsync(_known, cancel), cancel);

    private async Task<Known> NextAsync(Known? before, CancellationToken cancel)
    {
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        if (before is null && !await session.WaitForAllAsync(TenantLimits.ReadModel, Patience, cancel))
            throw new TimeoutException($"The read model {TenantLimits.ReadModel} is behind the log: until it has all of it, nobody knows what may be appended.");
        // Before the look: what comes during it is looked for again.
        var (pulse, at) = (store.Signals.Projected.Next, Environment.TickCount64);
        var isWhole = before is null || at - before.WholeAt >= Whole;
        var news = await TenantLimits.SinceAsync(session, isWhole ? -1 : before!.Seen, cancel);
        if (!isWhole && news.Index < before!.Seen)
            return await NextAsync(before with { WholeAt = at - Whole }, cancel);
        var own = (isWhole ? ImmutableDictionary<string, TenantLimits>.Empty : before!.Own).SetItems(news.Items.Select(limits => KeyValuePair.Create(limits.TenantId, limits)));
        return new Known(own, news.Index, pulse, at, isWhole ? at : before!.WholeAt);
    }
}
