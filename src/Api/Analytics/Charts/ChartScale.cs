using System.Collections.Immutable;

namespace Platform.Api.Analytics;

/// <summary>An axis of numbers, from 0 or below it, in steps of 1, 2 or 5 times a power of ten (Heckbert, Nice Numbers for Graph Labels, 1990).</summary>
/// <param name="From">Its least number.</param>
/// <param name="To">Its greatest, above the least.</param>
/// <param name="Step">From one tick to the next.</param>
internal sealed record ChartScale(double From, double To, double Step)
{
    // Beyond it differences aren't numbers any more, and below its inverse quotients aren't.
    private const double Largest = 1e300, Smallest = 1e-290;

    public ImmutableArray<double> Ticks => [.. Enumerable.Range(0, (int)Math.Round((To - From) / Step) + 1).Select(n => From + n * Step)];

    /// <param name="values">What is shown; none: 0 to 1.</param>
    /// <param name="steps">At most about so many, at least 1.</param>
    /// <param name="isWhole">There is nothing between whole numbers.</param>
    public static ChartScale Of(IEnumerable<double> values, int steps, bool isWhole)
    {
        var (low, high, _) = Tight(values);
        var raw = (high - low) / Math.Max(1, steps);
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = power * ((raw / power) switch { <= 1.000001 => 1, <= 2.000001 => 2, <= 5.000001 => 5, _ => 10 });
        if (isWhole)
            step = Math.Max(1, step);
        return new ChartScale(Math.Floor(low / step) * step, Math.Ceiling(high / step - 1e-9) * step, step);
    }

    /// <summary>From the least to the greatest number, or 0: for what has no ticks.</summary>
    /// <param name="values">What is shown; none: 0 to 1.</param>
    public static ChartScale Tight(IEnumerable<double> values)
    {
        var (low, high) = (0.0, 0.0);
        foreach (var value in values)
            (low, high) = (Math.Min(low, Tame(value)), Math.Max(high, Tame(value)));
        return high - low < Smallest ? new ChartScale(0, 1, 1) : new ChartScale(low, high, high - low);
    }

    /// <summary>Where a number stands, 0 to 1.</summary>
    public double At(double value) => Math.Clamp((Tame(value) - From) / (To - From), 0, 1);

    private static double Tame(double value) => Math.Clamp(value, -Largest, Largest);
}
