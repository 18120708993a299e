using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>
/// What an experiment's figures say. A function of the sums of each variant and metric, and nothing else. What can't be computed is null, with the reason
/// in the notes; no number is NaN or infinite.
/// </summary>
/// <param name="SampleRatio">Whether the variants got their parts of the units.</param>
/// <param name="IsBlocked">Whether no decision may be made by it, as the variants didn't.</param>
/// <param name="Control">The variant that others are compared with.</param>
/// <param name="Alpha">1 less the confidence of intervals.</param>
/// <param name="Metrics">In the order of the input.</param>
/// <param name="Warnings">Of the whole.</param>
public sealed record ExperimentReport(SampleRatio SampleRatio, bool IsBlocked, string Control, double Alpha, ImmutableArray<MetricReport> Metrics, ImmutableArray<string> Warnings)
{
    /// <param name="input">The figures.</param>
    /// <exception cref="ArgumentException"><see cref="AnalysisInput.Check"/> finds something.</exception>
    public static ExperimentReport Of(AnalysisInput input)
    {
        if (input.Check().Rejection is { } invalid) throw new ArgumentException(string.Join(" ", invalid.Errors.Select(field => $"{field.Key}: {string.Join(" ", field.Value)}")), nameof(input));
        var ratio = SampleRatio.Of(input.Variants.Select(v => (double)v.Units), input.Variants.Select(v => v.Weight));
        var control = input.Variants.Select(v => v.Name).ToList().IndexOf(input.Control);
        ImmutableArray<MetricReport> metrics = [.. input.Metrics.Select(metric => MetricReport.Of(input, metric, control, ratio.IsMismatch))];
        return new(ratio, ratio.IsMismatch, input.Control, input.Alpha, AdjustedP.Adjust(metrics), [.. Warn(input, ratio)]);
    }

    private static IEnumerable<string> Warn(AnalysisInput input, SampleRatio ratio)
    {
        if (ratio.IsMismatch)
            yield return "Sample ratio mismatch: variants didn't get the parts of units that they should have. Find out why before believing any figure; decisions are blocked.";
        if (ratio.DegreesOfFreedom == 0)
            yield return "The sample ratio couldn't be checked: fewer than two variants have a weight, or there are no units.";
        foreach (var variant in input.Variants.Where(v => v.Weight == 0 && v.Units > 0))
            yield return $"Variant {variant.Name} has units and the weight 0: the sample ratio leaves it out.";
    }
}

/// <summary>What the figures say of a metric.</summary>
/// <param name="Name">The metric.</param>
/// <param name="Kind">What it is of a variant.</param>
/// <param name="Goal">Which way is better.</param>
/// <param name="IsGuardrail">Whether it's there to be kept from harm; then it isn't among the tests that p-values are adjusted for.</param>
/// <param name="IsAdjusted">Whether values from before the experiment were used (CUPED).</param>
/// <param name="Variants">All of them.</param>
/// <param name="Comparisons">Each variant but control with control.</param>
public sealed record MetricReport(string Name, MetricKind Kind, MetricGoal Goal, bool IsGuardrail, bool IsAdjusted, ImmutableArray<VariantFigures> Variants, ImmutableArray<Comparison> Comparisons)
{
    internal static MetricReport Of(AnalysisInput input, AnalysedMetric metric, int control, bool isBlocked) => new(
        metric.Name, metric.Kind, metric.Goal, metric.Guardrail is not null, metric.IsAdjusted,
        [.. input.Variants.Zip(metric.Moments, (variant, of) => VariantFigures.Of(variant.Name, of, metric.IsRatio))],
        [.. Enumerable.Range(0, input.Variants.Length).Where(n => n != control).Select(n => Comparison.Of(input, metric, control, n, isBlocked))]);
}

/// <summary>A metric in a variant, without any adjustment.</summary>
/// <param name="Variant">Its name.</param>
/// <param name="Units">With the metric.</param>
/// <param name="Mean">Or proportion, or ratio; null: there is none.</param>
/// <param name="StandardError">Of that; null: there is none.</param>
public sealed record VariantFigures(string Variant, long Units, double? Mean = null, double? StandardError = null)
{
    internal static VariantFigures Of(string variant, Moments of, bool isRatio)
    {
        if (of.Count == 0 || isRatio && of.Sums[1] == 0) return new(variant, of.Count, null, null);
        var gradient = DeltaMethod.Gradient(of, isRatio, 0);
        var error = Math.Sqrt(DeltaMethod.Variance(of, gradient) / of.Count);
        return new(variant, of.Count, Finite(DeltaMethod.Value(of, isRatio, 0)), of.Count > 1 ? Finite(error) : null);
    }

    private static double? Finite(double x) => double.IsFinite(x) ? x : null;
}
