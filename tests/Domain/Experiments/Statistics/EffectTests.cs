using Platform.Domain.Experiments;

namespace Platform.Domain.Tests.Experiments;

/// <summary>Effects from sums, held to the same from each unit's own influence on the estimate.</summary>
public sealed class EffectTests
{
    private static readonly double[][] Control = new Sample(1).Units(400), Treatment = new Sample(2).Units(300, 0.4);

    [Fact]
    public void A_mean_is_welchs()
    {
        var (c, t) = (Control.Select(u => u[0]).ToList(), Treatment.Select(u => u[0]).ToList());
        var effect = Of([0], isRatio: false, EffectScale.Difference);
        var (vc, vt) = (Variance(c) / 400, Variance(t) / 300);
        effect.Estimate.ShouldBe(t.Average() - c.Average(), 1e-10);
        effect.StandardError.ShouldBe(Math.Sqrt(vc + vt), 1e-10);
        effect.DegreesOfFreedom.ShouldBe((vc + vt) * (vc + vt) / (vc * vc / 399 + vt * vt / 299), 1e-6);
        effect.Count.ShouldBe(700);
    }

    [Fact]
    public void A_ratio_varies_as_what_each_unit_has_beside_it()
    {
        var (rc, rt) = (Control.Sum(u => u[0]) / Control.Sum(u => u[1]), Treatment.Sum(u => u[0]) / Treatment.Sum(u => u[1]));
        var effect = Of([0, 1], isRatio: true, EffectScale.Difference);
        effect.Estimate.ShouldBe(rt - rc, 1e-10);
        effect.StandardError.ShouldBe(Math.Sqrt(Variance(Influence(Control, 0)) / 400 + Variance(Influence(Treatment, 0)) / 300), 1e-10);
    }

    [Fact]
    public void A_lift_varies_with_control_too()
    {
        var (c, t) = (Control.Average(u => u[0]), Treatment.Average(u => u[0]));
        var lift = Of([0], isRatio: false, EffectScale.Lift);
        lift.Estimate.ShouldBe(t / c - 1, 1e-12);
        lift.StandardError.ShouldBe(Math.Sqrt(Variance(Control.Select(u => u[0] * t / (c * c))) / 400 + Variance(Treatment.Select(u => u[0] / c)) / 300), 1e-12);
        Math.Abs(WelchTest.Of(lift, 0.05).P / WelchTest.Of(Of([0], isRatio: false, EffectScale.Difference), 0.05).P - 1).ShouldBeGreaterThan(1e-3);
    }

    [Fact]
    public void What_was_before_is_taken_off_as_by_regression()
    {
        var all = Control.Concat(Treatment).ToList();
        var (x, y) = (all.Average(u => u[2]), all.Average(u => u[0]));
        var theta = all.Sum(u => (u[2] - x) * (u[0] - y)) / all.Sum(u => (u[2] - x) * (u[2] - x));
        var (c, t) = (Control.Select(u => u[0] - theta * u[2]).ToList(), Treatment.Select(u => u[0] - theta * u[2]).ToList());
        var effect = Of([0, 2], isRatio: false, EffectScale.Difference);
        effect.Theta.ShouldNotBeNull().ShouldBe(theta, 1e-10);
        effect.Estimate.ShouldBe(t.Average() - c.Average(), 1e-9);
        effect.StandardError.ShouldBe(Math.Sqrt(Variance(c) / 400 + Variance(t) / 300), 1e-10);
        effect.StandardError.ShouldBeLessThan(0.7 * Of([0], isRatio: false, EffectScale.Difference).StandardError);
        // Of the lift: before the experiment control and treatment differ by chance only, so (1 + lift) is that of the plain means.
        var (plain, lift) = (Treatment.Average(u => u[0]) / Control.Average(u => u[0]), Of([0, 2], isRatio: false, EffectScale.Lift));
        lift.Estimate.ShouldBe(effect.Estimate / Control.Average(u => u[0]), 1e-10);
        lift.StandardError.ShouldBe(Math.Sqrt(Variance(Control.Select(u => theta * u[2] - plain * u[0])) / 400 + Variance(t) / 300) / Control.Average(u => u[0]), 1e-10);
    }

    [Fact]
    public void Of_0_and_1_variances_and_covariances_are_those_of_proportions()
    {
        // 30 units: 12 did it, 9 had before, 7 both. p(1 - p) = 0.24, q(1 - q) = 0.21, covariance 7/30 - 0.4 * 0.3 = 0.34 / 3.
        var arm = new Moments(30, [12, 9], [12, 7, 9], [true, true]);
        arm.Variance(0).ShouldBe(0.24, 1e-15);
        arm.Covariance(0, 1).ShouldBe(0.34 / 3, 1e-15);
        var effect = Effect.Of(arm, arm with { Sums = [15, 9], Products = [15, 7, 9] }, false, EffectScale.Difference, out _).ShouldNotBeNull();
        // Of all 60: covariance 14/60 - 0.45 * 0.3 = 0.295 / 3, over 0.21.
        effect.Theta.ShouldNotBeNull().ShouldBe(0.295 / 3 / 0.21, 1e-12);
        effect.Estimate.ShouldBe(0.1, 1e-12);
        // Beside a number n - 1 is right again.
        new Moments(30, [12, 9], [12, 7, 9], [true, false]).Covariance(0, 1).ShouldBe(0.34 / 3 * 30 / 29, 1e-15);
    }

    [Fact]
    public void What_was_before_is_taken_off_a_ratio_by_influences()
    {
        var effect = Of([0, 1, 2, 3], isRatio: true, EffectScale.Difference);
        var theta = effect.Theta.ShouldNotBeNull();
        var (c, t) = (Influence(Control, 0).Zip(Influence(Control, 2)).ToList(), Influence(Treatment, 0).Zip(Influence(Treatment, 2)).ToList());
        theta.ShouldBe((Covariance(c) + Covariance(t)) / (Variance(c.Select(u => u.Second)) + Variance(t.Select(u => u.Second))), 1e-9);
        effect.StandardError.ShouldBe(Math.Sqrt(Variance(c.Select(u => u.First - theta * u.Second)) / 400 + Variance(t.Select(u => u.First - theta * u.Second)) / 300), 1e-10);
        effect.StandardError.ShouldBeLessThan(0.7 * Of([0, 1], isRatio: true, EffectScale.Difference).StandardError);
        var lift = Of([0, 1, 2, 3], isRatio: true, EffectScale.Lift);
        var over = Control.Sum(u => u[0]) / Control.Sum(u => u[1]);
        lift.Estimate.ShouldBe(effect.Estimate / over, 1e-10);
        lift.StandardError.ShouldBe(Math.Sqrt(Variance(c.Select(u => theta * u.Second - (1 + lift.Estimate) * u.First)) / 400 + Variance(t.Select(u => u.First - theta * u.Second)) / 300) / over, 1e-10);
    }

    [Fact]
    public void A_quantile_has_its_error_from_the_order_statistics_about_it()
    {
        // n = 10,000, and at the 90th percentile 1.96 standard errors of the rank span values from 89 to 92: an error of 3 / (2 * 1.96).
        var arm = Estimate.OfQuantile(10_000, 90, 89, 92);
        Math.Sqrt(arm.Variance / arm.Count).ShouldBe(3 / 3.91992797, 1e-3);
        Estimate.OfQuantile(10_000, 90, 89, 92, at: 6_400).Variance.ShouldBe(arm.Variance * 0.64, 1e-9);
        var effect = Effect.Of(arm, arm with { Mean = 99 }, EffectScale.Lift, out _).ShouldNotBeNull();
        effect.Estimate.ShouldBe(0.1, 1e-12);
        effect.StandardError.ShouldBe(Math.Sqrt(arm.Variance / 10_000 * (1 + 1.1 * 1.1)) / 90, 1e-12);
    }

    [Theory]
    [InlineData(1, 0, 0, 10, 5, 5, "A variant has fewer than two units.")]
    [InlineData(10, 0, 0, 10, 0, 0, "There is no variance to judge by: all units have the same value, or values are too large beside their spread for sums of squares in doubles.")]
    [InlineData(10, 30, 90, 10, 30, 90, "There is no variance to judge by: all units have the same value, or values are too large beside their spread for sums of squares in doubles.")]
    [InlineData(10, 1e100, 1e308, 10, 3e100, 1e308, "Values are too large for doubles.")]
    public void What_cannot_be_judged_says_why(long n, double sum, double squares, long m, double sumT, double squaresT, string reason)
    {
        Effect.Of(Moments.OfMean(n, sum, squares), Moments.OfMean(m, sumT, squaresT), false, EffectScale.Difference, out var why).ShouldBeNull();
        why.ShouldBe(reason);
    }

    [Fact]
    public void Without_a_control_to_divide_by_there_is_no_lift()
    {
        Effect.Of(Moments.OfMean(10, 0, 20), Moments.OfMean(10, 5, 20), false, EffectScale.Lift, out var why).ShouldBeNull();
        why.ShouldBe("Control's mean is 0, so there is no lift.");
        Effect.Of(Moments.OfRatio(10, 5, 0, 9, 0, 0), Moments.OfRatio(10, 5, 5, 9, 3, 9), true, EffectScale.Difference, out why).ShouldBeNull();
        why.ShouldBe("A variant's denominator is 0.");
        // What was before explains all of it: what rounding leaves over is no variance.
        var twice = Control.Select(u => (double[])[u[0], 2 * u[0]]).ToList();
        Effect.Of(Sample.Sums(twice, 0, 1), Sample.Sums(twice.Skip(9), 0, 1), false, EffectScale.Difference, out why).ShouldBeNull();
    }

    private static Effect Of(int[] quantities, bool isRatio, EffectScale scale) =>
        Effect.Of(Sample.Sums(Control, quantities), Sample.Sums(Treatment, quantities), isRatio, scale, out _).ShouldNotBeNull();

    private static List<double> Influence(double[][] units, int from)
    {
        var (under, ratio) = (units.Average(u => u[from + 1]), units.Sum(u => u[from]) / units.Sum(u => u[from + 1]));
        return [.. units.Select(u => (u[from] - ratio * u[from + 1]) / under)];
    }

    private static double Variance(IEnumerable<double> values) => Covariance([.. values.Select(value => (value, value))]);

    private static double Covariance(List<(double First, double Second)> values) =>
        (values.Average(v => v.First), values.Average(v => v.Second)) is var (a, b) ? values.Sum(v => (v.First - a) * (v.Second - b)) / (values.Count - 1) : 0;
}
