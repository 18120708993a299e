using MathNet.Numerics;
using MathNet.Numerics.RootFinding;

namespace Platform.Domain.Experiments;

/// <summary>Tails and quantiles of the distributions that tests go by, exact in relative terms far out.</summary>
public static class Tails
{
    // Above this the library's continued fraction for Student's t loses digits (1e-7 at 1e7 degrees), and series in 1/df have more than enough.
    private const double Many = 500;

    /// <summary>The normal distribution's part above z.</summary>
    public static double Normal(double z) => SpecialFunctions.Erfc(z / Constants.Sqrt2) / 2;

    /// <summary>The normal distribution's density.</summary>
    public static double NormalDensity(double z) => Math.Exp(-z * z / 2) * Constants.InvSqrt2Pi;

    /// <summary>What of the normal distribution is as far from 0 as z, on either side.</summary>
    public static double NormalBoth(double z) => SpecialFunctions.Erfc(Math.Abs(z) / Constants.Sqrt2);

    /// <summary>Where the normal distribution has this part above.</summary>
    /// <param name="tail">Above 0 and below 1.</param>
    public static double NormalQuantile(double tail) => -MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, tail);

    /// <summary>What of Student's distribution is as far from 0 as t, on either side. For many degrees of freedom by the normal
    /// deviate that has the same tail (Hill, "Algorithm 395: Student's t-distribution", CACM 13, 1970).</summary>
    public static double StudentBoth(double t, double df)
    {
        if (!double.IsFinite(t)) return double.IsNaN(t) ? double.NaN : 0;
        if (df <= Many) return SpecialFunctions.BetaRegularized(df / 2, 0.5, df / (df + t * t));
        var a = df - 0.5;
        var b = 48 * a * a;
        var y = a * Log1P(t * t / df);
        return NormalBoth(((((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b) + y + 3) / b * Math.Sqrt(y) + Math.Sqrt(y));
    }

    /// <summary>Student's distribution's part above t.</summary>
    public static double Student(double t, double df) => t >= 0 ? StudentBoth(t, df) / 2 : 1 - StudentBoth(t, df) / 2;

    /// <summary>Where Student's distribution has this part above. For many degrees of freedom by Fisher and Cornish's series
    /// (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 26.7.5).</summary>
    /// <param name="tail">Above 0 and below 1.</param>
    /// <param name="df">Degrees of freedom, 1 or more.</param>
    public static double StudentQuantile(double tail, double df)
    {
        if (tail == 0.5) return 0;
        if (tail > 0.5) return -StudentQuantile(1 - tail, df);
        var z = NormalQuantile(tail);
        if (df <= Many)
        {
            // The library's own quantile finds none far out for few degrees of freedom. In logarithms the tail is nearly straight.
            double Beyond(double logT) => Math.Log(StudentBoth(Math.Exp(logT), df) / (2 * tail));
            var low = Math.Log(z) - 1e-9;
            var high = low + 1;
            while (Beyond(high) > 0) high += 1;
            return Math.Exp(Brent.FindRoot(Beyond, low, high, 1e-14, 200));
        }
        var s = z * z;
        return z * (1 + (s + 1) / (4 * df) + ((5 * s + 16) * s + 3) / (96 * df * df) + (((3 * s + 19) * s + 17) * s - 15) / (384 * df * df * df)
            + ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / (92160 * df * df * df * df));
    }

    /// <summary>The chi-square distribution's part above x.</summary>
    public static double ChiSquare(double x, double df) => x <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(df / 2, x / 2);

    // The runtime has none: exact by the identity of Kahan ("What every computer scientist should know about floating-point arithmetic", Goldberg 1991, theorem 4).
    private static double Log1P(double x) => 1 + x is var u && u == 1 ? x : Math.Log(u) * x / (u - 1);
}
