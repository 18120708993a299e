using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// A right that one process holds at a time, kept in the database. The epoch fences: each write of the holder names it, so a process
/// that was stopped and continued writes nothing after its lease passed on.
/// </summary>
internal sealed class Lease(NpgsqlDataSource pool, string name, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(3);

    // Long work keeps its lease beside doing it: one asks, and all who ask meanwhile get the answer.
    private readonly Lock _lock = new();
    private Task<bool> _renewal = Task.FromResult(false);
    private DateTimeOffset _renewAt;

    public string Name => name;
    public Guid Holder { get; } = Guid.CreateVersion7();
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

    private async Task<bool> RenewAsync()
    {
        var now = time.GetUtcNow();
        await using var command = pool.CreateCommand("select platform.take_lease($1, $2, $3)");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = Holder });
        command.Parameters.Add(new() { Value = Life });
        Epoch = await command.ExecuteScalarAsync() is long epoch ? epoch : 0;
        _renewAt = now + Life / 3;
        return Epoch != 0;
    }

    public void Lost() => Epoch = 0;

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

    /// <summary>Lets the next process take over at once; without it, it waits for the lease to expire.</summary>
    public async Task ReleaseAsync()
    {
        if (Epoch == 0)
            return;
        await using var command = pool.CreateCommand("select platform.release_lease($1, $2)");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = Holder });
        await command.ExecuteNonQueryAsync();
        Epoch = 0;
    }
}
