namespace Platform.Domain.Experiments;

/// <summary>
/// The z-test of two proportions: pooled for the p-value, as there is one proportion if there is no effect, and unpooled for the interval
/// (Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 2003, chapter 3). So at the border the two may disagree.
/// </summary>
public static class TwoProportionTest
{
    /// <param name="control">Units and successes.</param>
    /// <param name="treatment">Units and successes.</param>
    /// <param name="alpha">1 less the interval's confidence: above 0 and below 1.</param>
    /// <returns>Of the difference; null where no unit did it, or all did.</returns>
    public static Inference? Of(Moments control, Moments treatment, double alpha)
    {
        var pooled = (control.Sums[0] + treatment.Sums[0]) / (control.Count + treatment.Count);
        var error = Math.Sqrt(pooled * (1 - pooled) * (1.0 / control.Count + 1.0 / treatment.Count));
        if (!(error > 0) || !double.IsFinite(error)) return null;
        var difference = treatment.Mean(0) - control.Mean(0);
        var (c, t) = (control.Mean(0), treatment.Mean(0));
        var reach = Tails.NormalQuantile(alpha / 2) * Math.Sqrt(c * (1 - c) / control.Count + t * (1 - t) / treatment.Count);
        return new("two-proportion-z", Tails.NormalBoth(difference / error), difference - reach, difference + reach);
    }
}
