using System.Globalization;
using Platform.Api.Analytics;

namespace Platform.Api.Tests.Analytics;

/// <summary>Colours are seen, and told apart, by everybody.</summary>
public sealed class ChartColoursTests
{
    [Fact]
    public void Every_line_and_text_stands_out_from_the_background()
    {
        foreach (var colour in ChartColours.Palette.Lines)
            Sight.Contrast(colour, ChartColours.Background).ShouldBeGreaterThanOrEqualTo(3, colour);
        Sight.Contrast(ChartColours.Axis, ChartColours.Background).ShouldBeGreaterThanOrEqualTo(3);
        foreach (var colour in new[] { ChartColours.Text, ChartColours.Faint })
            Sight.Contrast(colour, ChartColours.Background).ShouldBeGreaterThanOrEqualTo(4.5, colour);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("#005a3c")]
    [InlineData("#c00")]
    [InlineData("#0072b3")]
    [InlineData("#767676")]
    [InlineData("#8a1538")]
    public void Any_two_lines_are_told_apart_whatever_cones_somebody_lacks(string? own)
    {
        var colours = ChartColours.Of(own);
        for (var lines = 1; lines <= ChartColours.Most; lines++)
        {
            var drawn = colours.For(lines)[..lines];
            for (var a = 0; a < lines; a++)
                for (var b = 0; b < a; b++)
                    Sight.Distance(drawn[a], drawn[b]).ShouldBeGreaterThanOrEqualTo(15, $"{drawn[a]} {drawn[b]}");
        }
    }

    [Fact]
    public void A_site_has_its_own_colour_unless_it_is_too_pale()
    {
        ChartColours.Of("#005a3c").First.ShouldBe("#005a3c");
        ChartColours.Of("#c00").For(3)[0].ShouldBe("#c00");
        ChartColours.Of("#ffe600").Lines.ShouldBe(ChartColours.Palette.Lines);
        ChartColours.Of(null).Lines.ShouldBe(ChartColours.Palette.Lines);
    }
}

/// <summary>Contrast by WCAG 2.2, and distances after Machado, Oliveira and Fernandes (2009), written a second time, so that the program isn't its own judge.</summary>
internal static class Sight
{
    private static readonly double[,] _protan = { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } };
    private static readonly double[,] _deutan = { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } };
    private static readonly double[,] _tritan = { { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 }, { 0.004733, 0.691367, 0.303900 } };
    private static readonly double[,] _full = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };

    public static double Luminance(string hex) => Linear(hex) is var (r, g, b) ? 0.2126 * r + 0.7152 * g + 0.0722 * b : 0;

    public static double Contrast(string a, string b) => (Math.Max(Luminance(a), Luminance(b)) + 0.05) / (Math.Min(Luminance(a), Luminance(b)) + 0.05);

    /// <summary>CIE 1976, the least over full sight and the three kinds that lack cones.</summary>
    public static double Distance(string a, string b) => new[] { _full, _protan, _deutan, _tritan }.Min(sight =>
    {
        var ((l1, a1, b1), (l2, a2, b2)) = (Lab(Through(sight, Linear(a))), Lab(Through(sight, Linear(b))));
        return Math.Sqrt(Math.Pow(l1 - l2, 2) + Math.Pow(a1 - a2, 2) + Math.Pow(b1 - b2, 2));
    });

    private static (double R, double G, double B) Linear(string hex)
    {
        var full = hex.Length == 4 ? string.Concat(hex.Skip(1).Select(c => $"{c}{c}")) : hex[1..];
        var rgb = int.Parse(full, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (One(rgb >> 16), One(rgb >> 8 & 255), One(rgb & 255));

        static double One(int share) => share / 255.0 <= 0.04045 ? share / 255.0 / 12.92 : Math.Pow((share / 255.0 + 0.055) / 1.055, 2.4);
    }

    private static (double R, double G, double B) Through(double[,] m, (double R, double G, double B) c) =>
        (Row(m, 0, c), Row(m, 1, c), Row(m, 2, c));

    private static double Row(double[,] m, int row, (double R, double G, double B) c) => Math.Clamp(m[row, 0] * c.R + m[row, 1] * c.G + m[row, 2] * c.B, 0, 1);

    private static (double L, double A, double B) Lab((double R, double G, double B) c)
    {
        var x = F((0.4124564 * c.R + 0.3575761 * c.G + 0.1804375 * c.B) / 0.95047);
        var y = F(0.2126729 * c.R + 0.7151522 * c.G + 0.0721750 * c.B);
        var z = F((0.0193339 * c.R + 0.1191920 * c.G + 0.9503041 * c.B) / 1.08883);
        return (116 * y - 16, 500 * (x - y), 200 * (y - z));
    }

    private static double F(double t) => t > Math.Pow(6.0 / 29, 3) ? Math.Pow(t, 1.0 / 3) : t / (3 * Math.Pow(6.0 / 29, 2)) + 4.0 / 29;
}
