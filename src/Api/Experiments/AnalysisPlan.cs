using System.Collections.Immutable;
using System.Globalization;
using Platform.Domain.Experiments;

namespace Platform.Api.Experiments;

/// <summary>What is to be made of a file.</summary>
/// <param name="Unit">The column that says who or what was given a variant.</param>
/// <param name="Variant">The column that says which.</param>
/// <param name="Control">The variant that others are compared with.</param>
/// <param name="Metrics">One or more.</param>
public sealed record AnalysisPlan(string Unit, string Variant, string Control, ImmutableArray<MetricColumn> Metrics)
{
    public double Alpha { get; init; } = 0.05;

    public double TuningSize { get; init; } = 5000;

    /// <summary>What part of units each variant should have; null: all the same.</summary>
    public ImmutableSortedDictionary<string, double>? Weights { get; init; }

    /// <summary>The quantile of all units that values are capped at; null: they aren't.</summary>
    public double? Winsorise { get; init; }

    /// <summary>The metrics with the values of before, the goals and the guardrails that options give them.</summary>
    /// <param name="metrics">COL[:KIND].</param>
    /// <param name="before">[METRIC=]COL[/DENOM]; without a metric for each that is no ratio.</param>
    /// <param name="decrease">Metrics that should fall.</param>
    /// <param name="guardrails">METRIC=MARGIN, the margin as a lift.</param>
    /// <exception cref="AnalysisStoppedException">An option makes no sense.</exception>
    public static ImmutableArray<MetricColumn> MetricsOf(IEnumerable<string> metrics, IEnumerable<string> before, IEnumerable<string> decrease, IEnumerable<string> guardrails)
    {
        var all = metrics.Select(MetricColumn.Parse).ToList();
        if (all.Select(metric => metric.Column).Distinct(StringComparer.Ordinal).Count() < all.Count)
            throw new AnalysisStoppedException("--metric: a column may be one metric only.");
        foreach (var text in before)
            if (text.Split('=', 2) is [var name, var columns])
                Change("--pre", name, metric => metric.With(columns));
            else if (all.Exists(metric => metric.Kind != MetricKind.Ratio))
                all = [.. all.Select(metric => metric.Kind == MetricKind.Ratio ? metric : metric.With(text))];
            else
                all[0].With(text);
        foreach (var name in decrease) Change("--decrease", name, metric => metric with { Goal = MetricGoal.Decrease });
        foreach (var text in guardrails)
            Change("--guardrail", text.Split('=')[0], metric => metric with
            {
                Guardrail = text.Split('=') is [_, var margin] && double.TryParse(margin, NumberStyles.Float, CultureInfo.InvariantCulture, out var part) && part is >= 0 and <= 1
                    ? new Guardrail(part) : throw new AnalysisStoppedException($"--guardrail {text}: say METRIC=MARGIN, the margin from 0 to 1, such as {metric.Column}=0.02."),
            });
        return [.. all];

        void Change(string option, string name, Func<MetricColumn, MetricColumn> change)
        {
            var at = all.FindIndex(metric => metric.Column == name);
            if (at < 0) throw new AnalysisStoppedException($"{option}: there is no metric {name}; there are {string.Join(", ", all.Select(metric => metric.Column))}.");
            all[at] = change(all[at]);
        }
    }

    /// <param name="text">NAME=PART,NAME=PART; null: none.</param>
    /// <exception cref="AnalysisStoppedException">It's something else.</exception>
    public static ImmutableSortedDictionary<string, double>? WeightsOf(string? text)
    {
        if (text is null) return null;
        var weights = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var at = part.LastIndexOf('=');
            if (at <= 0 || !double.TryParse(part[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) || !(weight is > 0 and < 1e12) || !weights.TryAdd(part[..at], weight))
                throw new AnalysisStoppedException($"--weights {text}: say each variant once, such as a=0.5,b=0.5, with numbers above 0.");
        }
        return weights.ToImmutable();
    }
}
