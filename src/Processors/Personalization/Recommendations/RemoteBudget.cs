using Platform.EventStore;
using Platform.Processors.Sites;

namespace Platform.Processors.Personalization;

/// <summary>
/// How often a tenant's recommendation service may be asked: by days of all nodes together, counted in the database as quotas are, and by minutes of this node, in memory.
/// </summary>
internal sealed class RemoteBudget(string tenantId, TenantCounters counters, TimeProvider time)
{
    private const string Quota = "recommendation-service-requests";

    private readonly Lock _lock = new();
    private TenantAllowance? _allowance;
    private (long Minute, int Asked) _window;

    /// <returns>What gives it back; null: nothing is left.</returns>
    public async ValueTask<Action?> TakeAsync(int perDay, int perMinute, long version, CancellationToken cancel)
    {
        var minute = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
        if (!TryTake(minute, perMinute))
            return null;
        var allowance = Today();
        // Nothing was asked before that isn't in the counter.
        if (await allowance.TakeAsync(1, (perDay, version), () => Task.FromResult((0L, true)), cancel) is null)
            return () =>
            {
                allowance.GiveBack(1);
                GiveBack(minute);
            };
        GiveBack(minute);
        return null;
    }

    /// <summary>Gives to other nodes what isn't used here.</summary>
    /// <param name="idle">Milliseconds for which nothing was taken.</param>
    /// <param name="cancel">Gives up.</param>
    public Task ReturnAsync(long idle, CancellationToken cancel)
    {
        TenantAllowance? held;
        lock (_lock)
            held = _allowance;
        return held is { HoldsAny: true } ? held.ReturnAsync(idle, cancel) : Task.CompletedTask;
    }

    private bool TryTake(long minute, int perMinute)
    {
        lock (_lock)
        {
            if (_window.Minute != minute)
                _window = (minute, 0);
            if (_window.Asked >= perMinute)
                return false;
            _window.Asked++;
            return true;
        }
    }

    private void GiveBack(long minute)
    {
        lock (_lock)
            if (_window.Minute == minute)
                _window.Asked--;
    }

    private TenantAllowance Today()
    {
        var day = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        lock (_lock)
            return _allowance?.Day == day ? _allowance : _allowance = new TenantAllowance(tenantId, Quota, day, counters);
    }
}
