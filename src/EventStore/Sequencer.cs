using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// Gives committed appends their contiguous indices in the log: <em>the</em> order that projections, replication and rebuild follow.
/// Any number of processes may run one; the lease's holder works, the others stand by.
/// </summary>
public sealed class Sequencer(DocumentStore store, ILogger<Sequencer> log)
{
    /// <summary>How soon appends of foreign writers and other processes are noticed without a signal.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private const int EventsPerTurn = 5_000;

    // A turn orders all that waits before it takes its share, so the share grows with the backlog.
    private const int MostEventsPerTurn = 1_000_000;

    private int _share = EventsPerTurn;
    private readonly Lease _lease = new(store.Options.Database.Sequencer, "sequencer", store.Options.Time);

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                var pulse = store.Signals.Appended.Next;
                var took = 0L;
                try
                {
                    took = await TurnAsync(cancel);
                }
                catch (Exception e) when (e is LeaseLostException or NpgsqlException && !cancel.IsCancellationRequested)
                {
                    log.LogWarning("A turn of the sequencer failed and is tried again: {Reason}", e.Message);
                    await Task.Delay(250, cancel);
                }
                if (took == 0)
                    await Signal.WaitAsync(pulse, Poll, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
        finally
        {
            await ReleaseAsync();
        }
    }

    /// <summary>One turn: everything that is committed and waits, up to a share that grows with the backlog, and the rest of the last transaction.</summary>
    /// <returns>Events sequenced; 0 also when another process holds the lease.</returns>
    public async Task<long> TurnAsync(CancellationToken cancel = default)
    {
        if (!await _lease.HoldAsync(cancel))
            return 0;
        try
        {
            await using var command = store.Options.Database.Sequencer.CreateCommand("select taken from ledger.sequence($1, $2, $3)");
            command.Parameters.Add(new() { Value = _lease.Holder });
            command.Parameters.Add(new() { Value = _lease.Epoch });
            command.Parameters.Add(new() { Value = _share });
            command.CommandTimeout = 0;
            var taken = (long)(await command.ExecuteScalarAsync(cancel))!;
            _share = taken >= _share ? Math.Min(_share * 4, MostEventsPerTurn) : EventsPerTurn;
            if (taken > 0)
                store.Signals.Sequenced.Pulse();
            return taken;
        }
        catch (PostgresException e) when (SqlErrors.Translate(e) is { } translated)
        {
            _lease.Lost();
            throw translated;
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await _lease.ReleaseAsync();
        }
        catch (NpgsqlException e)
        {
            log.LogDebug(e, "The sequencer's lease runs out by itself.");
        }
    }
}
