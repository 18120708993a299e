using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Platform.EventStore;

/// <summary>What the event store measures of itself, by the names of OpenTelemetry: whoever listens to the meter has it.</summary>
public static class StoreMeter
{
    public const string Name = "Platform.EventStore";

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> AppendDuration = Meter.CreateHistogram(
        "platform.append.duration", "s", "How long appends took until they were on disk", advice: Seconds);

    private static readonly Counter<long> AppendedEvents = Meter.CreateCounter<long>("platform.append.events", "{event}", "Events that this process appended");

    private static readonly Histogram<double> PageDuration = Meter.CreateHistogram(
        "platform.projection.page.duration", "s", "How long a page of the log took to be applied to a read model and written", advice: Seconds);

    private static readonly Counter<long> ProjectedEvents = Meter.CreateCounter<long>("platform.projection.events", "{event}", "Events that this process applied to read models");

    /// <summary>Buckets for what takes milliseconds, and at times seconds.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    internal static void Appended(long started, int events)
    {
        AppendDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        AppendedEvents.Add(events);
    }

    internal static void Projected(string projection, TimeSpan took, int events)
    {
        var tag = KeyValuePair.Create<string, object?>("platform.projection", projection);
        PageDuration.Record(took.TotalSeconds, tag);
        ProjectedEvents.Add(events, tag);
    }
}
