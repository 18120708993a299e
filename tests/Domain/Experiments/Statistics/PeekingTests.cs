using Platform.Domain.Experiments;

namespace Platform.Domain.Tests.Experiments;

/// <summary>2,000 experiments without any effect, looked at 20 times each: who stops at the first p below 0.05 finds false winners.</summary>
public sealed class PeekingTests
{
    private const int Experiments = 2000, Looks = 20, UnitsOfALook = 250;

    [Fact]
    public void Whoever_stops_early_is_wrong_one_time_in_four_by_a_fixed_horizon_and_hardly_ever_by_a_confidence_sequence()
    {
        var sample = new Sample(20);
        var (byFixed, byProportions, bySequence, byOneSide) = (0, 0, 0, 0);
        for (var n = 0; n < Experiments; n++)
        {
            var (a, b) = (0, 0);
            var (fixedWon, proportionsWon, sequenceWon, oneSideWon) = (false, false, false, false);
            for (var look = 1; look <= Looks; look++)
            {
                for (var unit = 0; unit < UnitsOfALook; unit++)
                {
                    if (sample.Uniform() < 0.2) a++;
                    if (sample.Uniform() < 0.2) b++;
                }
                var (control, treatment) = (Moments.OfProportion(look * UnitsOfALook, a), Moments.OfProportion(look * UnitsOfALook, b));
                var effect = Effect.Of(control, treatment, false, EffectScale.Difference, out _)!;
                fixedWon |= WelchTest.Of(effect, 0.05).P < 0.05;
                proportionsWon |= TwoProportionTest.Of(control, treatment, 0.05)!.P < 0.05;
                sequenceWon |= ConfidenceSequence.Of(effect, 0.05, 5000).P < 0.05;
                oneSideWon |= ConfidenceSequence.Of(effect, 0.05, 5000, Alternative.Greater).P < 0.05;
            }
            (byFixed, byProportions) = (byFixed + (fixedWon ? 1 : 0), byProportions + (proportionsWon ? 1 : 0));
            (bySequence, byOneSide) = (bySequence + (sequenceWon ? 1 : 0), byOneSide + (oneSideWon ? 1 : 0));
        }
        // 20 equally spaced looks at 0.05 are wrong in 24.8 % (Armitage, McPherson and Rowe, "Repeated Significance Tests on Accumulating Data", JRSS A 132, 1969, table 2).
        (byFixed / (double)Experiments).ShouldBeInRange(0.22, 0.28);
        (byProportions / (double)Experiments).ShouldBeInRange(0.22, 0.28);
        (bySequence / (double)Experiments).ShouldBeInRange(0.001, 0.05);
        (byOneSide / (double)Experiments).ShouldBeInRange(0.001, 0.05);
    }
}
