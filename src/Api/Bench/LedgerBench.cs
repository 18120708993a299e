using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Domain.Audit;
using Platform.EventStore;
using Platform.Ledger;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>What the public log, signatures and verification cost.</summary>
internal sealed class LedgerBench(BenchDatabase database, int rounds, TimeSpan life, CancellationToken cancel)
{
    private const int Added = 1_000;
    private static readonly Workload[] Workloads = [new("1 event, 1 writer", 1, 1), new("1 event, 8 writers", 8, 1), new("100 events, 8 writers", 8, 100)];

    private readonly LedgerVerification _verification = new(database.Database.Auditor);
    private readonly PublishedLog _log = new(database.Database.Auditor);

    public async Task RunAsync(int events)
    {
        await RegisterAsync();
        // Before there are events of weight: each of theirs costs a verified signature more.
        await VerificationsAsync(events);
        await LatencyAsync(await AppendsAsync() / 2);
    }

    // Announced first, as at a node's start: what is signed is then verified.
    private async Task RegisterAsync()
    {
        var session = database.SigningStore.LightweightSession(new SessionOptions(DocumentStore.PlatformTenant, "bench", "bench"));
        var (role, algorithm, publicKey) = database.SigningStore.Options.Signing!.Keys.First(KeyRole.Writer).Announced;
        session.Events.Append(LedgerKeys.Id, new KeyRegistered(role, algorithm, publicKey));
        await session.SaveChangesAsync(cancel);
    }

    private async Task<double> AppendsAsync()
    {
        await using var floor = new RawFloor(database.Owner);
        await floor.PrepareAsync();
        var processor = ProcessorTime.Of(await database.ScalarAsync<int>("select pg_backend_pid()"));
        var (rows, peak) = (new List<string[]>(), 0.0);
        foreach (var workload in Workloads)
        {
            var (raw, chained, logged, weighed) = (new List<Round>(), new List<Round>(), new List<Round>(), new List<Round>());
            for (var round = -1; round < rounds; round++)
            {
                cancel.ThrowIfCancellationRequested();
                BenchReport.Progress($"ledger: {workload.Name}, round {round + 1} of {rounds}");
                // The first warms up, and doesn't count.
                var length = round < 0 ? life / 4 : life;
                var results = new[]
                {
                    await Round.RunAsync(workload, length, processor, writer => floor.AppendAsync(writer, workload.EventsPerAppend, AppendBench.Tenant)),
                    await Round.RunAsync(workload, length, processor, _ => AppendBench.AppendOnceAsync(database.SigningStore, workload.EventsPerAppend, cancel)),
                    await PublishingAsync(() => Round.RunAsync(workload, length, processor, _ => AppendBench.AppendOnceAsync(database.SigningStore, workload.EventsPerAppend, cancel))),
                    await PublishingAsync(() => Round.RunAsync(workload, length, processor, _ => WeighAsync(workload.EventsPerAppend))),
                };
                if (round < 0)
                    continue;
                raw.Add(results[0]);
                chained.Add(results[1]);
                logged.Add(results[2]);
                weighed.Add(results[3]);
            }
            var all = new[] { raw, chained, logged, weighed }.Select(of => Round.Median(of).EventsPerSecond).ToArray();
            rows.Add([workload.Name, .. all.Select(BenchReport.Number), .. all.Skip(1).Select(of => BenchReport.Number(of / all[0]))]);
            if (workload is { Writers: 8, EventsPerAppend: 1 })
                peak = all[2];
        }
        BenchReport.Table($"The ledger's share of an append, events/s (median of {rounds} rounds of {life.TotalSeconds} s)",
            ["workload", "raw floor", "chained", "and sequenced, checked, signed meanwhile", "and each event signed by its writer", "chained / floor", "logged / floor", "writer-signed / floor"], rows);
        return peak;
    }

    private async Task LatencyAsync(double eventsPerSecond)
    {
        BenchReport.Progress("ledger: append to checkpoint");
        var latencies = new List<double>();
        await PublishingAsync(async () =>
        {
            var (until, pause) = (Environment.TickCount64 + (long)(life * rounds).TotalMilliseconds, TimeSpan.FromSeconds(8 / eventsPerSecond));
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                using var pace = new PeriodicTimer(pause);
                for (var n = 0; Environment.TickCount64 < until && await pace.WaitForNextTickAsync(cancel); n++)
                {
                    var session = database.SigningStore.LightweightSession(new SessionOptions(AppendBench.Tenant, "bench", "bench", "bench"));
                    session.Events.StartStream<BenchState>(Guid.CreateVersion7(), [BenchEvent.Make(1)]);
                    var appended = await session.SaveChangesAsync(cancel);
                    // Waiting for each would be a load of its own.
                    if (n % 50 != 0)
                        continue;
                    var clock = Stopwatch.StartNew();
                    await session.WaitForCheckpointAsync(appended[0].Sequence, TimeSpan.FromSeconds(30), cosigned: false, cancel);
                    lock (latencies)
                        latencies.Add(clock.Elapsed.TotalMilliseconds);
                }
            })));
            return 0;
        });
        latencies.Sort();
        BenchReport.Table($"Append to signed checkpoint, ms ({eventsPerSecond:#,##0} events/s asked for, half of 8 writers' peak; {latencies.Count} appends timed)", ["p50", "p99", "goal p50", "goal p99"],
            [[BenchReport.Number(latencies[latencies.Count / 2]), BenchReport.Number(latencies[(int)(latencies.Count * 0.99)]), "50", "500"]]);
    }

    private async Task VerificationsAsync(int events)
    {
        for (var left = events - await database.ScalarAsync<long>("select count(*) from public.mt_events"); left > 0; left -= 100)
            await AppendBench.AppendOnceAsync(database.SigningStore, 100, cancel);
        await PublishAsync();
        var since = Checkpoint.Parse(SignedNote.Parse((await _log.HeadAsync(cancel))!.Note).Text);
        var file = Path.Combine(database.Directory, "bundle.tar");
        var (live, export, one, all) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var count = 0L;
        for (var round = 0; round < rounds; round++)
        {
            BenchReport.Progress($"ledger: verification, round {round + 1} of {rounds}");
            live.Add(await RateAsync(async () => count = (await _verification.RunAsync(null, null, Fail, null, cancel)).Checked));
            export.Add(await RateAsync(async () =>
            {
                await using var output = File.Create(file);
                return await new LedgerExport(database.Database.Auditor).WriteAsync(output, new ExportScope(null), DateTimeOffset.UtcNow, cancel: cancel);
            }));
            one.Add(await RateAsync(async () => (await new BundleVerifier(threads: 1).VerifyAsync(file, null, Fail, null, cancel)).Checked));
            all.Add(await RateAsync(async () => (await new BundleVerifier().VerifyAsync(file, null, Fail, null, cancel)).Checked));
        }
        var ((memory, processor), signed) = (await AloneAsync(file), await database.ScalarAsync<long>("select count(*) from ledger.writer_signature"));

        for (var n = 0; n < Added; n += 100)
            await AppendBench.AppendOnceAsync(database.SigningStore, 100, cancel);
        await PublishAsync();
        var clock = Stopwatch.StartNew();
        await _verification.RunSinceAsync(since, null, Fail, null, cancel);
        var incremental = clock.Elapsed.TotalMilliseconds;
        BenchReport.Table($"Verification and export, events/s ({count:#,##0} events, {signed:#,##0} of them signed by their writer; median of {rounds} rounds)", ["what", "ours", "goal"],
        [
            ["verify, live: streams, then log", BenchReport.Number(Round.Middle(live)), ""],
            ["export, all tenants", BenchReport.Number(Round.Middle(export)), ""],
            ["verify --bundle, one thread that recomputes", BenchReport.Number(Round.Middle(one)), ""],
            [$"verify --bundle, {Environment.ProcessorCount} threads", BenchReport.Number(Round.Middle(all)), ""],
            ["verify --bundle, own process: events a second of processor time, its start included", BenchReport.Number(count / processor), "500,000 (without writer signatures)"],
            ["the same: most memory, MiB", BenchReport.Number(memory), "200 (10 million events)"],
            [$"verify --since, {Added:#,##0} events more, ms", BenchReport.Number(incremental), "1,000"],
        ]);
    }

    private async Task WeighAsync(int events)
    {
        var session = database.SigningStore.LightweightSession(new SessionOptions(AppendBench.Tenant, "bench", "bench", "bench"));
        session.Events.StartStream<BenchState>(Guid.CreateVersion7(), Enumerable.Range(0, events).Select(BenchWeighed.Make));
        await session.SaveChangesAsync(cancel);
    }

    private async Task<T> PublishingAsync<T>(Func<Task<T>> work)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sequencing = Task.Run(() => new Sequencer(database.SigningStore, NullLogger<Sequencer>.Instance).RunAsync(stop.Token), CancellationToken.None);
        try
        {
            return await work();
        }
        finally
        {
            await stop.CancelAsync();
            await sequencing;
        }
    }

    private async Task PublishAsync()
    {
        var last = await database.ScalarAsync<long>("select max(seq_id) from public.mt_events");
        await PublishingAsync(() => database.SigningStore.QuerySession(AppendBench.Tenant).WaitForCheckpointAsync(last, TimeSpan.FromMinutes(10), cosigned: false, cancel));
    }

    private static async Task<double> RateAsync(Func<Task<long>> work)
    {
        var clock = Stopwatch.StartNew();
        return await work() / clock.Elapsed.TotalSeconds;
    }

    // In a process of its own, as an auditor runs it.
    private static async Task<(double Memory, double Processor)> AloneAsync(string bundle)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(LedgerBench).Assembly.Location, "verify", "--bundle", bundle, "--json"]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var (peak, processor) = (0.0, 0.0);
        while (!process.HasExited)
        {
            try
            {
                peak = double.Parse(File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split([':', 'k'], StringSplitOptions.TrimEntries)[1], CultureInfo.InvariantCulture) / 1024;
                processor = process.TotalProcessorTime.TotalSeconds;
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // It ended in between: the sample before is its last.
            }
            await Task.Delay(10);
        }
        await output;
        return process.ExitCode == 0 ? (peak, processor) : throw new InvalidOperationException($"The bundle isn't verified: {await output}");
    }

    private static void Fail(Finding finding) => throw new InvalidOperationException($"{finding.Code}: {finding.Detail}");
}
