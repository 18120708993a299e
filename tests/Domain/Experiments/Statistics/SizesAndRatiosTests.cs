using Platform.Domain.Experiments;

namespace Platform.Domain.Tests.Experiments;

public sealed class SizesAndRatiosTests
{
    /// <summary>Expected: R's power.prop.test and power.t.test, which for means solves the non-central t exactly.</summary>
    [Fact]
    public void Sample_sizes_are_those_of_r()
    {
        SampleSize.OfProportions(0.1, 0.02, 0.05, 0.8).ShouldBe(3840.847, 0.001);
        SampleSize.OfProportions(0.5, 0.25, 0.05, 0.9).ShouldBe(76.7, 0.1);
        SampleSize.OfProportions(0.5, -0.25, 0.05, 0.9).ShouldBe(SampleSize.OfProportions(0.5, 0.25, 0.05, 0.9), 1e-9);
        SampleSize.OfMeans(1, 0.5, 0.05, 0.8).ShouldBe(63.76576, 0.02);
        SampleSize.OfMeans(1, 1, 0.05, 0.9).ShouldBe(22.02110, 0.05);
    }

    [Fact]
    public void Power_and_detectable_effect_are_the_other_way_round()
    {
        foreach (var power in (double[])[0.5, 0.8, 0.95])
        {
            var units = SampleSize.OfProportions(0.04, 0.004, 0.01, power);
            SampleSize.PowerOfProportions(0.04, 0.004, 0.01, units).ShouldBe(power, 1e-5);
            SampleSize.DetectableOfProportions(0.04, 0.01, power, units).ShouldNotBeNull().ShouldBe(0.004, 1e-9);
            units = SampleSize.OfMeans(20, 0.7, 0.01, power);
            SampleSize.DetectableOfMeans(20, 0.01, power, units).ShouldNotBeNull().ShouldBe(0.7, 1e-9);
            SampleSize.PowerOfMeans(20, 0.7, 0.01, units).ShouldBe(power, 1e-3);
        }
        SampleSize.PowerOfMeans(1, 0, 0.05, 100).ShouldBe(0.05, 1e-12);
        SampleSize.DetectableOfProportions(0.9, 0.05, 0.8, 5).ShouldBeNull();
        SampleSize.DetectableOfMeans(1, 0.05, 0.8, 0.5).ShouldBeNull();
        SampleSize.AlwaysValidFactor(0.05, 0.8).ShouldBe(1.9148, 1e-3);
    }

    [Fact]
    public void A_sample_ratio_is_of_any_number_of_arms()
    {
        // Of 1,000 at 1:2:1 one expects 250, 500 and 250: (10^2 + 10^2) / 250 + 20^2 / 500 = 1.6, and with two degrees of freedom p = exp(-1.6 / 2).
        var ratio = SampleRatio.Of([260, 480, 260], [1, 2, 1]);
        ratio.Statistic.ShouldBe(1.6, 1e-12);
        (ratio.DegreesOfFreedom, ratio.IsMismatch).ShouldBe((2, false));
        ratio.P.ShouldBe(Math.Exp(-0.8), 1e-12);
        SampleRatio.Of([2600, 4800, 2600], [0.25, 0.5, 0.25]).P.ShouldBe(Math.Exp(-8), 1e-12);
        SampleRatio.Of([2600, 4800, 2600], [0.25, 0.5, 0.25]).IsMismatch.ShouldBeTrue();
        SampleRatio.Of([0, 0], [1, 1]).ShouldBe(new SampleRatio(1, 0, 0, false));
        SampleRatio.Of([40, 0], [1, 1]).IsMismatch.ShouldBeTrue();
    }

    [Fact]
    public void Values_are_capped_at_the_quantile_of_all()
    {
        Winsorisation.Cap([5, 1, 4, 2, 3], 0.5).ShouldBe(3);
        Winsorisation.Cap([1, 2, 3, 4], 0.9).ShouldBe(3.7, 1e-12);
        Winsorisation.Cap([7], 0.99).ShouldBe(7);
        Winsorisation.Cap([1, 9], 1).ShouldBe(9);
        Should.Throw<ArgumentOutOfRangeException>(() => Winsorisation.Cap([1], 0));
        Should.Throw<ArgumentException>(() => Winsorisation.Cap([], 0.5));
    }

    /// <summary>Holm's and Benjamini and Hochberg's own steps, by hand.</summary>
    [Fact]
    public void P_values_are_adjusted_as_by_hand()
    {
        MultipleTesting.Holm([0.01, 0.04, 0.03, 0.005]).ShouldBe([0.03, 0.06, 0.06, 0.02], 1e-12);
        MultipleTesting.BenjaminiHochberg([0.01, 0.04, 0.03, 0.005]).ShouldBe([0.02, 0.04, 0.04, 0.02], 1e-12);
        MultipleTesting.Holm([]).ShouldBeEmpty();
        MultipleTesting.Holm([0.6, 0.7]).ShouldBe([1, 1]);
    }

    [Theory]
    [InlineData(-0.01, 0.05, MetricGoal.Increase, GuardrailVerdict.Holds)]
    [InlineData(-0.03, 0.05, MetricGoal.Increase, GuardrailVerdict.Undecided)]
    [InlineData(-0.03, -0.01, MetricGoal.Increase, GuardrailVerdict.Worse)]
    [InlineData(-0.05, -0.03, MetricGoal.Increase, GuardrailVerdict.Breached)]
    [InlineData(-0.015, -0.001, MetricGoal.Increase, GuardrailVerdict.Holds)]
    [InlineData(-0.05, 0.01, MetricGoal.Decrease, GuardrailVerdict.Holds)]
    [InlineData(0.03, 0.05, MetricGoal.Decrease, GuardrailVerdict.Breached)]
    [InlineData(0.01, 0.05, MetricGoal.Decrease, GuardrailVerdict.Worse)]
    public void A_guardrail_is_judged_by_both_bounds(double low, double high, MetricGoal goal, GuardrailVerdict verdict) =>
        new Guardrail(0.02).Judge(new Inference("any", 0.5, low, high), goal).ShouldBe(verdict);
}
