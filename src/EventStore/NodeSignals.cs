using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// Carries this process's signals to the others of the shard, and theirs to it, so that nobody polls for them: LISTEN on a connection of its own, and NOTIFY
/// after the work is committed, what comes within 5 ms in one. Never inside an append: NOTIFY holds a lock on the whole database until its transaction
/// has ended. A process that is alone sends nothing.
/// </summary>
public sealed class NodeSignals(DocumentStore store, ILogger<NodeSignals> log)
{
    private const string Channel = "platform_signals", Hello = "hello";

    private static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(5), Count = TimeSpan.FromSeconds(2), Retry = TimeSpan.FromSeconds(1);

    private readonly string _node = store.Node.ToString("N")[..12];
    private readonly (char Letter, Signal Signal)[] _signals =
        [('a', store.Signals.Appended), ('s', store.Signals.Sequenced), ('c', store.Signals.Published), ('p', store.Signals.Projected)];

    // Until it's known, there may be others.
    private volatile bool _isAlone;

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(RepeatAsync(ListenAsync, cancel), RepeatAsync(TellAsync, cancel));

    private async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await work(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
            }
            catch (NpgsqlException e)
            {
                log.LogDebug(e, "Signals of other processes don't come through now; work is found by polling.");
                await Task.Delay(Retry, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        await using var connection = store.Options.Database.NewListener();
        await connection.OpenAsync(cancel);
        connection.Notification += (_, e) => Hear(e.Payload);
        await using (var listen = new NpgsqlCommand($"listen {Channel}; select pg_notify('{Channel}', '{_node} {Hello}')", connection))
            await listen.ExecuteNonQueryAsync(cancel);
        try
        {
            store.Signals.AreShared = true;
            // What was said before we listened.
            foreach (var (_, signal) in _signals)
                signal.Wake();
            for (var due = Environment.TickCount64; ;)
            {
                await connection.WaitAsync(Count, cancel);
                // Also while signals come all the time: a process's own do.
                if (Environment.TickCount64 < due)
                    continue;
                await CountAsync(connection, cancel);
                due = Environment.TickCount64 + (long)Count.TotalMilliseconds;
            }
        }
        finally
        {
            store.Signals.AreShared = false;
            _isAlone = false;
        }
    }

    private async Task CountAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select count(*) from pg_stat_activity where datname = current_database() and application_name = $1", connection)
        {
            Parameters = { new() { Value = Database.ListenerName } },
        };
        _isAlone = await command.ExecuteScalarAsync(cancel) is 1L;
    }

    private void Hear(string payload)
    {
        if (payload.StartsWith(_node, StringComparison.Ordinal))
            return;
        _isAlone = false;
        var letters = payload.AsSpan(payload.IndexOf(' ') + 1);
        if (letters is Hello)
            return;
        foreach (var (letter, signal) in _signals)
            if (letters.Contains(letter))
                signal.Wake();
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        var next = Array.ConvertAll(_signals, s => s.Signal.NextOwn);
        while (true)
        {
            await Task.WhenAny(next).WaitAsync(cancel);
            await Task.Delay(Coalesce, cancel);
            var letters = "";
            for (var n = 0; n < next.Length; n++)
                if (next[n].IsCompleted)
                {
                    letters += _signals[n].Letter;
                    next[n] = _signals[n].Signal.NextOwn;
                }
            if (_isAlone)
                continue;
            await using var command = store.Options.Database.App.CreateCommand("select pg_notify($1, $2)");
            command.Parameters.Add(new() { Value = Channel });
            command.Parameters.Add(new() { Value = $"{_node} {letters}" });
            await command.ExecuteNonQueryAsync(cancel);
        }
    }
}
