using System.Collections.Immutable;
using System.Text;

namespace Platform.Api.Analytics;

/// <summary>A bar.</summary>
/// <param name="Label">What it's of.</param>
/// <param name="Value">How long it is; null: nothing was measured.</param>
/// <param name="Before">The same of the days before; null: nothing, or compared with nothing.</param>
public sealed record ChartBar(string Label, double? Value, double? Before = null);

/// <summary>A step on a way that visitors take.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Count">Those who got there.</param>
public sealed record ChartStep(string Label, long Count);

/// <summary>Bars below each other, each with its number. NaN and infinity are as if nothing was measured, and below 0 there is no bar.</summary>
/// <param name="Metric">What is measured.</param>
/// <param name="Bars">The longest first, or in an order of their own.</param>
/// <param name="Unit">Of their numbers.</param>
/// <param name="Total">Over all, those that aren't shown too; null: nothing was measured.</param>
/// <param name="More">How many there are beyond the bars.</param>
/// <param name="MoreValue">What they come to; null: they can't be added up.</param>
/// <param name="DaysBefore">What they are compared with, for people; null: with nothing.</param>
/// <param name="IsMoreLeast">There may be even more of them.</param>
public sealed record BarChart(string Metric, ImmutableArray<ChartBar> Bars, ChartUnit Unit, double? Total, long More = 0, double? MoreValue = null, string? DaysBefore = null, bool IsMoreLeast = false)
{
    /// <summary>Bars at most; the rest is told as one.</summary>
    public const int Most = 24;

    private const double Row = 28, Head = 66, HeadCompared = 88, Foot = 14;

    /// <summary>Pixels that so many bars need.</summary>
    /// <param name="bars">How many, with that of the rest.</param>
    /// <param name="isCompared">There are days before.</param>
    public static int HeightOf(int bars, bool isCompared) => (int)((isCompared ? HeadCompared : Head) + Row * Math.Max(2, bars) + Foot);

    /// <summary>The chart as SVG.</summary>
    public static string Draw(ChartFrame frame, BarChart chart) =>
        Draw(frame, chart, value => ChartNumbers.Exact(value, chart.Unit, frame.Words), Describe(frame, chart));

    /// <summary>The steps of a way as SVG: each with how many got there, and their share of those who began.</summary>
    /// <param name="frame">How it looks.</param>
    /// <param name="steps">In their order; at most 24 are shown.</param>
    public static string DrawFunnel(ChartFrame frame, ImmutableArray<ChartStep> steps)
    {
        var (words, first) = (frame.Words, steps.IsEmpty ? 0 : steps[0].Count);
        var chart = new BarChart("", [.. steps.Select(step => new ChartBar(step.Label, step.Count))], ChartUnit.Count, null);
        var said = new StringBuilder(frame.Subtitle).Append('.');
        foreach (var step in steps.Take(Most))
            said.Append(' ').Append(ChartText.Clean(step.Label, 40)).Append(": ").Append(Value(step.Count, words.OfFirst)).Append('.');
        return Draw(frame, chart, count => Value(count, "{0}"), steps.IsEmpty ? $"{said} {words.NoData}." : said.ToString());

        string Value(double count, string share) => ChartNumbers.Exact(count, ChartUnit.Count, words) + (first > 0 ? $" · {words.Say(share, ChartNumbers.Exact(Math.Round(count / first, 3), ChartUnit.Share, words))}" : "");
    }

    private static string Draw(ChartFrame frame, BarChart chart, Func<double, string> value, string description)
    {
        using var svg = new ChartSvg(frame, description);
        var top = svg.Head() + 8;
        if (chart.Bars.IsEmpty)
        {
            svg.NoData((top + frame.Height) / 2);
            return svg.End();
        }
        if (chart.DaysBefore is { } days)
        {
            svg.Outline(ChartSvg.Margin, top - 4, 24, 10);
            svg.Text(days, ChartSvg.Margin + 32, top + 5, room: frame.Width - 2 * ChartSvg.Margin - 32);
            top += HeadCompared - Head;
        }
        var shown = Fit(chart, (int)Math.Clamp((frame.Height - top - Foot) / 18, 1, Most + 1), value, frame.Words);
        var row = Math.Min(Row + 8, (frame.Height - top - Foot) / shown.Count);
        var longest = ChartScale.Tight(shown.SelectMany(bar => new[] { bar.Length, bar.Before }));
        var left = ChartSvg.Margin + Math.Min(frame.Width * 0.38, shown.Max(bar => ChartText.WidthOf(ChartText.Clean(bar.Label), 12))) + 8;
        var right = Math.Max(left + 20, frame.Width - ChartSvg.Margin - 6 - shown.Max(bar => ChartText.WidthOf(bar.Text, 12)));
        for (var n = 0; n < shown.Count; n++)
        {
            var (bar, y) = (shown[n], top + n * row);
            var (length, before) = (longest.At(bar.Length) * (right - left), longest.At(bar.Before) * (right - left));
            svg.Text(bar.Label, left - 8, y + row / 2 + 4, room: left - 8 - ChartSvg.Margin, anchor: ChartAnchor.End, colour: bar.IsRest ? ChartColours.Faint : ChartColours.Text);
            // What isn't nothing is seen.
            if (bar.Length > 0)
                svg.Box(left, y + row * 0.15, Math.Max(1, length), row * 0.7, bar.IsRest ? ChartColours.Axis : frame.Colours.First);
            if (before > 0)
                svg.Outline(left, y + row * 0.08, before, row * 0.84);
            svg.Text(bar.Text, left + Math.Max(length, before) + 6, y + row / 2 + 4, room: frame.Width - 8 - left - Math.Max(length, before));
        }
        return svg.End();
    }

    // As many as there are rows; the last row is for the rest.
    private static List<Shown> Fit(BarChart chart, int rows, Func<double, string> value, ChartWords words)
    {
        var bars = chart.Bars.Take(Most).Take(chart.Bars.Length + (chart.More > 0 ? 1 : 0) <= Math.Min(rows, Most + 1) ? rows : rows - 1).ToList();
        var shown = bars.Select(bar => new Shown(bar.Label, LengthOf(bar.Value), LengthOf(bar.Before), IsNumber(bar.Value) ? value(bar.Value!.Value) : words.NoData, false)).ToList();
        if (chart.Bars.Length - bars.Count + chart.More is > 0 and var more)
        {
            var (rest, count) = (chart.MoreValue + chart.Bars.Skip(bars.Count).Sum(bar => LengthOf(bar.Value)), $"{ChartNumbers.Exact(more, ChartUnit.Count, words)}{(chart.IsMoreLeast ? "+" : "")}");
            shown.Add(IsNumber(rest) ? new Shown(words.Say(words.Other, count), LengthOf(rest), 0, value(rest!.Value), true) : new Shown(words.Say(words.More, count), 0, 0, "", true));
        }
        return shown;
    }

    private static string Describe(ChartFrame frame, BarChart chart)
    {
        var words = frame.Words;
        var said = new StringBuilder(frame.Subtitle).Append(". ").Append(ChartText.Clean(chart.Metric, 60)).Append(": ");
        var measured = chart.Bars.Where(bar => IsNumber(bar.Value)).ToList();
        if (measured.Count == 0)
            return said.Append(words.NoData).Append('.').ToString();
        if (IsNumber(chart.Total))
            said.Append(words.Say(words.Total, Exact(chart.Total!.Value))).Append(", ");
        var (high, low) = (measured.MaxBy(bar => bar.Value)!, measured.MinBy(bar => bar.Value)!);
        said.Append(words.Say(words.Highest, Exact(high.Value!.Value), ChartText.Clean(high.Label, 60)));
        // The lowest of all isn't known where there are more.
        if (chart.More == 0)
            said.Append(", ").Append(words.Say(words.Lowest, Exact(low.Value!.Value), ChartText.Clean(low.Label, 60)));
        else
            said.Append(", ").Append(words.Say(words.More, ChartNumbers.Exact(chart.More, ChartUnit.Count, words)));
        return said.Append('.').ToString();

        string Exact(double number) => ChartNumbers.Exact(number, chart.Unit, words);
    }

    private static double LengthOf(double? value) => IsNumber(value) ? Math.Max(0, value!.Value) : 0;

    private static bool IsNumber(double? value) => value is { } number && double.IsFinite(number);

    private sealed record Shown(string Label, double Length, double Before, string Text, bool IsRest);
}
