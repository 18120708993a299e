namespace Platform.Domain.Experiments;

/// <summary>Values beyond a quantile become the quantile, so that a few units don't decide by themselves (Tukey, "The Future of Data Analysis", 1962).</summary>
public static class Winsorisation
{
    /// <summary>The cap of a metric: a quantile of the units of all variants together, so that none is capped otherwise than the others.</summary>
    /// <param name="values">Of all units; sorted in place.</param>
    /// <param name="quantile">Above 0, at most 1. Between two values it's interpolated (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).</param>
    public static double Cap(Span<double> values, double quantile)
    {
        if (values.IsEmpty) throw new ArgumentException("There are no values.", nameof(values));
        if (!(quantile is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "The quantile must be above 0 and at most 1.");
        values.Sort();
        var at = (values.Length - 1) * quantile;
        var n = (int)at;
        return n + 1 < values.Length ? values[n] + (at - n) * (values[n + 1] - values[n]) : values[n];
    }
}
