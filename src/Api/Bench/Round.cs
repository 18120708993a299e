using System.Diagnostics;

namespace Platform.Api.Bench;

/// <summary>What one round of a workload gave.</summary>
/// <param name="EventsPerSecond">Accepted.</param>
/// <param name="P50">Median time of an append, milliseconds.</param>
/// <param name="P99">99th percentile, milliseconds.</param>
/// <param name="CpuPerEvent">Processor time of client and server, microseconds an event; 0 where it can't be read.</param>
public sealed record Round(double EventsPerSecond, double P50, double P99, double CpuPerEvent)
{
    /// <summary>Lets writers append for a while and measures them.</summary>
    /// <param name="workload">How many writers, and what they append.</param>
    /// <param name="life">How long.</param>
    /// <param name="processor">Reads processor time.</param>
    /// <param name="append">Appends once, as the writer of this number.</param>
    public static async Task<Round> RunAsync(Workload workload, TimeSpan life, ProcessorTime processor, Func<int, Task> append)
    {
        var until = Environment.TickCount64 + (long)life.TotalMilliseconds;
        var (started, busy) = (Stopwatch.GetTimestamp(), processor.Read());
        var latencies = await Task.WhenAll(Enumerable.Range(0, workload.Writers).Select(writer => Task.Run(async () =>
        {
            var own = new List<double>();
            do
            {
                var start = Stopwatch.GetTimestamp();
                await append(writer);
                own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            while (Environment.TickCount64 < until); // At least once: on a busy machine a writer may start when the time is over.
            return own;
        })));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = latencies.SelectMany(l => l).Order().ToList();
        var events = all.Count * workload.EventsPerAppend;
        return new Round(events / elapsed, all[all.Count / 2], all[(int)(all.Count * 0.99)], (processor.Read() - busy).TotalMicroseconds / events);
    }

    /// <summary>The median of each figure.</summary>
    public static Round Median(IReadOnlyList<Round> rounds) => new(
        Middle(rounds.Select(r => r.EventsPerSecond)), Middle(rounds.Select(r => r.P50)), Middle(rounds.Select(r => r.P99)), Middle(rounds.Select(r => r.CpuPerEvent)));

    /// <summary>What so large a part of the values is at most.</summary>
    /// <param name="values">In any order, at least one.</param>
    /// <param name="share">0 to 1.</param>
    public static double At(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt((int)Math.Min(values.Count - 1, values.Count * share));

    /// <summary>The median.</summary>
    public static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
