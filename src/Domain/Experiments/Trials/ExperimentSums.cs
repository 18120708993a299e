using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>What visitors did in each variant: sums, from which no visitor can be told.</summary>
/// <param name="Variants">In any order; one that nobody saw may be missing.</param>
/// <param name="ExcludedUnits">Visitors that were seen in more than one variant, and count in none.</param>
public sealed record ExperimentSums(ImmutableArray<VariantSums> Variants, long ExcludedUnits)
{
    /// <summary>What the report is made of.</summary>
    /// <param name="content">Of the experiment.</param>
    public AnalysisInput Input(ExperimentContent content)
    {
        var ordered = content.Variants.Select(variant => Variants.FirstOrDefault(sums => sums.Variant == variant.Key) ?? new(variant.Key, 0, [.. content.Metrics().Select(MetricSums.None)])).ToArray();
        var input = new AnalysisInput
        {
            Variants = [.. content.Variants.Zip(ordered, (variant, sums) => new AnalysedVariant(variant.Key, sums.Units, variant.Weight))],
            Control = content.Control,
            Metrics = [.. content.Metrics().Select((metric, m) => new AnalysedMetric
            {
                Name = metric.Name,
                Kind = metric.Measure(),
                Goal = metric.Goal,
                Guardrail = metric.Margin is { } margin ? new Guardrail(margin) : null,
                Moments = [.. ordered.Select(sums => new Moments(
                    sums.Units, sums.Metrics[m].Sums, sums.Metrics[m].Products, metric.Measure() == MetricKind.Proportion ? [.. Enumerable.Repeat(true, metric.Quantities())] : null))],
            })],
        };
        return content.Decision is { } plan ? input with { Alpha = plan.Alpha, TuningSize = plan.TuningSize, MinimumUnits = plan.MinimumUnits } : input;
    }
}

/// <summary>What visitors did in a variant.</summary>
/// <param name="Variant">Its key.</param>
/// <param name="Units">Visitors that saw it, and no other.</param>
/// <param name="Metrics">In the order of <see cref="ExperimentContent.Metrics"/>.</param>
public sealed record VariantSums(string Variant, long Units, ImmutableArray<MetricSums> Metrics);

/// <summary>Of a metric, over visitors.</summary>
/// <param name="Sums">Of each of its quantities.</param>
/// <param name="Products">Of each two of them, in the order of <see cref="Moments.Products"/>.</param>
public sealed record MetricSums(ImmutableArray<double> Sums, ImmutableArray<double> Products)
{
    /// <summary>Of nobody.</summary>
    public static MetricSums None(ExperimentMetric metric) => new([.. new double[metric.Quantities()]], [.. new double[metric.Quantities() * (metric.Quantities() + 1) / 2]]);
}
