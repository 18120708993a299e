namespace Platform.Domain.Experiments;

/// <summary>
/// Whether variants got the parts of units that they should have: Pearson's chi-square. If they didn't, units were lost or added that differ from
/// the others, and no figure of the experiment can be believed (Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019).
/// </summary>
/// <param name="P">The p-value; 1 where fewer than two variants can be compared.</param>
/// <param name="Statistic">Chi-square.</param>
/// <param name="DegreesOfFreedom">Compared variants less 1.</param>
/// <param name="IsMismatch">Whether P is below 0.001.</param>
public sealed record SampleRatio(double P, double Statistic, int DegreesOfFreedom, bool IsMismatch)
{
    /// <summary>Rare mismatches are looked for in many experiments, so only strong signs count.</summary>
    public const double Threshold = 0.001;

    /// <param name="observed">Units of each variant.</param>
    /// <param name="weights">What each should have, in any unit; one with 0 isn't compared.</param>
    public static SampleRatio Of(IEnumerable<double> observed, IEnumerable<double> weights)
    {
        var compared = observed.Zip(weights).Where(arm => arm.Second > 0).ToList();
        var (units, weight) = (compared.Sum(arm => arm.First), compared.Sum(arm => arm.Second));
        if (compared.Count < 2 || !(units > 0)) return new(1, 0, 0, false);
        var statistic = compared.Sum(arm => arm.Second / weight * units is var expected ? (arm.First - expected) * (arm.First - expected) / expected : 0);
        var p = Tails.ChiSquare(statistic, compared.Count - 1);
        return new(p, statistic, compared.Count - 1, p < Threshold);
    }
}
