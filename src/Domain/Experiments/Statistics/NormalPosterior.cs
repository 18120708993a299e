namespace Platform.Domain.Experiments;

/// <summary>What is believed of lifts before the data: normal.</summary>
/// <param name="Mean">As a part of control's mean.</param>
/// <param name="StandardDeviation">Above 0.</param>
public sealed record LiftPrior(double Mean, double StandardDeviation);

/// <summary>What is believed of an effect after the data: normal, as its estimate is by the central limit theorem and the prior is, or is flat
/// (Gelman et al., "Bayesian Data Analysis", 2013, 2.5).</summary>
/// <param name="Mean">Of the effect.</param>
/// <param name="StandardDeviation">Of the effect, above 0.</param>
public sealed record NormalPosterior(double Mean, double StandardDeviation)
{
    /// <param name="effect">The estimate.</param>
    /// <param name="prior">Of lifts; null: flat.</param>
    /// <param name="controlMean">By which a difference is a lift.</param>
    public static NormalPosterior Of(Effect effect, LiftPrior? prior = null, double controlMean = 1)
    {
        if (prior is null) return new(effect.Estimate, effect.StandardError);
        var scale = effect.Scale == EffectScale.Difference ? Math.Abs(controlMean) : 1;
        var (data, before) = (1 / (effect.StandardError * effect.StandardError), 1 / (prior.StandardDeviation * prior.StandardDeviation * scale * scale));
        return double.IsFinite(before) ? new((data * effect.Estimate + before * prior.Mean * scale) / (data + before), Math.Sqrt(1 / (data + before))) : new(prior.Mean * scale, 0);
    }

    /// <summary>That the effect is above 0.</summary>
    public double ChanceAboveZero => Tails.Normal(-Mean / StandardDeviation);

    /// <summary>What is lost on average if the treatment is taken: the mean of what the effect is below 0.</summary>
    public double LossOfTreatment => Above(-Mean);

    /// <summary>What is lost on average if control is kept: the mean of what the effect is above 0.</summary>
    public double LossOfControl => Above(Mean);

    /// <summary>Where the middle of the distribution lies.</summary>
    /// <param name="alpha">The part outside, half on each side.</param>
    public (double Low, double High) Interval(double alpha) => Tails.NormalQuantile(alpha / 2) * StandardDeviation is var reach ? (Mean - reach, Mean + reach) : default;

    private double Above(double mean) => Math.Max(0, mean / StandardDeviation is var z ? StandardDeviation * (Tails.NormalDensity(z) + z * Tails.Normal(-z)) : 0);
}
