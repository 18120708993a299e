using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Platform.Api.Monitoring;

/// <summary>
/// Prometheus' text format 0.0.4. Metrics of OpenTelemetry get the names that its specification gives them there (Metrics, Prometheus compatibility): dots become underscores, units
/// are spelled out, and what only grows ends with <c>_total</c>.
/// </summary>
internal sealed class PrometheusText
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["By"] = "bytes",
        ["%"] = "percent",
        ["1"] = "ratio",
    };

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private string _family = "";

    /// <summary>A family of the platform's own.</summary>
    /// <param name="name">As Prometheus has it.</param>
    /// <param name="help">What it is.</param>
    /// <param name="type">counter or gauge.</param>
    /// <param name="samples">Labels with their braces, or none, and values.</param>
    public void Family(string name, string help, string type, IEnumerable<(string Labels, double Value)> samples)
    {
        Head(name, help, type);
        foreach (var (labels, value) in samples)
            Sample(name, labels, value);
    }

    /// <summary>A metric of OpenTelemetry; a kind that nothing here uses is left out.</summary>
    public void Family(Metric metric)
    {
        var (type, suffix) = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => ("counter", "_total"),
            MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => ("gauge", ""),
            MetricType.Histogram => ("histogram", ""),
            _ => ("", ""),
        };
        if (type.Length == 0)
            return;
        var name = NameOf(metric.Name, metric.Unit, type) + suffix;
        // Which of a histogram's series is its count is said by the ending: nothing else has it.
        if (type == "gauge" && name.EndsWith("_count", StringComparison.Ordinal))
            name = name[..^"_count".Length] + "_number";
        Head(name, metric.Description is { Length: > 0 } said ? said.TrimEnd('.') : metric.Name, type);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point.Tags);
            // A connection that is opened once has no pool with a name: it's told by its connection string, which nobody is to read.
            if (labels.Contains("pool_name=\"Host=", StringComparison.Ordinal))
                continue;
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    Sample(name, Braced(labels), point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    Sample(name, Braced(labels), point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Sample(name, Braced(labels), point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    Sample(name, Braced(labels), point.GetGaugeLastValueDouble());
                    break;
                default:
                    Histogram(name, labels, point);
                    break;
            }
        }
    }

    public override string ToString() => _text.ToString();

    private void Histogram(string name, string labels, in MetricPoint point)
    {
        var sum = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            sum += bucket.BucketCount;
            var most = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : bucket.ExplicitBound.ToString(CultureInfo.InvariantCulture);
            Sample($"{name}_bucket", Braced($"{labels}{(labels.Length > 0 ? "," : "")}le=\"{most}\""), sum);
        }
        Sample($"{name}_sum", Braced(labels), point.GetHistogramSum());
        Sample($"{name}_count", Braced(labels), point.GetHistogramCount());
    }

    // A family stands together, its head first, also where two meters have one of the same name: clients of the host's and those of no host do.
    private void Head(string name, string help, string type)
    {
        if (name == _family)
            return;
        _family = name;
        _series.Clear();
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Escaped(help, isLabel: false)}\n# TYPE {name} {type}\n");
    }

    // A scrape with a series that stands twice is refused as a whole.
    private void Sample(string name, string labels, double value)
    {
        if (_series.Add(name + labels))
            _text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
    }

    private static string NameOf(string name, string? unit, string type)
    {
        var plain = Plain(name);
        // A unit in braces is a remark; of ratios only gauges are named so.
        var spelled = unit is null or "" || unit.StartsWith('{') || unit == "1" && type != "gauge" ? null : Units.GetValueOrDefault(unit, Plain(unit));
        return spelled is null || plain.EndsWith($"_{spelled}", StringComparison.Ordinal) ? plain : $"{plain}_{spelled}";
    }

    private static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));

    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new StringBuilder();
        foreach (var (key, value) in tags)
            labels.Append(labels.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{Plain(key)}=\"{Escaped(Text(value), isLabel: true)}\"");
        return labels.ToString();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Braced(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Escaped(string text, bool isLabel)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
