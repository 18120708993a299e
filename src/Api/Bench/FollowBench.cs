using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore;

namespace Platform.Api.Bench;

/// <summary>What follows the log, beside reading all events in order.</summary>
internal sealed class FollowBench(BenchDatabase database, int rounds, CancellationToken cancel)
{
    public async Task RunAsync(int events)
    {
        for (var n = 0; n < events; n += 100)
            await AppendBench.AppendOnceAsync(database.Store, 100, cancel);
        var sequencing = Stopwatch.StartNew();
        var sequencer = new Sequencer(database.Store, NullLogger<Sequencer>.Instance);
        long sequenced = 0;
        while (await sequencer.TurnAsync(cancel) is var taken and > 0)
            sequenced += taken;
        var sequencedIn = sequencing.Elapsed.TotalSeconds;

        var (read, verified) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            BenchReport.Progress($"follow: round {round + 1} of {rounds}");
            var clock = Stopwatch.StartNew();
            read.Add(await ReadAsync() / clock.Elapsed.TotalSeconds);
            clock.Restart();
            var verification = await new LedgerVerification(database.Database.Auditor).RunAsync(null, null, f => throw new InvalidOperationException(f.Detail), null, cancel);
            verified.Add(verification.Checked / clock.Elapsed.TotalSeconds);
        }
        var floor = Round.Middle(read);
        BenchReport.Table($"Following, events/s ({await database.ScalarAsync<long>("select count(*) from public.mt_events"):#,##0} events, median of {rounds} rounds)", ["what", "floor: read all in order", "ours", "ours / floor"],
        [
            ["sequencer", "", BenchReport.Number(sequenced / sequencedIn), ""],
            ["verify", BenchReport.Number(floor), BenchReport.Number(Round.Middle(verified)), BenchReport.Number(Round.Middle(verified) / floor)],
        ]);
    }

    private async Task<long> ReadAsync()
    {
        await using var command = database.Owner.CreateCommand("select seq_id, stream_id, version, type, data, timestamp, headers from public.mt_events order by seq_id");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var count = 0L;
        for (; await reader.ReadAsync(cancel); count++)
            JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(4), BenchJson.Default.BenchEvent);
        return count;
    }
}
