using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// A right that one process holds at a time, kept in the database. The epoch fences: each write of the holder names it, so a process
/// that was stopped and continued writes nothing after its lease passed on.
/// </summary>
/// <param name="pool">Of a role that may take leases.</param>
/// <param name="name">What is leased.</param>
/// <param name="time">The clock.</param>
/// <param name="node">The process, for those who look at who holds what: the first half of its id begins the holder's. Null: none is named.</param>
internal sealed class Lease(NpgsqlDataSource pool, string name, TimeProvider time, Guid? node = null)
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    // Long work keeps its lease beside doing it: one asks, and all who ask meanwhile get the answer.
    private readonly Lock _lock = new();
    private Task<bool> _renewal = Task.FromResult(false);
    private DateTimeOffset _renewAt;

    public string Name => name;
    public Guid Holder { get; } = Of(node);
    public long Epoch { get; private set; }

    /// <summary>Takes the lease or renews it when a third of its life has passed; false while another process holds it.</summary>
    public Task<bool> HoldAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (Epoch != 0 && time.GetUtcNow() < _renewAt)
                return Task.FromResult(true);
            if (_renewal.IsCompleted)
                _renewal = RenewAsync();
            return _renewal.WaitAsync(cancel);
        }
    }

    // One process may want a lease twice, e.g. in two rebuilds at once: the second half is this holder's own.
    private static Guid Of(Guid? node)
    {
        Span<byte> id = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(id, bigEndian: true, out _);
        if (node is { } process)
        {
            Span<byte> first = stackalloc byte[16];
            process.TryWriteBytes(first, bigEndian: true, out _);
            first[..8].CopyTo(id);
        }
        return new Guid(id, bigEndian: true);
    }

    private async Task<bool> RenewAsync()
    {
        var now = time.GetUtcNow();
        await using var batch = pool.CreateBatch();
        batch.BatchCommands.Add(new($"select set_config('lock_timeout', '{LongestWait.TotalMilliseconds:0}ms', true)"));
        batch.BatchCommands.Add(new("select platform.take_lease($1, $2, $3)") { Parameters = { new() { Value = name }, new() { Value = Holder }, new() { Value = Life } } });
        try
        {
            await using var reader = await batch.ExecuteReaderAsync();
            await reader.NextResultAsync();
            Epoch = await reader.ReadAsync() && !reader.IsDBNull(0) ? reader.GetInt64(0) : 0;
            _renewAt = now + Life / 3;
            return Epoch != 0;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // A write of the holder's is under way. If that's us, the lease can't pass on until it has ended; if not, it may stand still in the middle.
            if (Epoch == 0)
                await EndStalledAsync();
            return Epoch != 0;
        }
    }

    private async Task EndStalledAsync()
    {
        await using var command = pool.CreateCommand("select platform.end_stalled($1)");
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync();
    }

    public void Lost() => Epoch = 0;

    /// <summary>Holds the lease for a write that comes next.</summary>
    /// <param name="meanwhile">What was being done, for the one who reads of its loss.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="LeaseLostException">Another process has it.</exception>
    public async Task RequireHeldAsync(string meanwhile, CancellationToken cancel)
    {
        if (!await HoldAsync(cancel))
            throw new LeaseLostException($"The lease {name} passed on while {meanwhile}.");
    }

    /// <summary>The first statement of a write: keeps the lease from passing on until the write's transaction ends; the lease can't be renewed until then either.</summary>
    public NpgsqlBatchCommand Require() => new("select platform.require_lease($1, $2, $3)")
    {
        Parameters = { new() { Value = name }, new() { Value = Holder }, new() { Value = Epoch } },
    };

    /// <summary>Does a write that requires the lease.</summary>
    /// <exception cref="LeaseLostException">Another process has the lease or what it is about; nothing was written.</exception>
    public async Task FencedAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (PostgresException e) when (SqlErrors.Translate(e) is LeaseLostException translated)
        {
            Lost();
            throw translated;
        }
    }

    /// <summary>Asks its holder for it, should that have more than its part.</summary>
    public async Task WantAsync(CancellationToken cancel)
    {
        await using var command = pool.CreateCommand("select platform.want_lease($1)");
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Whether a process that has less than its part asked for it lately.</summary>
    public async Task<bool> IsWantedAsync(CancellationToken cancel)
    {
        await using var command = pool.CreateCommand("select platform.is_lease_wanted($1)");
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    /// <summary>Lets the next process take over at once; where the database is away, it waits for the lease to expire.</summary>
    public async Task ReleaseAsync()
    {
        if (Epoch == 0)
            return;
        try
        {
            await using var command = pool.CreateCommand("select platform.release_lease($1, $2)");
            command.Parameters.Add(new() { Value = name });
            command.Parameters.Add(new() { Value = Holder });
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // It runs out by itself.
        }
        Epoch = 0;
    }
}
