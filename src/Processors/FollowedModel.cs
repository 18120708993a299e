using System.Collections.Concurrent;
using Platform.EventStore;

namespace Platform.Processors;

/// <summary>
/// A read model in this node's memory: read once, then what changed, when some read model has moved on, on whatever node, and twice a second in any case; so what was decided counts within a second. Once a
/// minute it's read whole, so that a model that was rebuilt, or an event that was parked and applied later, is followed. Where it can't be read nobody is answered.
/// </summary>
/// <param name="projected">Pulses when a read model has moved on.</param>
/// <param name="time">The clock.</param>
/// <param name="busy">Between two looks while signals come all the time.</param>
/// <param name="wholeApart">What is known counts while all is read again, and nobody waits for that; a look for what has changed follows. Looks may then be under way two at a time.</param>
/// <param name="isSame">What was read whole is as what is known, which stays, with all that was made of it; null: nobody tells.</param>
public sealed class FollowedModel<T>(Signal projected, TimeProvider time, TimeSpan busy, bool wholeApart = false, Func<T, T, bool>? isSame = null) where T : class
{
    // Between two looks without a signal, until all is read again, and until nobody is answered before it is: what can't be read apart isn't hidden for longer.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500), Whole = TimeSpan.FromMinutes(1), Latest = 2 * Whole;

    private readonly SharedLook _look = new();
    private volatile Known? _known;

    // All, read apart, with when that began; whoever looks has it.
    private (Task<(T Value, long Seen)> Read, long At)? _whole;

    // Times by the clock's ticks.
    private sealed record Known(T Value, long Seen, Task Pulse, long At, long WholeAt);

    public FollowedModel(IDocumentStore store, TimeSpan busy, bool wholeApart = false, Func<T, T, bool>? isSame = null) : this(store.Signals.Projected, store.Options.Time, busy, wholeApart, isSame)
    {
    }

    /// <summary>What counts now; null: it's time for a look.</summary>
    public T? Current => _known is { } known && time.GetElapsedTime(known.At) is var age && (age < busy || age < Quiet && !known.Pulse.IsCompleted) ? known.Value : null;

    /// <summary>As it was last known, however long ago; null: never.</summary>
    public T? Last => _known?.Value;

    /// <summary>Somebody looks just now.</summary>
    public bool IsUnderWay => _look.IsUnderWay;

    /// <summary>What counts, after a look where it's time for one.</summary>
    /// <param name="look">Brings what is known up to date by what has changed after a place in the log; null and -1: all there is. Gives how far the read model is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="fits">Whether what counts will do; null: it will.</param>
    public ValueTask<T> OfAsync(Func<T?, long, Task<(T Value, long Seen)>> look, CancellationToken cancel, Func<T, bool>? fits = null) =>
        _look.LookAsync(() => Current is { } current && (fits is null || fits(current)) ? current : null, async () => (_known = await NextAsync(look)).Value, cancel);

    private async Task<Known> NextAsync(Func<T?, long, Task<(T Value, long Seen)>> look)
    {
        // Before the look: what is projected during it is looked for again.
        var (before, pulse, at) = (_known, projected.Next, time.GetTimestamp());
        if (before is not null && time.GetElapsedTime(before.WholeAt, at) < (wholeApart ? Latest : Whole))
        {
            if (time.GetElapsedTime(before.WholeAt, at) >= Whole) before = Apart(before, at, look);
            var (value, seen) = await look(before.Value, before.Seen);
            // A model that is behind what it was is another one.
            if (seen >= before.Seen)
                return new Known(value, seen, pulse, at, before.WholeAt);
        }
        _whole = null;
        var (all, index) = await look(null, -1);
        return new Known(before is null ? all : Same(before.Value, all), index, pulse, at, at);
    }

    // What was read whole, if that has ended; what failed is tried again.
    private Known Apart(Known before, long at, Func<T?, long, Task<(T Value, long Seen)>> look)
    {
        var (read, began) = _whole ??= (look(null, -1), at);
        if (!read.IsCompleted) return before;
        _whole = null;
        return read.IsCompletedSuccessfully && read.Result is var (all, seen) ? before with { Value = Same(before.Value, all), Seen = seen, WholeAt = began } : before;
    }

    private T Same(T known, T all) => isSame?.Invoke(known, all) == true ? known : all;
}

/// <summary>One for each tenant, so many at most: those of which nothing is known go first.</summary>
/// <param name="store">Read from.</param>
/// <param name="busy">As of <see cref="FollowedModel{T}"/>.</param>
/// <param name="most">Tenants.</param>
/// <param name="isEmpty">Nothing is known of the tenant.</param>
/// <param name="wholeApart">As of <see cref="FollowedModel{T}"/>.</param>
/// <param name="isSame">As of <see cref="FollowedModel{T}"/>.</param>
public sealed class FollowedModels<T>(IDocumentStore store, TimeSpan busy, int most, Func<T, bool> isEmpty, bool wholeApart = false, Func<T, T, bool>? isSame = null) where T : class
{
    private readonly ConcurrentDictionary<string, FollowedModel<T>> _tenants = new(StringComparer.Ordinal);

    /// <summary>Tenants that are in memory.</summary>
    public int Count => _tenants.Count;

    /// <summary>The tenant's.</summary>
    public FollowedModel<T> Of(string tenantId) => _tenants.TryGetValue(tenantId, out var model) ? model : Add(tenantId);

    private FollowedModel<T> Add(string tenantId)
    {
        if (_tenants.Count >= most)
        {
            foreach (var (id, model) in _tenants)
                if (model.Last is not { } known || isEmpty(known))
                    _tenants.TryRemove(id, out _);
            if (_tenants.Count >= most)
                _tenants.Clear();
        }
        return _tenants.GetOrAdd(tenantId, _ => new FollowedModel<T>(store, busy, wholeApart, isSame));
    }
}

/// <summary>
/// A read model of each tenant in this node's memory, followed (<see cref="FollowedModel{T}"/>) from when it first has all that was in the log (<see cref="FirstCatchUp"/>): deciding by it touches memory only.
/// </summary>
/// <param name="store">Read from.</param>
/// <param name="readModel">Its name.</param>
/// <param name="busy">As of <see cref="FollowedModel{T}"/>.</param>
/// <param name="isEmpty">Nothing is known of the tenant.</param>
/// <param name="look">Brings what is known up to date by what has changed after a place in the log; null and -1: all there is. Gives how far the read model is.</param>
/// <param name="isSame">As of <see cref="FollowedModel{T}"/>.</param>
public sealed class TenantModels<T>(
    IDocumentStore store, string readModel, TimeSpan busy, Func<T, bool> isEmpty, Func<IQuerySession, T?, long, CancellationToken, Task<(T Value, long Seen)>> look, Func<T, T, bool>? isSame = null) where T : class
{
    private const int MostTenants = 1_000;

    private readonly FollowedModels<T> _tenants = new(store, busy, MostTenants, isEmpty, wholeApart: true, isSame);
    private readonly FirstCatchUp _first = new(readModel);

    /// <param name="tenantId">A tenant that there is: each that is asked for is kept.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="TimeoutException">The read model is behind what was in the log when this process first asked.</exception>
    public ValueTask<T> OfAsync(string tenantId, CancellationToken cancel) =>
        _tenants.Of(tenantId).Current is { } known ? ValueTask.FromResult(known) : LookAsync(tenantId, cancel);

    private ValueTask<T> LookAsync(string tenantId, CancellationToken cancel) => _tenants.Of(tenantId).OfAsync(async (before, after) =>
    {
        var session = store.QuerySession(tenantId);
        await _first.AwaitAsync(session, cancel);
        // All is read for others too, whoever asked first.
        return await look(session, before, after, before is null ? CancellationToken.None : cancel);
    }, cancel);
}
