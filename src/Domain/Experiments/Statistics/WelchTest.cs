namespace Platform.Domain.Experiments;

/// <summary>Welch's t-test (Welch, "The Generalization of Student's Problem when Several Different Population Variances are Involved", Biometrika 34, 1947).</summary>
public static class WelchTest
{
    /// <param name="effect">The effect.</param>
    /// <param name="alpha">1 less the interval's confidence: above 0 and below 1.</param>
    /// <param name="alternative">What it's held against; a one-sided interval is open on that side.</param>
    public static Inference Of(Effect effect, double alpha, Alternative alternative = Alternative.TwoSided)
    {
        var (z, df) = (effect.Z, effect.DegreesOfFreedom);
        var reach = effect.StandardError * Tails.StudentQuantile(alternative == Alternative.TwoSided ? alpha / 2 : alpha, df);
        return alternative switch
        {
            Alternative.Greater => new("welch-t", Tails.Student(z, df), effect.Estimate - reach, null),
            Alternative.Less => new("welch-t", Tails.Student(-z, df), null, effect.Estimate + reach),
            _ => new("welch-t", Tails.StudentBoth(z, df), effect.Estimate - reach, effect.Estimate + reach),
        };
    }
}
