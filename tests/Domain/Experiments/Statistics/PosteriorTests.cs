using Platform.Domain.Experiments;

namespace Platform.Domain.Tests.Experiments;

public sealed class PosteriorTests
{
    /// <summary>Expected: the double sum of beta functions for whole parameters, in exact fractions.</summary>
    [Theory]
    [InlineData(0, 1, 0, 1, 0.5, 0.133333333333333, 0.133333333333333)]
    [InlineData(0, 10, 3, 12, 0.932712215320911, 0.00471014492753623, 0.207091097308489)]
    [InlineData(49, 100, 51, 100, 0.610770522687839, 0.0191164612020893, 0.0387243043393442)]
    [InlineData(3, 60, 20, 55, 0.999990492603863, 1.5637369964391e-07, 0.303905079973021)]
    [InlineData(0, 40, 0, 200, 0.169421487603306, 0.0196942974720752, 0.000835268712056391)]
    [InlineData(10, 10, 9, 10, 0.238095238095238, 0.101449275362319, 0.0181159420289855)]
    [InlineData(1, 2, 90, 100, 0.965448315248429, 0.00146582905006663, 0.393622691795165)]
    public void Of_few_units_it_is_exact(long c, long ofC, long t, long ofT, double chance, double lossOfTreatment, double lossOfControl)
    {
        var posterior = BetaPosterior.Of(Moments.OfProportion(ofC, c), Moments.OfProportion(ofT, t));
        posterior.ChanceToWin.ShouldBe(chance, chance * 1e-10);
        posterior.LossOfTreatment.ShouldBe(lossOfTreatment, lossOfTreatment * 1e-9);
        posterior.LossOfControl.ShouldBe(lossOfControl, lossOfControl * 1e-9);
    }

    [Theory]
    [InlineData(100_000, 10_000, 100_000, 10_150)]
    [InlineData(20_000_000, 700_000, 20_000_000, 702_000)]
    [InlineData(1_000, 480, 5_000_000, 2_500_000)]
    public void Of_many_units_it_is_the_normal_one(long ofC, long c, long ofT, long t)
    {
        var (control, treatment) = (Moments.OfProportion(ofC, c), Moments.OfProportion(ofT, t));
        var (beta, normal) = (BetaPosterior.Of(control, treatment), NormalPosterior.Of(Effect.Of(control, treatment, false, EffectScale.Difference, out _)!));
        beta.ChanceToWin.ShouldBe(normal.ChanceAboveZero, 2e-3);
        beta.LossOfTreatment.ShouldBe(normal.LossOfTreatment, normal.LossOfTreatment * 0.02);
        beta.LossOfControl.ShouldBe(normal.LossOfControl, normal.LossOfControl * 0.02);
        // What is won less what is lost is the difference of the posteriors' means.
        (beta.LossOfControl - beta.LossOfTreatment).ShouldBe((t + 1.0) / (ofT + 2) - (c + 1.0) / (ofC + 2), 1e-11);
        (BetaPosterior.Of(treatment, control).ChanceToWin + beta.ChanceToWin).ShouldBe(1, 1e-10);
    }

    [Fact]
    public void A_prior_draws_the_effect_to_it()
    {
        var lift = new Effect(EffectScale.Lift, 0.1, 0.05, 1000, 2000);
        var drawn = NormalPosterior.Of(lift, new LiftPrior(0, 0.05));
        drawn.Mean.ShouldBe(0.05, 1e-12); // As sure as the data, so half way.
        drawn.StandardDeviation.ShouldBe(0.05 / Math.Sqrt(2), 1e-12);
        NormalPosterior.Of(lift, new LiftPrior(0, 1e6)).Mean.ShouldBe(0.1, 1e-9);
        // The same in control's unit: a prior of lifts is one of differences times control's mean.
        var difference = new Effect(EffectScale.Difference, 2, 1, 1000, 2000);
        NormalPosterior.Of(difference, new LiftPrior(0, 0.05), controlMean: 20).ChanceAboveZero.ShouldBe(drawn.ChanceAboveZero, 1e-12);
        NormalPosterior.Of(difference, new LiftPrior(0, 0.05), controlMean: -20).Mean.ShouldBe(1, 1e-12);
        (drawn.LossOfControl - drawn.LossOfTreatment).ShouldBe(drawn.Mean, 1e-12);
        new NormalPosterior(40, 1).LossOfTreatment.ShouldBe(0, 1e-300);
    }
}
