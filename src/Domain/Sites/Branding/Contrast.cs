using System.Globalization;

namespace Platform.Domain.Sites;

/// <summary>Contrast of two colours, 1 to 21, by relative luminance: WCAG 2.2, success criteria 1.4.3 and 1.4.11.</summary>
public static class Contrast
{
    /// <param name="one"><c>#rrggbb</c>.</param>
    /// <param name="other"><c>#rrggbb</c>.</param>
    public static double Ratio(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>Two digits, cut and not rounded: 4.499 isn't 4.5.</summary>
    public static string Show(double ratio) => (Math.Floor(ratio * 100) / 100).ToString("0.00", CultureInfo.InvariantCulture);

    private static double Luminance(string colour) => 0.2126 * Channel(colour, 1) + 0.7152 * Channel(colour, 3) + 0.0722 * Channel(colour, 5);

    private static double Channel(string colour, int at)
    {
        var share = byte.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
