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

    private readonly Lock _lock = new();
    private SemaphoreSlim Taking { get; } = new(1);
    private long _left;
    private long _limit = -1;
    private long _askedAt;
    private (long Need, long Total, long At) _refused = (long.MaxValue, 0, 0);

    public DateOnly Day => day;

    public bool HoldsAny => Interlocked.Read(ref _left) > 0;

    /// <summary>Takes events for an append.</summary>
    /// <param name="need">How many.</param>
    /// <param name="limit">What all nodes may take together.</param>
    /// <param name="usedBefore">What is known to be used, asked where this node hasn't held the tenant to this limit before.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null: they are taken; else what all nodes have taken already.</returns>
    public async ValueTask<long?> TakeAsync(long need, long limit, Func<Task<long>> usedBefore, CancellationToken cancel)
    {
        Volatile.Write(ref _askedAt, Environment.TickCount64);
        if (TryTake(need, limit))
            return null;
        await Taking.WaitAsync(cancel);
        try
        {
            if (TryTake(need, limit))
                return null;
            if (_limit == limit && need >= _refused.Need && Environment.TickCount64 - _refused.At < Settled)
                return _refused.Total;
            var floor = 0L;
            if (_limit != limit)
            {
                // By another limit there may be less left than what is held here.
                await ReturnAsync(cancel);
                floor = await usedBefore();
            }
            return await TakeMoreAsync(need, limit, floor, cancel);
        }
        finally
        {
            Taking.Release();
        }
    }

    private async Task<long?> TakeMoreAsync(long need, long limit, long floor, CancellationToken cancel)
    {
        // What is here is put aside meanwhile: it's part of what this append gets.
        long aside;
        lock (_lock)
            (aside, _left) = (_left, 0);
        var (isTaken, rest) = (false, aside);
        try
        {
            var (granted, total) = await counters.TakeAsync(tenantId, quota, day, Math.Max(0, need - aside), LargestBlock, limit, floor, cancel);
            if (isTaken = aside + granted >= need)
                rest = aside + granted - need;
            else
                _refused = (need, total, Environment.TickCount64);
            _limit = limit;
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

    private bool TryTake(long need, long limit)
    {
        lock (_lock)
        {
            if (_limit != limit || _left < need)
                return false;
            _left -= need;
            return true;
        }
    }
}
