using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>Appends in every way of <see cref="Workload.All"/>, beside the raw floor in interleaved rounds of one run.</summary>
internal sealed class AppendBench(BenchDatabase database, int rounds, TimeSpan life, CancellationToken cancel)
{
    internal const string Tenant = "benchtenant2";
    private const int SizedBatches = 200;
    private static readonly Guid Hot = Guid.CreateVersion7();

    public async Task RunAsync()
    {
        await using var floor = new RawFloor(database.Owner);
        await floor.PrepareAsync();
        var processor = ProcessorTime.Of(await database.ScalarAsync<int>("select pg_backend_pid()"));
        await SizesAsync(floor);
        var rows = new List<string[]>();
        foreach (var workload in Workload.All)
        {
            // Statements are prepared and pages warm before the first round counts.
            await Round.RunAsync(workload, life / 4, processor, writer => RawAsync(floor, workload, writer));
            await Round.RunAsync(workload, life / 4, processor, _ => AppendAsync(workload));
            var (ours, raw, copy) = (new List<Round>(), new List<Round>(), new List<Round>());
            for (var round = 0; round < rounds; round++)
            {
                cancel.ThrowIfCancellationRequested();
                BenchReport.Progress($"append: {workload.Name}, round {round + 1} of {rounds}");
                raw.Add(await Round.RunAsync(workload, life, processor, writer => RawAsync(floor, workload, writer)));
                ours.Add(await Round.RunAsync(workload, life, processor, _ => AppendAsync(workload)));
                if (workload.EventsPerAppend >= 1_000)
                    copy.Add(await Round.RunAsync(workload, life, processor, writer => floor.CopyAsync(writer, workload.EventsPerAppend, Tenant)));
            }
            rows.Add(Row(workload, Round.Median(raw), copy.Count == 0 ? null : Round.Median(copy), Round.Median(ours)));
        }
        BenchReport.Table($"Append, events/s (median of {rounds} rounds of {life.TotalSeconds} s)",
            ["workload", "raw floor", "COPY", "chained", "chained / floor", "floor p50 ms", "p99 ms", "chained p50 ms", "p99 ms", "floor CPU µs/event", "chained CPU µs/event"], rows);
    }

    private static string[] Row(Workload workload, Round raw, Round? copy, Round ours) =>
    [
        workload.Name, BenchReport.Number(raw.EventsPerSecond), copy is null ? "" : BenchReport.Number(copy.EventsPerSecond), BenchReport.Number(ours.EventsPerSecond),
        BenchReport.Number(ours.EventsPerSecond / raw.EventsPerSecond), BenchReport.Number(raw.P50), BenchReport.Number(raw.P99), BenchReport.Number(ours.P50), BenchReport.Number(ours.P99),
        BenchReport.Number(raw.CpuPerEvent), BenchReport.Number(ours.CpuPerEvent),
    ];

    private static Task RawAsync(RawFloor floor, Workload workload, int writer) =>
        workload.IsHot ? floor.AppendHotAsync(writer, Hot, Tenant) : floor.AppendAsync(writer, workload.EventsPerAppend, Tenant);

    private Task AppendAsync(Workload workload) => workload.IsHot ? AppendHotAsync() : AppendOnceAsync(database.Store, workload.EventsPerAppend, cancel);

    internal static async Task AppendOnceAsync(DocumentStore store, int events, CancellationToken cancel)
    {
        var session = store.LightweightSession(new SessionOptions(Tenant, "bench", "bench", "bench"));
        session.Events.StartStream<BenchState>(Guid.CreateVersion7(), Enumerable.Range(0, events).Select(BenchEvent.Make));
        await session.SaveChangesAsync(cancel);
    }

    private async Task AppendHotAsync()
    {
        var session = database.Store.LightweightSession(new SessionOptions(Tenant, "bench", "bench", "bench"));
        session.Events.Append(Hot, BenchEvent.Make(1));
        await session.SaveChangesAsync(cancel);
    }

    // On tables that nothing else has touched yet, sequenced, so that the log's share is in.
    private async Task SizesAsync(RawFloor floor)
    {
        var before = await database.ScalarAsync<decimal>("select pg_current_wal_lsn() - '0/0'");
        for (var n = 0; n < SizedBatches; n++)
            await floor.AppendAsync(0, 100, Tenant);
        var between = await database.ScalarAsync<decimal>("select pg_current_wal_lsn() - '0/0'");
        for (var n = 0; n < SizedBatches; n++)
            await AppendOnceAsync(database.Store, 100, cancel);
        var after = await database.ScalarAsync<decimal>("select pg_current_wal_lsn() - '0/0'");
        var sequencer = new Sequencer(database.Store, NullLogger<Sequencer>.Instance);
        while (await sequencer.TurnAsync(cancel) > 0)
        {
        }
        var events = SizedBatches * 100m;
        var (rows, total) = (new List<string[]>(), 0m);
        foreach (var (table, like) in new[] { ("public.mt_events", "bench.events"), ("public.mt_streams", "bench.streams"), ("ledger.event", null), ("ledger.pending", null), ("ledger.log", null) })
        {
            var bytes = await database.ScalarAsync<long>($"select pg_total_relation_size('{table}')") / events;
            total += bytes;
            rows.Add([table, like is null ? "" : BenchReport.Number((double)(await database.ScalarAsync<long>($"select pg_total_relation_size('{like}')") / events)), BenchReport.Number((double)bytes)]);
        }
        rows.Add(["all", "", BenchReport.Number((double)total)]);
        rows.Add(["write-ahead log", BenchReport.Number((double)((between - before) / events)), BenchReport.Number((double)((after - between) / events))]);
        var payload = await database.ScalarAsync<double>("select avg(octet_length(data::text))::float8 from (select data from public.mt_events limit 10000) e");
        BenchReport.Table($"Bytes an event in batches of 100 ({payload:0} of them payload; indexes included)", ["table", "raw floor", "ours"], rows);
    }
}
