namespace Platform.Domain.Experiments;

/// <summary>
/// Intervals and p-values that hold at every look at once, so that one may stop at any: asymptotic confidence sequences (Waudby-Smith, Arbour,
/// Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52, 2024, arXiv 2103.06476).
/// They rest on Robbins' mixture of normals, and on enough units at the first look for the central limit theorem.
/// </summary>
public static class ConfidenceSequence
{
    /// <summary>The mixture's variance, rho squared, by which the sequence is narrowest at n = <paramref name="tuningSize"/>.</summary>
    /// <param name="alpha">1 less the confidence.</param>
    /// <param name="tuningSize">Units of both variants, N*: about how many there will be at the decision. It mustn't change during an experiment.</param>
    public static double MixtureVariance(double alpha, double tuningSize) => (-2 * Math.Log(alpha) + Math.Log(1 - 2 * Math.Log(alpha))) / tuningSize;

    /// <summary>How many standard errors the interval reaches, with n units.</summary>
    public static double Reach(double alpha, double n, double tuningSize)
    {
        var spread = n * MixtureVariance(alpha, tuningSize);
        return Math.Sqrt(2 * (spread + 1) / spread * (Math.Log(spread + 1) / 2 - Math.Log(alpha)));
    }

    /// <summary>The always-valid p-value of an effect of z standard errors: 1 over the mixture's likelihood ratio, at most 1.</summary>
    /// <param name="z">Standard errors from none.</param>
    /// <param name="n">Units of both variants.</param>
    /// <param name="alpha">For the mixture's variance.</param>
    /// <param name="tuningSize">For the mixture's variance.</param>
    public static double P(double z, double n, double alpha, double tuningSize)
    {
        var spread = n * MixtureVariance(alpha, tuningSize);
        return Math.Min(1, Math.Exp(Math.Log(spread + 1) / 2 - z * z * spread / (2 * (spread + 1))));
    }

    /// <param name="effect">The effect so far.</param>
    /// <param name="alpha">1 less the confidence: above 0 and below 1, one-sided below 0.5.</param>
    /// <param name="tuningSize">N*, above 0.</param>
    /// <param name="alternative">One-sided: the mixture is of one side only, and its variance is that of 2 alpha.</param>
    public static Inference Of(Effect effect, double alpha, double tuningSize, Alternative alternative = Alternative.TwoSided)
    {
        if (alternative == Alternative.TwoSided)
        {
            var reach = effect.StandardError * Reach(alpha, effect.Count, tuningSize);
            return new("confidence-sequence", P(effect.Z, effect.Count, alpha, tuningSize), effect.Estimate - reach, effect.Estimate + reach);
        }
        var z = alternative == Alternative.Greater ? effect.Z : -effect.Z;
        var spread = effect.Count * MixtureVariance(2 * alpha, tuningSize);
        var ratio = Math.Log(2) - Math.Log(spread + 1) / 2 + z * z * spread / (2 * (spread + 1)) + Math.Log(Tails.Normal(-z * Math.Sqrt(spread / (spread + 1))));
        var half = effect.StandardError * Math.Sqrt(2 * (spread + 1) / spread * Math.Log(1 + Math.Sqrt(spread + 1) / (2 * alpha)));
        var p = double.IsFinite(ratio) ? Math.Min(1, Math.Exp(-ratio)) : 1;
        return alternative == Alternative.Greater ? new("confidence-sequence", p, effect.Estimate - half, null) : new("confidence-sequence", p, null, effect.Estimate + half);
    }
}
