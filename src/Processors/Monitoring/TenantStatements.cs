using System.Diagnostics.Metrics;
using Platform.Domain.Monitoring;

namespace Platform.Processors.Monitoring;

/// <summary>Counts the database's statements of a request among what its tenant had the platform do: as the database's client measures them, wherever the request's work goes on.</summary>
public static class TenantStatements
{
    private static readonly AsyncLocal<(TenantPerformance Performance, string TenantId)?> Current = new();

    private static readonly MeterListener Listener = Listen();

    /// <summary>From now on, in the caller's flow.</summary>
    public static void CountFor(TenantPerformance performance, string tenantId)
    {
        // Made when it's first needed.
        _ = Listener;
        Current.Value = (performance, tenantId);
    }

    private static MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument is { Meter.Name: "Npgsql", Name: "db.client.operation.duration" })
                    own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            if (Current.Value is not { } counted)
                return;
            var isFailed = false;
            foreach (var tag in tags)
                isFailed |= tag.Key == "error.type";
            counted.Performance.Note(counted.TenantId, Operations.Database, TimeSpan.FromSeconds(seconds), isFailed ? MeasuredOutcome.Failed : MeasuredOutcome.Done);
        });
        listener.Start();
        return listener;
    }
}
