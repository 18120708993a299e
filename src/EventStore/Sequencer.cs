using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// Gives committed appends their contiguous indices in the log, <em>the</em> order that projections, replication and rebuild follow, and publishes the log. Any number of processes may
/// run one; the lease's holder works, the others stand by.
/// </summary>
public sealed class Sequencer
{
    /// <summary>How soon appends of foreign writers and other processes are noticed without a signal.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private const int EventsPerTurn = 5_000;

    // So many turns without a pause are a rush: what comes within a pace then shares a turn, its checkpoint, and the pages that everybody reads of it.
    private const int Rush = 10;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    // A turn orders all that waits before it takes its share, so the share grows with the backlog.
    private const int MostEventsPerTurn = 1_000_000;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(250), AfterAlarm = TimeSpan.FromSeconds(2);

    private readonly DocumentStore _store;
    private readonly ILogger<Sequencer> _log;
    private readonly Lease _lease;
    private readonly LogPublisher? _publisher;
    private int _share = EventsPerTurn;
    private long _leads;
    private bool _isBehind = true;
    private long _signsFrom;
    private string? _alarm;
    private bool _isAlarmKnown;

    public Sequencer(DocumentStore store, ILogger<Sequencer> log)
    {
        (_store, _log, _lease) = (store, log, new Lease(store.Options.Database.Sequencer, "sequencer", store.Options.Time));
        _publisher = store.Options.Signing is { } signing ? new LogPublisher(store, signing, _lease) : null;
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            for (var turns = 0; !cancel.IsCancellationRequested;)
            {
                var pulse = _store.Signals.Appended.Next;
                var took = 0L;
                try
                {
                    took = await TurnAsync(cancel);
                }
                catch (LogHaltedException e)
                {
                    await AlarmAsync(e.Message, cancel);
                    await Task.Delay(AfterAlarm, cancel);
                }
                catch (Exception e) when (e is LeaseLostException or NpgsqlException && !cancel.IsCancellationRequested)
                {
                    _log.LogWarning("A turn of the sequencer failed and is tried again: {Reason}", e.Message);
                    await Task.Delay(AfterFailure, cancel);
                }
                turns = took == 0 ? 0 : turns + 1;
                if (took == 0)
                    await Signal.WaitAsync(pulse, Poll, cancel);
                else if (turns > Rush && took < EventsPerTurn)
                    await Task.Delay(Pace, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
        finally
        {
            await _lease.ReleaseAsync();
        }
    }

    /// <summary>
    /// One turn: everything that is committed and waits, up to a share that grows with the backlog, and the rest of the last transaction, gets its place; then a checkpoint covers it.
    /// </summary>
    /// <returns>Events sequenced; 0 also when another process holds the lease.</returns>
    /// <exception cref="LogHaltedException">What is stored isn't what was hashed or signed; nothing was sequenced or nothing was signed.</exception>
    public async Task<long> TurnAsync(CancellationToken cancel = default)
    {
        if (!await _lease.HoldAsync(cancel))
            return 0;
        if (_leads != _lease.Epoch)
            // What the leader before left as an alarm, say one without keys, isn't ours.
            (_leads, _isBehind, _isAlarmKnown) = (_lease.Epoch, Forget(), false);
        // What is away is asked for again in a while, not at each turn.
        var signs = _publisher is not null && Environment.TickCount64 >= _signsFrom;
        var alarm = signs ? await TrySignAsync(_publisher!.OpenAsync, cancel) : _alarm;
        var taken = await SequenceAsync(cancel);
        if (signs && alarm is null && (taken > 0 || _isBehind))
        {
            alarm = await TrySignAsync(async c => _ = await _publisher!.PublishAsync(c), cancel);
            _isBehind = alarm is not null;
            _store.Signals.Published.Pulse();
        }
        _isBehind |= taken > 0 && !signs;
        await AlarmAsync(alarm, cancel);
        return taken;
    }

    private async Task<long> SequenceAsync(CancellationToken cancel)
    {
        try
        {
            await using var command = _store.Options.Database.Sequencer.CreateCommand("select taken from ledger.sequence($1, $2, $3)");
            command.Parameters.Add(new() { Value = _lease.Holder });
            command.Parameters.Add(new() { Value = _lease.Epoch });
            command.Parameters.Add(new() { Value = _share });
            command.CommandTimeout = 0;
            var taken = (long)(await command.ExecuteScalarAsync(cancel))!;
            _share = taken >= _share ? Math.Min(_share * 4, MostEventsPerTurn) : EventsPerTurn;
            if (taken > 0)
                _store.Signals.Sequenced.Pulse();
            return taken;
        }
        catch (PostgresException e) when (SqlErrors.Translate(e) is { } translated)
        {
            _lease.Lost();
            throw translated;
        }
    }

    // Without signatures the order goes on: read models need it, and a later checkpoint covers it.
    private async Task<string?> TrySignAsync(Func<CancellationToken, Task> sign, CancellationToken cancel)
    {
        try
        {
            await sign(cancel);
            return null;
        }
        catch (LogUnsignedException e)
        {
            _signsFrom = Environment.TickCount64 + (long)AfterAlarm.TotalMilliseconds;
            return e.Message;
        }
        catch
        {
            _isBehind = Forget();
            throw;
        }
    }

    private bool Forget()
    {
        _publisher?.Reset();
        return true;
    }

    private async Task AlarmAsync(string? alarm, CancellationToken cancel)
    {
        // What an earlier leader left is unknown at first.
        if (alarm == _alarm && _isAlarmKnown)
            return;
        if (alarm is not null && alarm != _alarm)
            _log.LogCritical("The log isn't signed any more. {Reason}", alarm);
        else if (alarm is null && _alarm is not null)
            _log.LogInformation("The log is signed again.");
        (_alarm, _isAlarmKnown) = (alarm, false);
        try
        {
            await using var command = _store.Options.Database.Sequencer.CreateCommand("update platform.sequencer set alarm = $1 where alarm is distinct from $1");
            command.Parameters.Add(new() { Value = (object?)alarm ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            await command.ExecuteNonQueryAsync(cancel);
            _isAlarmKnown = true;
        }
        catch (NpgsqlException e) when (!cancel.IsCancellationRequested)
        {
            _log.LogWarning("The alarm can't be written, and will be with the next turn: {Reason}", e.Message);
        }
    }
}
