using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// A process's part of the leases that several compete for. A free lease is anybody's; a process that has less than its part asks for more, and one that has
/// more than its part gives up what it is asked for.
/// </summary>
/// <param name="pool">Of the projections' role.</param>
/// <param name="kind">What the processes are, e.g. <c>projections</c>.</param>
/// <param name="leases">How many leases there are in all.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeShare(NpgsqlDataSource pool, string kind, int leases, TimeProvider time)
{
    private readonly Lease _node = new(pool, $"{kind}/{Guid.CreateVersion7()}", time);
    private int _held;
    private long _nodes = 1;

    private int Part => (int)((leases + _nodes - 1) / Math.Max(1, _nodes));

    public bool HasLess => Volatile.Read(ref _held) < Part;
    public bool HasMore => Volatile.Read(ref _held) > Part;

    public void Took() => Interlocked.Increment(ref _held);
    public void GaveBack() => Interlocked.Decrement(ref _held);

    /// <summary>Whether to give up a lease that another process wants: decided one at a time, so that no more go than must.</summary>
    public bool GivesUp()
    {
        var held = Volatile.Read(ref _held);
        return held > Part && Interlocked.CompareExchange(ref _held, held - 1, held) == held;
    }

    /// <summary>Says that this process is there, and learns how many are.</summary>
    public async Task RenewAsync(CancellationToken cancel)
    {
        await _node.HoldAsync(cancel);
        await using var command = pool.CreateCommand("select platform.count_nodes($1)");
        command.Parameters.Add(new() { Value = kind });
        Volatile.Write(ref _nodes, (long)(await command.ExecuteScalarAsync(cancel))!);
    }

    public Task LeaveAsync() => _node.ReleaseAsync();
}
