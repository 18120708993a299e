using Platform.EventStore;

namespace Platform.Processors.Sites;

/// <summary>
/// A tenant's allowance of events of a day on this node: it's taken from the database in blocks, a hundredth of what is left, and given out from memory. So nodes together never exceed the
/// limit, and the database is asked seldom while there is plenty.
/// </summary>
internal sealed class TenantAllowance(string tenantId, string quota, DateOnly day, TenantCounters counters)
{
    // Events taken at once at most.
    private const long LargestBlock = 10_000;

    // Milliseconds. Whoever was refused isn't asked about again for so long, whatever comes: a flood at the limit must not become one on the database.
    private const long Settled = 100;

    // Milliseconds until what is used is asked again where the answer wasn't sure to be all.
    private const long Unsure = 1_000;

    private readonly Lock _lock = new();
    private SemaphoreSlim Taking { get; } = new(1);
    private long _left;
    private (long Limit, long Version) _held = (-1, -1);
    private long _askedAt;
    private long? _unsureSince;
    private (long Need, long Total, long At) _refused = (long.MaxValue, 0, 0);

    public DateOnly Day => day;

    public bool HoldsAny => Interlocked.Read(ref _left) > 0;

    /// <summary>Takes events for an append.</summary>
    /// <param name="need">How many.</param>
    /// <param name="held">What all nodes may take together, and which version of the tenant's limits says so.</param>
    /// <param name="usedBefore">What is known to be used, and whether that is all; asked where this node hasn't held the tenant to this version before: until now there may have been no limit.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null: they are taken; else what all nodes have taken already.</returns>
    public async ValueTask<long?> TakeAsync(long need, (long Limit, long Version) held, Func<Task<(long Used, bool IsAll)>> usedBefore, CancellationToken cancel)
    {
        Volatile.Write(ref _askedAt, Environment.TickCount64);
        if (TryTake(need, held))
            return null;
        await Taking.WaitAsync(cancel);
        try
        {
            if (TryTake(need, held))
                return null;
            if (IsKnown(held) && need >= _refused.Need && Environment.TickCount64 - _refused.At < Settled)
                return _refused.Total;
            if (IsKnown(held))
                return await TakeMoreAsync(need, held, 0, cancel);
            // By another limit there may be less left than what is held here.
            await ReturnAsync(cancel);
            var (floor, isAll) = await usedBefore();
            var total = await TakeMoreAsync(need, held, floor, cancel);
            lock (_lock)
                _unsureSince = isAll ? null : Environment.TickCount64;
            return total;
        }
        finally
        {
            Taking.Release();
        }
    }

    private async Task<long?> TakeMoreAsync(long need, (long Limit, long Version) held, long floor, CancellationToken cancel)
    {
        // What is here is put aside meanwhile: it's part of what this append gets.
        long aside;
        lock (_lock)
            (aside, _left) = (_left, 0);
        var (isTaken, rest) = (false, aside);
        try
        {
            var (granted, total) = await counters.TakeAsync(tenantId, quota, day, Math.Max(0, need - aside), LargestBlock, held.Limit, floor, cancel);
            if (isTaken = aside + granted >= need)
                rest = aside + granted - need;
            else
                _refused = (need, total, Environment.TickCount64);
            lock (_lock)
                _held = held;
            return isTaken ? null : total;
        }
        finally
        {
            lock (_lock)
                _left += rest;
        }
    }

    /// <summary>Events that were taken and then not appended.</summary>
    public void GiveBack(long events)
    {
        lock (_lock)
            _left += events;
    }

    /// <summary>Gives back to the other nodes what is held here.</summary>
    /// <param name="idle">Milliseconds: only if nothing was taken for so long.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task ReturnAsync(long idle, CancellationToken cancel)
    {
        await Taking.WaitAsync(cancel);
        try
        {
            if (Environment.TickCount64 - Volatile.Read(ref _askedAt) >= idle)
                await ReturnAsync(cancel);
        }
        finally
        {
            Taking.Release();
        }
    }

    private async Task ReturnAsync(CancellationToken cancel)
    {
        long unused;
        lock (_lock)
            (unused, _left) = (_left, 0);
        // Whatever becomes of the statement: what is in doubt counts as used.
        if (unused > 0)
            await counters.ReturnAsync(tenantId, quota, day, unused, cancel);
    }

    private bool IsKnown((long Limit, long Version) held) => _held == held && (_unsureSince is not { } since || Environment.TickCount64 - since < Unsure);

    private bool TryTake(long need, (long Limit, long Version) held)
    {
        lock (_lock)
        {
            if (!IsKnown(held) || _left < need)
                return false;
            _left -= need;
            return true;
        }
    }
}
