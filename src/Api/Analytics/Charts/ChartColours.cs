using System.Collections.Immutable;
using Platform.Domain.Sites;

namespace Platform.Api.Analytics;

/// <summary>
/// Colours of a chart on white. Several lines have those of Okabe and Ito (Color Universal Design, 2008) that reach 3:1 there (WCAG 2.2, 1.4.11); a site's own colour stands in for the first where it can be
/// told from the others, by whoever sees it.
/// </summary>
/// <param name="Lines">In the order of the lines, <c>#rrggbb</c>; the first is that of all that has one colour.</param>
public sealed record ChartColours(ImmutableArray<string> Lines)
{
    public const string Background = "#ffffff", Text = "#1a1a1a", Faint = "#595959", Grid = "#e3e3e3", Axis = "#8c8c8c";

    /// <summary>Contrast with the background that a line and a bar need.</summary>
    public const double Least = 3;

    // CIE 1976 distance, below which two lines beside each other are mixed up.
    private const double LeastDistance = 15;

    private const double Palest = 0.1;

    /// <summary>Lines at most.</summary>
    public const int Most = 5;

    public static ChartColours Palette { get; } = new(["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"]);

    public string First => Lines[0];

    /// <param name="own">The site's colour, <c>#rgb</c> or <c>#rrggbb</c>; null: of several sites.</param>
    public static ChartColours Of(string? own)
    {
        if (own is null || Contrast.Ratio(own, Background) < Least)
            return Palette;
        ImmutableArray<string> others = [.. Palette.Lines.Where(colour => ColourVision.Distance(colour, own) >= LeastDistance).Take(Most - 1)];
        return new ChartColours(others.Length == Most - 1 ? [own, .. others] : [own]);
    }

    /// <summary>The colours of several lines: the palette's where the site's own can't be told from enough of them.</summary>
    public ImmutableArray<string> For(int lines) => lines <= Lines.Length ? Lines : Palette.Lines;

    /// <summary>A shade of the first colour, for areas: lightness alone tells them apart.</summary>
    /// <param name="share">0, pale, to 1, the colour itself.</param>
    public string Shade(double share) => ColourVision.Mix(Background, First, Palest + (1 - Palest) * Math.Clamp(share, 0, 1));
}
