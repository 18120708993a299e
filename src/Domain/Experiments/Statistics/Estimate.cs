namespace Platform.Domain.Experiments;

/// <summary>What a variant's units have on average.</summary>
/// <param name="Count">Units.</param>
/// <param name="Mean">Or ratio, or quantile: whatever is compared.</param>
/// <param name="Variance">Of it, times the units.</param>
public sealed record Estimate(long Count, double Mean, double Variance)
{
    /// <summary>
    /// A quantile of independent values, from the order statistics about it (Deng, Knoblich and Lu 2018; Yao, Li and Lu, arXiv 2401.14549, algorithm 1).
    /// </summary>
    /// <param name="count">Values.</param>
    /// <param name="quantile">The sample's.</param>
    /// <param name="low">The value at rank n(p - 1.96 sqrt(p(1 - p)/n)).</param>
    /// <param name="high">The value at rank n(p + 1.96 sqrt(p(1 - p)/n)).</param>
    /// <param name="at">The n that the ranks were found for, if it isn't the count.</param>
    public static Estimate OfQuantile(long count, double quantile, double low, double high, long? at = null)
    {
        var error = (high - low) / (2 * Tails.NormalQuantile(0.025));
        return new(count, quantile, error * error * (at ?? count) * (count - 1) / count);
    }
}
