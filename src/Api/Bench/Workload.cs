namespace Platform.Api.Bench;

/// <summary>How events arrive.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Writers">At once.</param>
/// <param name="EventsPerAppend">In one transaction, on a new stream.</param>
public sealed record Workload(string Name, int Writers, int EventsPerAppend)
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("1 event, 1 writer", 1, 1),
        new("1 event, 8 writers", 8, 1),
        new("1 event, 16 writers", 16, 1),
        new("10 events, 1 writer", 1, 10),
        new("100 events, 1 writer", 1, 100),
        new("1,000 events, 1 writer", 1, 1_000),
        new("100 events, 8 writers", 8, 100),
    ];
}

/// <summary>What one round of a workload gave.</summary>
/// <param name="EventsPerSecond">Accepted.</param>
/// <param name="P50">Median time of an append, milliseconds.</param>
/// <param name="P99">99th percentile, milliseconds.</param>
public sealed record Round(double EventsPerSecond, double P50, double P99)
{
    /// <summary>Lets writers append for a while and measures them.</summary>
    /// <param name="workload">How many writers, and what they append.</param>
    /// <param name="life">How long.</param>
    /// <param name="append">Appends once, as the writer of this number.</param>
    public static async Task<Round> RunAsync(Workload workload, TimeSpan life, Func<int, Task> append)
    {
        var until = Environment.TickCount64 + (long)life.TotalMilliseconds;
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, workload.Writers).Select(writer => Task.Run(async () =>
        {
            var own = new List<double>();
            while (Environment.TickCount64 < until)
            {
                var start = System.Diagnostics.Stopwatch.GetTimestamp();
                await append(writer);
                own.Add(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return own;
        })));
        var elapsed = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = latencies.SelectMany(l => l).Order().ToList();
        return new Round(all.Count * workload.EventsPerAppend / elapsed, all[all.Count / 2], all[(int)(all.Count * 0.99)]);
    }

    /// <summary>The median of each figure.</summary>
    public static Round Median(IReadOnlyList<Round> rounds) => new(
        Middle(rounds.Select(r => r.EventsPerSecond)), Middle(rounds.Select(r => r.P50)), Middle(rounds.Select(r => r.P99)));

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
