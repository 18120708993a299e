using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// A right that one process holds at a time, kept in the database. The epoch fences: each write of the holder names it, so a process
/// that was stopped and continued writes nothing after its lease passed on.
/// </summary>
internal sealed class Lease(NpgsqlDataSource pool, string name, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(4);

    private DateTimeOffset _renewAt;

    public string Name => name;
    public Guid Holder { get; } = Guid.CreateVersion7();
    public long Epoch { get; private set; }

    /// <summary>Takes the lease or renews it when a third of its life has passed; false while another process holds it.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (Epoch != 0 && now < _renewAt)
            return true;
        await using var command = pool.CreateCommand("select platform.take_lease($1, $2, $3)");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = Holder });
        command.Parameters.Add(new() { Value = Life });
        Epoch = await command.ExecuteScalarAsync(cancel) is long epoch ? epoch : 0;
        _renewAt = now + Life / 3;
        return Epoch != 0;
    }

    public void Lost() => Epoch = 0;

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
