using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Experiments;

namespace Platform.Domain.Tests.Experiments;

public sealed class TestProperties
{
    private static readonly Gen<Moments> Proportions = Gen.Choose(2, 5000).SelectMany(n => Gen.Choose(1, n - 1).Select(successes => Moments.OfProportion(n, successes)));

    private static readonly Gen<Moments> Means = Gen.Choose(2, 60).SelectMany(n => Gen.Choose(1, 1_000_000).Select(seed => Sample.Sums(new Sample((ulong)seed).Units(n, seed % 5), 0)));

    [Fact]
    public void Swapped_arms_differ_as_surely() => ForAll(Gen.OneOf(Two(Proportions), Two(Means)), (a, b) =>
    {
        var (there, back) = (Difference(a, b), Difference(b, a));
        back.Estimate.ShouldBe(-there.Estimate);
        WelchTest.Of(back, 0.05).P.ShouldBe(WelchTest.Of(there, 0.05).P);
        ConfidenceSequence.Of(back, 0.05, 5000).P.ShouldBe(ConfidenceSequence.Of(there, 0.05, 5000).P);
        WelchTest.Of(back, 0.05).Low.ShouldBe(-WelchTest.Of(there, 0.05).High);
        (NormalPosterior.Of(there).ChanceAboveZero + NormalPosterior.Of(back).ChanceAboveZero).ShouldBe(1, 1e-12);
        if (a.IsBinary(0)) TwoProportionTest.Of(b, a, 0.05)!.P.ShouldBe(TwoProportionTest.Of(a, b, 0.05)!.P);
    });

    [Fact]
    public void An_interval_leaves_none_out_exactly_where_p_is_below_alpha() => ForAll(Gen.OneOf(Two(Proportions), Two(Means)), (a, b) =>
    {
        var effect = Difference(a, b);
        foreach (var alpha in (double[])[0.2, 0.05, 0.001])
            foreach (var test in (Inference[])[WelchTest.Of(effect, alpha), ConfidenceSequence.Of(effect, alpha, 5000)])
                if (Math.Abs(test.P - alpha) > 1e-9 * alpha)
                    (test.Low <= 0 && test.High >= 0).ShouldBe(test.P > alpha, $"{test} at {alpha}");
    });

    [Fact]
    public void One_side_is_half_of_both_where_the_effect_is_on_it() => ForAll(Two(Means), (a, b) =>
    {
        var effect = Difference(a, b);
        var (greater, less, both) = (WelchTest.Of(effect, 0.05, Alternative.Greater), WelchTest.Of(effect, 0.05, Alternative.Less), WelchTest.Of(effect, 0.05));
        (greater.P + less.P).ShouldBe(1, 1e-12);
        Math.Min(greater.P, less.P).ShouldBe(both.P / 2, 1e-12);
        greater.Low.ShouldBe(WelchTest.Of(effect, 0.1).Low);
        less.High.ShouldBe(WelchTest.Of(effect, 0.1).High);
        (greater.High, less.Low).ShouldBe((null, null));
    });

    [Fact]
    public void A_confidence_sequence_is_wider_than_an_interval_and_narrowest_where_it_was_tuned()
    {
        for (var n = 10.0; n < 1e9; n *= 3)
            ConfidenceSequence.Reach(0.05, n, 5000).ShouldBeGreaterThan(Tails.NormalQuantile(0.025));
        double Width(double n, double tuned) => ConfidenceSequence.Reach(0.05, n, tuned);
        foreach (var other in (double[])[500, 2500, 4000, 6000, 10_000, 50_000]) Width(5000, other).ShouldBeGreaterThan(Width(5000, 5000));
        // rho^2 N* = 5.9915 + 1.9446 = 7.9361; sqrt(2 * 8.9361 / 7.9361 * (ln(8.9361) / 2 + 2.9957)) = 3.0353.
        Width(5000, 5000).ShouldBe(3.0353, 1e-4);
    }

    /// <summary>Expected: 1 over the likelihood ratio, averaged over effects by Simpson's rule: normal of variance rho squared, one-sided its upper half and of 2 alpha.</summary>
    [Theory]
    [InlineData(3, 5000, 0.05, 0.0549476145474, 0.0278598246796)]
    [InlineData(1, 800, 0.05, 1, 0.724849169209)]
    [InlineData(4.5, 20000, 0.01, 0.000340981010998, 0.000164209444724)]
    public void An_always_valid_p_is_one_over_the_mixture_of_likelihoods(double z, int n, double alpha, double both, double one)
    {
        var effect = new Effect(EffectScale.Difference, z * 0.2, 0.2, n - 2, n);
        ConfidenceSequence.Of(effect, alpha, 5000).P.ShouldBe(both, both * 1e-9);
        ConfidenceSequence.Of(effect, alpha, 5000, Alternative.Greater).P.ShouldBe(one, one * 1e-9);
        ConfidenceSequence.Of(effect with { Estimate = -effect.Estimate }, alpha, 5000, Alternative.Less).P.ShouldBe(one, one * 1e-9);
        ConfidenceSequence.Of(effect, alpha, 5000, Alternative.Less).P.ShouldBe(1);
    }

    [Fact]
    public void A_sequence_of_one_side_is_narrower_there() => ForAll(Two(Means), (a, b) =>
    {
        var effect = Difference(a, b) with { Count = 5000 };
        ConfidenceSequence.Of(effect, 0.05, 5000, Alternative.Greater).Low.ShouldNotBeNull().ShouldBeGreaterThan(ConfidenceSequence.Of(effect, 0.05, 5000).Low!.Value);
        ConfidenceSequence.Of(effect, 0.05, 5000, Alternative.Less).High.ShouldNotBeNull().ShouldBeLessThan(ConfidenceSequence.Of(effect, 0.05, 5000).High!.Value);
        var sides = (Greater: ConfidenceSequence.Of(effect, 0.05, 5000, Alternative.Greater).P, Less: ConfidenceSequence.Of(effect, 0.05, 5000, Alternative.Less).P);
        (effect.Estimate > 0 ? sides.Greater : sides.Less).ShouldBeLessThanOrEqualTo(effect.Estimate > 0 ? sides.Less : sides.Greater);
        // The bound is the closed form that lies outside the exact one, so it leaves 0 out later than p falls below alpha.
        if (ConfidenceSequence.Of(effect, 0.05, 5000, Alternative.Greater).Low > 0) sides.Greater.ShouldBeLessThanOrEqualTo(0.05);
    });

    [Fact]
    public void A_balanced_covariate_moves_no_effect() => ForAll(Two(Means), (a, b) =>
    {
        // Covariates of the same mean on both sides: whatever theta, y - theta x differs as y does.
        var (c, t) = (With(a), With(b));
        Effect.Of(c, t, false, EffectScale.Difference, out _)!.Estimate.ShouldBe(Difference(a, b).Estimate, 1e-9 * (1 + Math.Abs(a.Mean(0)) + Math.Abs(b.Mean(0))));
        Effect.Of(c, t, false, EffectScale.Difference, out _)!.Theta.ShouldNotBeNull().ShouldNotBe(0);

        static Moments With(Moments of) => new(of.Count, [of.Sums[0], 3 * of.Count], [of.Products[0], 3 * of.Sums[0] + 0.1 * of.Count, 10 * of.Count]);
    });

    [Fact]
    public void Adjusted_p_values_keep_their_order_and_holms_are_the_larger() => ForAll(Two(Gen.Choose(0, 1000).Select(p => Math.Pow(p / 1000.0, 4)).ListOf()), (p, _) =>
    {
        var (holm, bh) = (MultipleTesting.Holm(p), MultipleTesting.BenjaminiHochberg(p));
        for (var n = 0; n < p.Count; n++)
        {
            holm[n].ShouldBeInRange(p[n], Math.Min(1, p.Count * p[n]));
            bh[n].ShouldBeInRange(p[n] * (1 - 1e-15), holm[n] * (1 + 1e-15));
            for (var m = 0; m < p.Count; m++)
                if (p[n] <= p[m])
                    (holm[n] <= holm[m] && bh[n] <= bh[m]).ShouldBeTrue();
        }
    });

    [Fact]
    public void Sums_of_parts_are_the_sums_of_the_whole()
    {
        var units = new Sample(7).Units(50);
        Sample.Sums(units.Take(20), 0, 1, 2, 3).Add(Sample.Sums(units.Skip(20), 0, 1, 2, 3)).Products.Zip(Sample.Sums(units, 0, 1, 2, 3).Products, (a, b) => Math.Abs(a - b) / b).Max().ShouldBeLessThan(1e-13);
        Moments.OfMean(3, 3e8, 3e16 + 20_000).LosesSpread(0).ShouldBeTrue();
        Moments.OfMean(3, 30, 302).LosesSpread(0).ShouldBeFalse();
        Sample.Sums(units, 0, 1, 2, 3).Covariance(3, 1).ShouldBe(Sample.Sums(units, 1).Variance(0), 1e-12);
    }

    private static Effect Difference(Moments a, Moments b) => Effect.Of(a, b, false, EffectScale.Difference, out _).ShouldNotBeNull();

    private static Gen<(T, T)> Two<T>(Gen<T> each) => each.SelectMany(a => each.Select(b => (a, b)));

    private static void ForAll<T>(Gen<(T, T)> pairs, Action<T, T> holds) => Prop.ForAll(pairs.ToArbitrary(), pair => holds(pair.Item1, pair.Item2)).QuickCheckThrowOnFailure();
}
