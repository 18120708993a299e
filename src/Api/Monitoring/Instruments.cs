using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Monitoring;

/// <summary>
/// What this process measures through meters: requests, the runtime, the database's client, calls to others, and the platform's own. Added up by OpenTelemetry's SDK, read when somebody asks.
/// </summary>
internal sealed class Instruments : IDisposable
{
    // A series is a route with a status: there are some 350 routes, and of a request that none takes only the status is told.
    private const int MostAnswers = 10_000;

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Diagnostics", "System.Net.Http", "System.Runtime", "Npgsql", StoreMeter.Name, ProcessorMeter.Name,
    ];

    private readonly Exporter _exporter = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;
    private readonly Lock _reading = new();

    /// <param name="meters">Of the host: what another host in this process measures isn't its own.</param>
    public Instruments(IMeterFactory meters)
    {
        _reader = new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(Meters)
            .AddView(instrument => instrument.Meter.Scope is { } scope && scope != meters ? MetricStreamConfiguration.Drop
                : instrument.Name == "http.server.request.duration" ? new MetricStreamConfiguration { CardinalityLimit = MostAnswers } : null)
            .AddReader(_reader).Build();
    }

    /// <summary>Adds everything measured so far.</summary>
    public void WriteTo(PrometheusText text)
    {
        lock (_reading)
        {
            _exporter.Text = text;
            _exporter.Collect!(Timeout.Infinite);
            _exporter.Text = null;
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        _reader.Dispose();
    }

    [ExportModes(ExportModes.Pull)]
    private sealed class Exporter : BaseExporter<Metric>, IPullMetricExporter
    {
        /// <summary>Set by the reader: who wants metrics calls it.</summary>
        public Func<int, bool>? Collect { get; set; }

        public PrometheusText? Text { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            // In the order of their names: an answer can be compared with the one before.
            var metrics = new List<Metric>();
            foreach (var metric in batch)
                metrics.Add(metric);
            foreach (var metric in metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal))
                Text?.Family(metric);
            return ExportResult.Success;
        }
    }
}
