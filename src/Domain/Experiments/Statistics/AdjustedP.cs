using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>The p-values of a difference for all tests of the report: each metric that is no guardrail, in each variant.</summary>
/// <param name="Tests">How many.</param>
/// <param name="HolmFixed">Of the fixed-horizon test: held against alpha, one false finding at all is no likelier than alpha.</param>
/// <param name="BenjaminiHochbergFixed">Of the fixed-horizon test: held against alpha, at most so large a part of the findings is false.</param>
/// <param name="HolmAlwaysValid">Of the confidence sequence.</param>
/// <param name="BenjaminiHochbergAlwaysValid">Of the confidence sequence.</param>
public sealed record AdjustedP(int Tests, double HolmFixed, double BenjaminiHochbergFixed, double HolmAlwaysValid, double BenjaminiHochbergAlwaysValid)
{
    internal static ImmutableArray<MetricReport> Adjust(ImmutableArray<MetricReport> metrics)
    {
        var tests = metrics.Where(metric => !metric.IsGuardrail).SelectMany(metric => metric.Comparisons).Where(comparison => comparison.Difference is not null).ToList();
        var (once, always) = (tests.ConvertAll(test => test.Difference!.Fixed.P), tests.ConvertAll(test => test.Difference!.AlwaysValid.P));
        var (holm, bh, holmAlways, bhAlways) = (MultipleTesting.Holm(once), MultipleTesting.BenjaminiHochberg(once), MultipleTesting.Holm(always), MultipleTesting.BenjaminiHochberg(always));
        var next = 0;
        return [.. metrics.Select(metric => metric.IsGuardrail ? metric : metric with { Comparisons = [.. metric.Comparisons.Select(Adjusted)] })];

        Comparison Adjusted(Comparison of) => of.Difference is null ? of : of with { Adjusted = new(tests.Count, holm[next], bh[next], holmAlways[next], bhAlways[next++]) };
    }
}
