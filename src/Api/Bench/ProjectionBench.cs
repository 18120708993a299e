using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using NpgsqlTypes;
using Platform.EventStore;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>What an aggregate of the benchmark comes to: enough that each event is read and each row is written anew.</summary>
public sealed record BenchTotal(long Events, long Sum, string Last);

/// <summary>A document a stream.</summary>
internal sealed class BenchByStream : SingleStreamProjection<BenchTotal>
{
    public override string Name => "bench_by_stream";
    public override IReadOnlyList<string> EventTypes => ["bench.event"];
    protected override JsonTypeInfo<BenchTotal> Json => BenchJson.Default.BenchTotal;
    public override BenchTotal Evolve(BenchTotal? document, Event e) => e.Data is BenchEvent made ? new((document?.Events ?? 0) + 1, (document?.Sum ?? 0) + made.Number, made.Title) : document!;
}

/// <summary>A document for events of any stream whose number has the same remainder.</summary>
internal sealed class BenchByGroup : MultiStreamProjection<BenchTotal, string>
{
    public override string Name => "bench_by_group";
    public override IReadOnlyList<string> EventTypes => ["bench.event"];
    protected override JsonTypeInfo<BenchTotal> Json => BenchJson.Default.BenchTotal;
    protected override IEnumerable<string> Identities(Event e) => [Group((BenchEvent)e.Data)];
    public override BenchTotal Evolve(BenchTotal? document, Event e) => new((document?.Events ?? 0) + 1, (document?.Sum ?? 0) + ((BenchEvent)e.Data).Number, ((BenchEvent)e.Data).Title);

    private static string Group(BenchEvent e) => $"group-{e.Number % 1_000}";
}

/// <summary>A row an event, for those who ask in SQL.</summary>
internal sealed class BenchRows : FlatTableProjection
{
    public override string Name => "bench_rows";
    public override IReadOnlyList<string> EventTypes => ["bench.event"];
    protected override bool IsAppendOnly => true;
    public override ReadTable Table { get; } = new(
        [new("sequence", "bigint not null", NpgsqlDbType.Bigint)],
        [new("at", "timestamptz not null", NpgsqlDbType.TimestampTz), new("item_id", "uuid not null", NpgsqlDbType.Uuid), new("number", "bigint not null", NpgsqlDbType.Bigint)], ["at"]);

    protected override void Apply(Event e, RowBatch rows) => rows.Upsert(e.TenantId, [e.Sequence], [e.Timestamp, ((BenchEvent)e.Data).ItemId, (long)((BenchEvent)e.Data).Number]);
}

/// <summary>Catch-up and rebuild of read models over events of many streams in turn, beside reading and deserialising the same events; then how soon a model has an event.</summary>
internal sealed class ProjectionBench(BenchDatabase database, int rounds, TimeSpan life, CancellationToken cancel)
{
    private const int Streams = 10_000, PerAppend = 100;
    private static readonly Projection[] Models = [new BenchByStream(), new BenchByGroup(), new BenchRows()];

    private readonly Guid[] _streams = [.. Enumerable.Range(0, Streams).Select(_ => Guid.CreateVersion7())];
    private readonly Random _random = new(1);
    private int _number;

    public async Task RunAsync(IReadOnlyList<int> sizes)
    {
        var rows = new List<string[]>();
        foreach (var size in sizes)
        {
            await FillAsync(size);
            var floor = new List<double>();
            var measured = Models.ToDictionary(m => m.Name, _ => (CatchUp: new List<double>(), Rebuild: new List<double>()));
            var (together, memory) = (new List<double>(), 0L);
            using var watch = new MemoryWatch();
            for (var round = 0; round < rounds; round++)
            {
                BenchReport.Progress($"projections: {size:#,##0} events, round {round + 1} of {rounds}");
                floor.Add(await RateAsync(size, ReadAllAsync));
                foreach (var model in Models)
                {
                    var store = database.StoreWith(model);
                    measured[model.Name].CatchUp.Add(await RateAsync(size, () => CatchUpAsync(store, [model])));
                    watch.Restart();
                    measured[model.Name].Rebuild.Add(await RateAsync(size, () => new ProjectionRebuild(store).RunAsync(model, null, cancel)));
                    memory = Math.Max(memory, watch.Most);
                    await database.DropModelAsync(model);
                }
                var all = database.StoreWith(Models);
                await CatchUpAsync(all, Models);
                together.Add(await RateAsync(size, () => new ProjectionRebuild(all).RunAsync(Models, null, cancel)));
                foreach (var model in Models)
                    await database.DropModelAsync(model);
            }
            var read = Round.Middle(floor);
            foreach (var (model, name, catchUpGoal, rebuildGoal) in new[] { (Models[0], "single-stream", "50,000", "120,000"), (Models[1], "multi-stream", "100,000", "150,000"), (Models[2], "a row an event", "", "") })
            {
                var (catchUp, rebuild) = (Round.Middle(measured[model.Name].CatchUp), Round.Middle(measured[model.Name].Rebuild));
                rows.Add([$"{size:#,##0}", name, BenchReport.Number(read), BenchReport.Number(catchUp), catchUpGoal, BenchReport.Number(rebuild), rebuildGoal, BenchReport.Number(rebuild / read), $"{memory >> 20}"]);
            }
            rows.Add([$"{size:#,##0}", "all three in one pass", BenchReport.Number(read), "", "", BenchReport.Number(Round.Middle(together)), "", BenchReport.Number(Round.Middle(together) / read), ""]);
        }
        BenchReport.Table($"Read models over {Streams:#,##0} streams in turn, events/s (median of {rounds} rounds; rebuild with indexes, comparison and swap)",
            ["events", "model", "floor: paged read + deserialise", "catch-up", "goal", "rebuild", "goal", "rebuild / floor", "most memory in a rebuild, MiB"], rows);
        await LagAsync();
    }

    // As real appends are: each transaction is on other streams.
    private async Task FillAsync(int size)
    {
        var missing = size - _number;
        for (var n = 0; n < missing; n += PerAppend)
        {
            cancel.ThrowIfCancellationRequested();
            var session = database.Store.LightweightSession(new SessionOptions(AppendBench.Tenant, "bench", "bench", "bench"));
            foreach (var stream in _random.GetItems(_streams, PerAppend).Distinct())
                session.Events.Append(stream, BenchEvent.Make(_number++));
            await session.SaveChangesAsync(cancel);
            if (n % 20_000 == 0)
                BenchReport.Progress($"projections: {_number:#,##0} of {size:#,##0} events appended");
        }
        var sequencer = new Sequencer(database.Store, NullLogger<Sequencer>.Instance);
        while (await sequencer.TurnAsync(cancel) > 0)
        {
        }
        await sequencer.RunAsync(new CancellationToken(canceled: true));
        foreach (var table in new[] { "public.mt_events", "ledger.log" })
            await database.VacuumAsync(table);
    }

    private async Task ReadAllAsync()
    {
        await using var connection = await database.Owner.OpenConnectionAsync(cancel);
        for (var (after, count) = (0L, -1); count != 0;)
        {
            count = 0;
            await using var command = new Npgsql.NpgsqlCommand(
                "select seq_id, tenant_id, stream_id, version, id, type, data, timestamp, correlation_id, causation_id, headers from public.mt_events where seq_id > $1 and type = 'bench.event' order by seq_id limit 5000", connection)
            { Parameters = { new() { Value = after } } };
            await using var reader = await command.ExecuteReaderAsync(cancel);
            for (; await reader.ReadAsync(cancel); count++)
            {
                after = reader.GetInt64(0);
                JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(6), BenchJson.Default.BenchEvent);
            }
        }
    }

    private async Task CatchUpAsync(DocumentStore store, IReadOnlyList<Projection> models)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var daemon = new ProjectionDaemon(store, new ProjectionRebuild(store), NullLogger<ProjectionDaemon>.Instance);
        await daemon.PrepareAsync(cancel);
        var running = Task.Run(() => daemon.RunAsync(stop.Token), cancel);
        var session = store.QuerySession(AppendBench.Tenant);
        foreach (var model in models)
            await session.WaitForAllAsync(model.Name, TimeSpan.FromMinutes(10), cancel);
        await stop.CancelAsync();
        await running;
    }

    private async Task<double> RateAsync(int events, Func<Task> work)
    {
        cancel.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        await work();
        return events / clock.Elapsed.TotalSeconds;
    }

    // The same processes as of a node, and appends at half of what they reach without a pause.
    private async Task LagAsync()
    {
        var store = database.StoreWith(Models);
        var processor = ProcessorTime.Of(await database.ScalarAsync<int>("select pg_backend_pid()"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var daemon = new ProjectionDaemon(store, new ProjectionRebuild(store), NullLogger<ProjectionDaemon>.Instance);
        await daemon.PrepareAsync(cancel);
        var running = Task.Run(() => Task.WhenAll(daemon.RunAsync(stop.Token), new Sequencer(store, NullLogger<Sequencer>.Instance).RunAsync(stop.Token)), cancel);
        foreach (var model in Models)
            await store.QuerySession(AppendBench.Tenant).WaitForAllAsync(model.Name, TimeSpan.FromMinutes(10), cancel);
        var rows = new List<string[]>();
        foreach (var workload in new[] { new Workload("1 event, 8 writers", 8, 1), new Workload("100 events, 8 writers", 8, 100) })
        {
            BenchReport.Progress($"projections: lag, {workload.Name}");
            var peak = (await Round.RunAsync(workload, life, processor, _ => AppendBench.AppendOnceAsync(store, workload.EventsPerAppend, cancel))).EventsPerSecond;
            foreach (var model in Models)
                await store.QuerySession(AppendBench.Tenant).WaitForAllAsync(model.Name, TimeSpan.FromMinutes(10), cancel);
            var latencies = await LatenciesAsync(store, workload, peak / 2);
            rows.Add([workload.Name, BenchReport.Number(peak), BenchReport.Number(peak / 2), BenchReport.Number(latencies[latencies.Count / 2]), BenchReport.Number(latencies[(int)(latencies.Count * 0.99)]), "50 / 500"]);
        }
        await stop.CancelAsync();
        await running;
        BenchReport.Table("From the start of an append until a query sees it in the model, at half of peak, three models followed", ["appends", "peak, events/s", "half of it", "p50 ms", "p99 ms", "goal"], rows);
    }

    private async Task<List<double>> LatenciesAsync(DocumentStore store, Workload workload, double eventsPerSecond)
    {
        var (until, latencies) = (Environment.TickCount64 + (long)(life * rounds).TotalMilliseconds, new List<double>());
        var pause = TimeSpan.FromSeconds(workload.Writers * workload.EventsPerAppend / eventsPerSecond);
        var load = Enumerable.Range(0, workload.Writers).Select(_ => Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(pause);
            while (Environment.TickCount64 < until && await pace.WaitForNextTickAsync(cancel))
                await AppendBench.AppendOnceAsync(store, workload.EventsPerAppend, cancel);
        }));
        var probing = Task.Run(async () =>
        {
            while (Environment.TickCount64 < until)
            {
                var clock = Stopwatch.StartNew();
                var session = store.LightweightSession(new SessionOptions(AppendBench.Tenant, "bench", "bench", "bench"));
                session.Events.Append(_streams[_random.Next(Streams)], BenchEvent.Make(1));
                var appended = await session.SaveChangesAsync(cancel);
                await session.WaitForAsync(Models[0].Name, appended[0].Sequence, TimeSpan.FromMinutes(1), cancel);
                latencies.Add(clock.Elapsed.TotalMilliseconds);
                await Task.Delay(7, cancel);
            }
        });
        await Task.WhenAll([probing, .. load]);
        latencies.Sort();
        return latencies;
    }

    // Resident memory of this process, looked at now and then: what a rebuild holds shows in it.
    private sealed class MemoryWatch : IDisposable
    {
        private readonly Timer _timer;
        private long _most;

        public MemoryWatch() => _timer = new Timer(_ => Look(), null, 0, 50);

        public long Most => Interlocked.Read(ref _most);

        public void Restart()
        {
            GC.Collect();
            Interlocked.Exchange(ref _most, 0);
        }

        public void Dispose() => _timer.Dispose();

        private void Look()
        {
            using var process = Process.GetCurrentProcess();
            if (process.WorkingSet64 > Most)
                Interlocked.Exchange(ref _most, process.WorkingSet64);
        }
    }
}
