using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>The measurements: ours and the floor in interleaved rounds of one run, medians told.</summary>
internal sealed class BenchRuns(BenchDatabase database, int rounds, TimeSpan life, CancellationToken cancel)
{
    private const string Tenant = "benchtenant2";

    public async Task AppendAsync()
    {
        await using var floor = new RawFloor(database.Owner);
        await floor.PrepareAsync();
        var rows = new List<string[]>();
        foreach (var workload in Workload.All)
        {
            var (ours, raw, copy) = (new List<Round>(), new List<Round>(), new List<Round>());
            for (var round = 0; round < rounds; round++)
            {
                cancel.ThrowIfCancellationRequested();
                raw.Add(await Round.RunAsync(workload, life, writer => floor.AppendAsync(writer, workload.EventsPerAppend, Tenant)));
                ours.Add(await Round.RunAsync(workload, life, _ => AppendOnceAsync(workload.EventsPerAppend)));
                if (workload.EventsPerAppend == 1_000)
                    copy.Add(await Round.RunAsync(workload, life, writer => floor.CopyAsync(writer, workload.EventsPerAppend, Tenant)));
            }
            var (o, r) = (Round.Median(ours), Round.Median(raw));
            rows.Add([workload.Name, BenchReport.Number(r.EventsPerSecond), copy.Count == 0 ? "" : BenchReport.Number(Round.Median(copy).EventsPerSecond), BenchReport.Number(o.EventsPerSecond),
                BenchReport.Number(o.EventsPerSecond / r.EventsPerSecond), BenchReport.Number(r.P50), BenchReport.Number(o.P50), BenchReport.Number(o.P99)]);
            Console.Error.WriteLine($"append: {workload.Name} done");
        }
        BenchReport.Table($"Append, events/s (median of {rounds} rounds of {life.TotalSeconds} s)",
            ["workload", "raw floor", "COPY", "chained", "chained / floor", "floor p50 ms", "chained p50 ms", "chained p99 ms"], rows);
        Console.WriteLine($"\nbytes an event, ledger included, all workloads together: {await BytesAnEventAsync():0} (payload {await database.ScalarAsync<double>("select avg(octet_length(data::text))::float8 from (select data from public.mt_events limit 10000) e"):0})");
    }

    public async Task FollowAsync(int events)
    {
        for (var n = 0; n < events; n += 100)
            await AppendOnceAsync(100);
        var sequencing = Stopwatch.StartNew();
        var sequencer = new Sequencer(database.Store, NullLogger<Sequencer>.Instance);
        long sequenced = 0;
        while (await sequencer.TurnAsync(cancel) is var taken and > 0)
            sequenced += taken;
        var sequencedIn = sequencing.Elapsed.TotalSeconds;

        var read = new List<double>();
        var rebuilt = new List<double>();
        var verified = new List<double>();
        var rebuild = new ProjectionRebuild(database.Store);
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            read.Add(await ReadAsync() / clock.Elapsed.TotalSeconds);
            var report = await rebuild.RunAsync(database.Store.Options.Projections[0], null, cancel);
            rebuilt.Add(report.Events / report.Elapsed.TotalSeconds);
            clock.Restart();
            var verification = await new LedgerVerification(database.Database.Auditor).RunAsync(null, f => throw new InvalidOperationException(f.Detail), null, cancel);
            verified.Add(verification.Checked / clock.Elapsed.TotalSeconds);
        }
        var floor = Middle(read);
        BenchReport.Table($"Following, events/s ({await database.ScalarAsync<long>("select count(*) from public.mt_events"):#,##0} events, median of {rounds} rounds)", ["what", "floor: read all in order", "ours", "ours / floor"],
        [
            ["sequencer", "", BenchReport.Number(sequenced / sequencedIn), ""],
            ["rebuild, single-stream, with comparison", BenchReport.Number(floor), BenchReport.Number(Middle(rebuilt)), BenchReport.Number(Middle(rebuilt) / floor)],
            ["verify", BenchReport.Number(floor), BenchReport.Number(Middle(verified)), BenchReport.Number(Middle(verified) / floor)],
        ]);
    }

    private async Task AppendOnceAsync(int events)
    {
        var session = database.Store.LightweightSession(new SessionOptions(Tenant, "bench", "bench", "bench"));
        session.Events.StartStream<BenchState>(Guid.CreateVersion7(), Enumerable.Range(0, events).Select(BenchEvent.Make));
        await session.SaveChangesAsync(cancel);
    }

    private async Task<long> ReadAsync()
    {
        await using var command = database.Owner.CreateCommand("select seq_id, stream_id, version, type, data, timestamp, headers from public.mt_events order by seq_id");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var count = 0L;
        for (; await reader.ReadAsync(cancel); count++)
            System.Text.Json.JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(4), BenchJson.Default.BenchEvent);
        return count;
    }

    private async Task<double> BytesAnEventAsync() => await database.ScalarAsync<double>("""
        select (pg_total_relation_size('public.mt_events') + pg_total_relation_size('public.mt_streams') + pg_total_relation_size('ledger.event')
                + pg_total_relation_size('ledger.pending') + pg_total_relation_size('ledger.log'))::float8 / greatest((select count(*) from public.mt_events), 1)
        """);

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
