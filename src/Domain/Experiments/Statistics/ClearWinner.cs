using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>The arm of several without a control that has the highest proportion, and whether it beats every other.</summary>
/// <param name="Best">Its place, from 0; the first if several are as high.</param>
/// <param name="P">The highest of the p-values of the pooled z-tests of it and each other arm, Holm-corrected; null: a test wasn't usable.</param>
/// <param name="SampleRatio">Whether the arms got their parts.</param>
/// <param name="IsClear">Whether P is below alpha, without a mismatch, and with enough units in each arm.</param>
public sealed record ClearWinner(int Best, double? P, SampleRatio SampleRatio, bool IsClear)
{
    /// <param name="arms">Two or more: units and successes.</param>
    /// <param name="alpha">How likely a false winner may be.</param>
    /// <param name="minimumUnits">In each arm.</param>
    /// <param name="weights">What parts the arms should have; null: equal ones.</param>
    public static ClearWinner Of(ImmutableArray<Moments> arms, double alpha = 0.05, long minimumUnits = 100, IReadOnlyList<double>? weights = null)
    {
        if (arms.Length < 2) throw new ArgumentException("There must be two arms or more.", nameof(arms));
        var best = Enumerable.Range(0, arms.Length).MaxBy(n => arms[n].Count > 0 ? arms[n].Mean(0) : double.NegativeInfinity);
        var tests = arms.Where((_, n) => n != best).Select(other => TwoProportionTest.Of(other, arms[best], alpha)?.P).ToList();
        double? p = tests.Contains(null) ? null : MultipleTesting.Holm([.. tests.OfType<double>()]).Max();
        var ratio = SampleRatio.Of(arms.Select(arm => (double)arm.Count), weights ?? [.. arms.Select(_ => 1.0)]);
        return new(best, p, ratio, p < alpha && !ratio.IsMismatch && arms.All(arm => arm.Count >= minimumUnits));
    }

    /// <summary>Whether the arms' proportions differ at all: Pearson's chi-square, 1 less degrees of freedom than arms.</summary>
    /// <returns>Chi-square and its p-value; null where no unit did it, or all did.</returns>
    public static (double Statistic, double P)? Omnibus(ImmutableArray<Moments> arms)
    {
        var pooled = arms.Sum(arm => arm.Sums[0]) / arms.Sum(arm => arm.Count);
        if (!(pooled is > 0 and < 1)) return null;
        // Of both rows at once, as (o - e) squared is the same in each.
        var statistic = arms.Where(arm => arm.Count > 0).Sum(arm => arm.Sums[0] - pooled * arm.Count is var off ? off * off / (arm.Count * pooled * (1 - pooled)) : 0);
        return (statistic, Tails.ChiSquare(statistic, arms.Count(arm => arm.Count > 0) - 1));
    }
}
