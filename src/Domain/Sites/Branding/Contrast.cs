using System.Globalization;

namespace Platform.Domain.Sites;

/// <summary>Contrast of two colours, 1 to 21, by relative luminance: WCAG 2.2, success criteria 1.4.3 and 1.4.11.</summary>
public static class Contrast
{
    /// <param name="front"><c>#rgb</c>, <c>#rrggbb</c> or <c>#rrggbbaa</c>; what is seen through it is the other.</param>
    /// <param name="back"><c>#rgb</c> or <c>#rrggbb</c>.</param>
    public static double Ratio(string front, string back)
    {
        var behind = Colour.Parse(back);
        var (a, b) = (Colour.Parse(front).Over(behind).Luminance, behind.Luminance);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>Two digits, cut and not rounded: 4.499 isn't 4.5.</summary>
    public static double Cut(double ratio) => Math.Floor(ratio * 100) / 100;

    // Shares of sRGB, 0 to 1.
    private readonly record struct Colour(double Red, double Green, double Blue, double Alpha)
    {
        public double Luminance => 0.2126 * Linear(Red) + 0.7152 * Linear(Green) + 0.0722 * Linear(Blue);

        public static Colour Parse(string hex)
        {
            var digits = hex.Length == 4 ? $"{hex[1]}{hex[1]}{hex[2]}{hex[2]}{hex[3]}{hex[3]}" : hex[1..];
            return new Colour(Share(digits, 0), Share(digits, 2), Share(digits, 4), digits.Length == 8 ? Share(digits, 6) : 1);
        }

        public Colour Over(Colour back) => new(Blend(Red, back.Red), Blend(Green, back.Green), Blend(Blue, back.Blue), 1);

        private double Blend(double front, double back) => front * Alpha + back * (1 - Alpha);

        private static double Share(string digits, int at) => byte.Parse(digits.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;

        private static double Linear(double share) => share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
