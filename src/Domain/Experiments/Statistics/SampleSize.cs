namespace Platform.Domain.Experiments;

/// <summary>
/// How many units an experiment needs and what it can find: two-sided, of two variants of the same size. With more variants each is compared with
/// control, so give alpha over their number less 1 (Bonferroni), which is no fewer units than Holm needs.
/// </summary>
public static class SampleSize
{
    /// <summary>Units of each variant to find a difference of proportions (Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 2003,
    /// 4.14, without continuity correction).</summary>
    /// <param name="baseline">Control's, above 0 and below 1.</param>
    /// <param name="effect">The difference: not 0, and treatment's proportion above 0 and below 1.</param>
    /// <param name="alpha">How likely a false finding may be.</param>
    /// <param name="power">How likely the effect is found; above alpha.</param>
    public static double OfProportions(double baseline, double effect, double alpha, double power)
    {
        var (ifNone, ifSo) = Spread(baseline, effect);
        return Math.Pow((Tails.NormalQuantile(alpha / 2) * ifNone + Tails.NormalQuantile(1 - power) * ifSo) / effect, 2);
    }

    /// <summary>Units of each variant to find a difference of means, with a term for Student's t (Guenther, "Sample Size Formulas for Normal Theory T
    /// Tests", The American Statistician 35, 1981).</summary>
    /// <param name="deviation">The standard deviation of a unit, above 0.</param>
    /// <param name="effect">The difference, not 0.</param>
    /// <param name="alpha">How likely a false finding may be.</param>
    /// <param name="power">How likely the effect is found; above alpha.</param>
    public static double OfMeans(double deviation, double effect, double alpha, double power)
    {
        var z = Tails.NormalQuantile(alpha / 2);
        return 2 * Math.Pow((z + Tails.NormalQuantile(1 - power)) * deviation / effect, 2) + z * z / 4;
    }

    /// <summary>How likely a difference of proportions is found with so many units of each variant.</summary>
    public static double PowerOfProportions(double baseline, double effect, double alpha, double units)
    {
        var (ifNone, ifSo) = Spread(baseline, effect);
        var (z, shift) = (Tails.NormalQuantile(alpha / 2), Math.Abs(effect) * Math.Sqrt(units));
        return Tails.Normal((z * ifNone - shift) / ifSo) + Tails.Normal((z * ifNone + shift) / ifSo);
    }

    /// <summary>How likely a difference of means is found with so many units of each variant, for so many that t is normal.</summary>
    public static double PowerOfMeans(double deviation, double effect, double alpha, double units) =>
        (Tails.NormalQuantile(alpha / 2), Math.Abs(effect) / deviation * Math.Sqrt(units / 2)) is var (z, shift) ? Tails.Normal(z - shift) + Tails.Normal(z + shift) : 0;

    /// <summary>The smallest rise of a proportion that so many units of each variant find.</summary>
    /// <returns>Null: none that leaves it below 1.</returns>
    public static double? DetectableOfProportions(double baseline, double alpha, double power, double units)
    {
        var (low, high) = (0.0, 1 - baseline);
        if (!(OfProportions(baseline, high * (1 - 1e-12), alpha, power) <= units)) return null;
        // The need falls as the effect grows; 60 halvings are all that a double tells apart.
        for (var n = 0; n < 60; n++)
            (low, high) = (low + high) / 2 is var middle && OfProportions(baseline, middle, alpha, power) <= units ? (low, middle) : (middle, high);
        return high;
    }

    /// <summary>The smallest difference of means that so many units of each variant find.</summary>
    /// <returns>Null: too few units for any.</returns>
    public static double? DetectableOfMeans(double deviation, double alpha, double power, double units)
    {
        var z = Tails.NormalQuantile(alpha / 2);
        return units - z * z / 4 is var left && left > 0 ? (z + Tails.NormalQuantile(1 - power)) * deviation * Math.Sqrt(2 / left) : null;
    }

    /// <summary>By how much more units find the effect as likely where one looks as often as one likes, and the confidence sequence is tuned to the
    /// units there will be: 1.91 at alpha 0.05 and power 0.8. It's that of the last look; a clear effect ends earlier.</summary>
    public static double AlwaysValidFactor(double alpha, double power)
    {
        var found = Tails.NormalQuantile(1 - power);
        return Math.Pow((ConfidenceSequence.Reach(alpha, 1, 1) + found) / (Tails.NormalQuantile(alpha / 2) + found), 2);
    }

    private static (double IfNone, double IfSo) Spread(double baseline, double effect)
    {
        var (treatment, middle) = (baseline + effect, baseline + effect / 2);
        return (Math.Sqrt(2 * middle * (1 - middle)), Math.Sqrt(baseline * (1 - baseline) + treatment * (1 - treatment)));
    }
}
