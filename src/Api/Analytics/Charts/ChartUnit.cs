using System.Collections.Frozen;
using System.Globalization;

namespace Platform.Api.Analytics;

/// <summary>What numbers of a chart are.</summary>
public enum ChartUnit
{
    /// <summary>How many.</summary>
    Count,

    /// <summary>Milliseconds.</summary>
    Duration,

    /// <summary>0 to 1, said in per cent.</summary>
    Share,

    /// <summary>0 to 100.</summary>
    Percent,

    /// <summary>Without a unit.</summary>
    Plain,
}

/// <summary>A metric as it's drawn.</summary>
/// <param name="Unit">Of its values.</param>
/// <param name="IsZero">Where nothing was measured it's 0; else it's nothing.</param>
/// <param name="IsSum">What parts have comes to what the whole has: not so with visitors.</param>
public sealed record ChartMetric(ChartUnit Unit, bool IsZero = false, bool IsSum = false)
{
    private static readonly ChartMetric Amount = new(ChartUnit.Count, IsZero: true, IsSum: true), Time = new(ChartUnit.Duration), Number = new(ChartUnit.Plain);

    /// <summary>By the name that questions have for it.</summary>
    public static FrozenDictionary<string, ChartMetric> All { get; } = new Dictionary<string, ChartMetric>
    {
        ["page_views"] = Amount,
        ["events"] = Amount,
        ["visits"] = Amount,
        ["bounces"] = Amount,
        ["visitors"] = Amount with { IsSum = false },
        ["engaged_ms"] = new(ChartUnit.Duration, IsZero: true, IsSum: true),
        ["scroll"] = new(ChartUnit.Percent),
        ["bounce_rate"] = new(ChartUnit.Share),
        ["lcp_p75"] = Time,
        ["inp_p75"] = Time,
        ["fcp_p75"] = Time,
        ["ttfb_p75"] = Time,
        ["cls_p75"] = Number,
        ["visit_ms"] = Time,
        ["visit_ms_median"] = Time,
        ["pages_per_visit"] = Number,
        ["events_per_visit"] = Number,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}

/// <summary>How numbers beside each other are written: by the largest of them, so that they compare.</summary>
/// <param name="Divisor">What is written is the number by this.</param>
/// <param name="Suffix">Behind it, with the space that it needs.</param>
/// <param name="IsWhole">There is nothing between whole numbers.</param>
/// <param name="Format">Of the language.</param>
internal sealed record ChartNumbers(double Divisor, string Suffix, bool IsWhole, NumberFormatInfo Format)
{
    /// <param name="unit">Of the numbers.</param>
    /// <param name="largest">Of them, without sign.</param>
    /// <param name="words">The language.</param>
    public static ChartNumbers Of(ChartUnit unit, double largest, ChartWords words)
    {
        var (divisor, suffix) = (unit, largest) switch
        {
            (ChartUnit.Share, _) => (0.01, words.Percent),
            (ChartUnit.Percent, _) => (1, words.Percent),
            (ChartUnit.Duration, < 10_000) => (1, " ms"),
            (ChartUnit.Duration, < 600_000) => (1_000, " s"),
            (ChartUnit.Duration, < 36_000_000) => (60_000, " min"),
            (ChartUnit.Duration, _) => (3_600_000, " h"),
            (_, >= 1e9 and < 1e15) => (1e9, words.Billion),
            (_, >= 1e6 and < 1e9) => (1e6, words.Million),
            _ => (1.0, ""),
        };
        return new ChartNumbers(divisor, suffix, unit == ChartUnit.Count && divisor == 1, words.Numbers);
    }

    /// <summary>A number for itself.</summary>
    public static string Exact(double value, ChartUnit unit, ChartWords words) => Of(unit, Math.Abs(value), words).Value(value);

    public string Value(double value)
    {
        var scaled = value / Divisor;
        return Write(scaled, IsWhole && scaled == Math.Floor(scaled) ? 0 : Math.Abs(scaled) switch { >= 100 => 0, >= 10 => 1, >= 1 => 2, _ => 3 });
    }

    /// <summary>A tick of a scale of numbers that are divided already.</summary>
    public string Tick(double scaled, double step) => Write(scaled, (int)Math.Clamp(Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 20), step);

    private string Write(double scaled, int decimals, double? step = null) =>
        scaled == 0 ? $"0{Suffix}"
        : Math.Abs(scaled) >= 1e15 || (step ?? Math.Abs(scaled)) < 1e-4 ? scaled.ToString("0.##e+0", Format) + Suffix
        : scaled.ToString($"N{decimals}", Format) is var text && step is null && text.Contains(Format.NumberDecimalSeparator, StringComparison.Ordinal)
            ? text.TrimEnd('0').TrimEnd(Format.NumberDecimalSeparator[0]) + Suffix
            : text + Suffix;
}
