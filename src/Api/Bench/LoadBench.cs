using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.EventStore;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>Loading an aggregate, folded from all its events and from its snapshot, beside a raw read of the same events.</summary>
internal sealed class LoadBench(BenchDatabase database, int rounds, CancellationToken cancel)
{
    public async Task RunAsync()
    {
        var rows = new List<string[]>();
        foreach (var events in new[] { 10, 1_000, 10_000 })
        {
            BenchReport.Progress($"load: {events:#,##0} events");
            var stream = Guid.CreateVersion7();
            for (var n = 0; n < events; n += Math.Min(events, 1_000))
                await AppendAsync(session => session.Events.Append(stream, Enumerable.Range(n, Math.Min(events, 1_000)).Select(BenchEvent.Make)));
            var (raw, folded) = await MediansAsync(events, () => ReadAsync(stream), () => FoldAsync(stream, events));

            // Snapshotted when it is loaded to be written, if it is long enough; the event after it is read as well.
            await AppendAsync(async session => (await session.Events.FetchForWriting<BenchState>(stream, cancel: cancel)).AppendOne(BenchEvent.Make(0)));
            var (_, snapshotted) = await MediansAsync(events, () => ReadAsync(stream), () => FoldAsync(stream, events + 1));
            rows.Add([$"{events:#,##0}", Milliseconds(raw), Milliseconds(folded), events > database.Store.Options.SnapshotEvery ? Milliseconds(snapshotted) : "none so short"]);
        }
        BenchReport.Table("Loading an aggregate, ms (median)", ["events", "floor: read and deserialise all", "folded", "with snapshot"], rows);
    }

    private Task AppendAsync(Action<IDocumentSession> work) => AppendAsync(session =>
    {
        work(session);
        return Task.CompletedTask;
    });

    private async Task AppendAsync(Func<IDocumentSession, Task> work)
    {
        var session = database.Store.LightweightSession(new SessionOptions(AppendBench.Tenant, "bench", "bench", "bench"));
        await work(session);
        await session.SaveChangesAsync(cancel);
    }

    // Interleaved, so that both see the same machine.
    private async Task<(double Raw, double Ours)> MediansAsync(int events, Func<Task> raw, Func<Task> ours)
    {
        var (raws, all) = (new List<double>(), new List<double>());
        for (var n = 0; n < rounds * Math.Max(10, 20_000 / events); n++)
        {
            cancel.ThrowIfCancellationRequested();
            raws.Add(await TimeAsync(raw));
            all.Add(await TimeAsync(ours));
        }
        return (Round.Middle(raws), Round.Middle(all));
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private async Task FoldAsync(Guid stream, int events)
    {
        var loaded = await database.Store.QuerySession(AppendBench.Tenant).Events.AggregateStreamAsync<BenchState>(stream, cancel: cancel);
        if (loaded.State.Events != events)
            throw new InvalidOperationException($"{loaded.State.Events} events were folded, not {events}.");
    }

    private async Task ReadAsync(Guid stream)
    {
        await using var command = database.Database.Owner.CreateCommand("select version, type, data, timestamp, headers from public.mt_events where tenant_id = $1 and stream_id = $2 order by version");
        command.Parameters.Add(new NpgsqlParameter { Value = AppendBench.Tenant, NpgsqlDbType = NpgsqlDbType.Varchar });
        command.Parameters.Add(new NpgsqlParameter { Value = stream });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(2), BenchJson.Default.BenchEvent);
    }

    private static string Milliseconds(double value) => BenchReport.Number(value);
}
