namespace Platform.Domain.Experiments;

/// <summary>
/// A mean or a ratio of means as a function of the means of <see cref="Moments"/>, and the variance of such functions by their
/// gradients (Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics", KDD 2018).
/// </summary>
internal static class DeltaMethod
{
    /// <param name="of">The sums.</param>
    /// <param name="isRatio">Of two quantities, or one.</param>
    /// <param name="from">The first of them.</param>
    public static double Value(Moments of, bool isRatio, int from) => isRatio ? of.Sums[from] / of.Sums[from + 1] : of.Mean(from);

    /// <summary>How the value changes with the mean of each quantity.</summary>
    public static double[] Gradient(Moments of, bool isRatio, int from)
    {
        var gradient = new double[of.Quantities];
        var under = isRatio ? of.Mean(from + 1) : 1;
        gradient[from] = 1 / under;
        if (isRatio) gradient[from + 1] = -of.Mean(from) / (under * under);
        return gradient;
    }

    /// <summary>What a unit adds to the covariance of two functions of the means.</summary>
    public static double Covariance(Moments of, double[] f, double[] g)
    {
        var sum = 0.0;
        for (var n = 0; n < f.Length; n++)
            for (var m = 0; m < g.Length; m++)
                if (f[n] != 0 && g[m] != 0)
                    sum += f[n] * g[m] * of.Covariance(n, m);
        return sum;
    }

    /// <summary>What a unit adds to the variance of a function of the means; 0 where only rounding errors are left of it.</summary>
    public static double Variance(Moments of, double[] f)
    {
        var scale = 0.0;
        for (var n = 0; n < f.Length; n++) scale += f[n] == 0 ? 0 : f[n] * f[n] * of.Variance(n);
        return Covariance(of, f, f) is var variance && variance > 1e-12 * scale ? variance : 0;
    }

    /// <summary>x f + y g.</summary>
    public static double[] Combine(double x, double[] f, double y, double[] g) => [.. f.Zip(g, (a, b) => x * a + y * b)];
}
