using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Platform.Api.Analytics;

/// <summary>A line.</summary>
/// <param name="Name">What it's of.</param>
/// <param name="Values">A number a time; null: nothing was measured.</param>
/// <param name="Total">Over all times; null: nothing was measured.</param>
/// <param name="Before">The same of the days before, side by side with the values as far as they go; empty: compared with nothing.</param>
/// <param name="TotalBefore">Over all of them.</param>
public sealed record ChartSeries(string Name, ImmutableArray<double?> Values, double? Total, ImmutableArray<double?> Before, double? TotalBefore = null);

/// <summary>Lines over time, with axes or as a sparkline without. At most 5; NaN and infinity are as if nothing was measured.</summary>
/// <param name="Times">What each time is called.</param>
/// <param name="Ticks">Times whose name stands at the axis, in their order, and how it's put there.</param>
/// <param name="Series">Lines, each with a value a time.</param>
/// <param name="Unit">Of all of them.</param>
/// <param name="DaysBefore">What they are compared with, for people; null: with nothing.</param>
public sealed record LineChart(ImmutableArray<string> Times, ImmutableArray<(int Index, string Label)> Ticks, ImmutableArray<ChartSeries> Series, ChartUnit Unit, string? DaysBefore = null)
{
    // All points of all lines: at most 14 bytes each, so that with its texts the picture stays under 50 KB.
    private const int MostPoints = 2_000, Dense = 180;

    /// <summary>The chart as SVG.</summary>
    public static string Draw(ChartFrame frame, LineChart chart)
    {
        using var svg = new ChartSvg(frame, Describe(frame, chart));
        var top = svg.Head();
        var values = Numbers(chart).ToList();
        if (values.Count == 0)
        {
            svg.NoData((top + frame.Height) / 2);
            return svg.End();
        }
        var colours = frame.Colours.For(chart.Series.Length);
        top = Legend(svg, frame, chart, colours, top) + 8;
        var bottom = frame.Height - 30.0;
        var numbers = ChartNumbers.Of(chart.Unit, values.Max(Math.Abs), frame.Words);
        var scale = ChartScale.Of(values.Select(value => value / numbers.Divisor), (int)Math.Clamp((bottom - top) / 36, 2, 8), numbers.IsWhole);
        var labels = scale.Ticks.Select(tick => (tick, Text: numbers.Tick(tick, scale.Step))).ToList();
        var (left, right) = (ChartSvg.Margin + Math.Min(frame.Width / 4.0, labels.Max(label => ChartText.WidthOf(label.Text, 12))) + 6, frame.Width - ChartSvg.Margin - 6);
        foreach (var (tick, text) in labels)
        {
            var y = bottom - scale.At(tick) * (bottom - top);
            svg.Line(left, y, right, y, tick == 0 ? ChartColours.Axis : ChartColours.Grid);
            svg.Text(text, left - 6, y + 4, anchor: ChartAnchor.End, colour: ChartColours.Faint, room: left - 8);
        }
        foreach (var (index, text) in chart.Ticks)
        {
            var (x, half) = (XOf(index, chart.Times.Length, left, right), ChartText.WidthOf(text, 12) / 2);
            svg.Line(x, bottom, x, bottom + 4, ChartColours.Axis);
            // At the edges it would be cut.
            svg.Text(text, Math.Clamp(x, Math.Min(half + 2, frame.Width / 2.0), Math.Max(frame.Width - half - 2, frame.Width / 2.0)), bottom + 18, anchor: ChartAnchor.Middle, colour: ChartColours.Faint);
        }
        Lines(svg, chart, colours, numbers.Divisor, scale, left, right, top, bottom);
        return svg.End();
    }

    /// <summary>The chart as a line in a text: without axes and names, which the title says.</summary>
    public static string DrawSparkline(ChartFrame frame, LineChart chart)
    {
        using var svg = new ChartSvg(frame, Describe(frame, chart));
        var values = Numbers(chart).ToList();
        if (values.Count > 0)
            Lines(svg, chart, frame.Colours.For(chart.Series.Length), 1, ChartScale.Tight(values), 6, frame.Width - 6, 6, frame.Height - 6);
        else
            svg.Line(6, frame.Height / 2.0, frame.Width - 6, frame.Height / 2.0, ChartColours.Axis);
        return svg.End();
    }

    private static double XOf(int index, int count, double left, double right) => count == 1 ? (left + right) / 2 : left + (right - left) * index / (count - 1);

    private static IEnumerable<double> Numbers(LineChart chart) => chart.Series.SelectMany(line => line.Values.Concat(line.Before.Take(chart.Times.Length))).Where(IsNumber).Select(value => value!.Value);

    private static bool IsNumber(double? value) => value is { } number && double.IsFinite(number);

    // A name a line; that a line is dashed is said once.
    private static double Legend(ChartSvg svg, ChartFrame frame, LineChart chart, ImmutableArray<string> colours, double top)
    {
        List<(string Text, int? Line)> names = [.. chart.Series.Length > 1 ? chart.Series.Select((line, n) => (line.Name, (int?)n)) : chart.DaysBefore is null ? [] : [(chart.Series[0].Name, (int?)0)], .. chart.DaysBefore is { } days ? [(days, (int?)null)] : Array.Empty<(string, int?)>()];
        var (x, y, room) = (ChartSvg.Margin, top + 10, (frame.Width - 2 * ChartSvg.Margin) / 2 - 46);
        foreach (var (text, line) in names)
        {
            var width = 32 + Math.Min(room, ChartText.WidthOf(ChartText.Clean(text), 12));
            if (x > ChartSvg.Margin && x + width > frame.Width - ChartSvg.Margin)
                (x, y) = (ChartSvg.Margin, y + 18);
            svg.Path($"M{ChartSvg.N(x)} {ChartSvg.N(y - 4)}h24", line is { } one ? colours[one] : chart.Series.Length == 1 ? colours[0] : ChartColours.Faint, line is null);
            if (line is { } mark)
                svg.Mark(mark, x + 12, y - 4, colours[mark]);
            svg.Text(text, x + 30, y, room: room);
            x += width + 14;
        }
        return names.Count == 0 ? top : y + 4;
    }

    private static void Lines(ChartSvg svg, LineChart chart, ImmutableArray<string> colours, double divisor, ChartScale scale, double left, double right, double top, double bottom)
    {
        var count = chart.Times.Length;
        var most = (int)Math.Clamp(Math.Min(MostPoints / (chart.Series.Length * (chart.DaysBefore is null ? 1 : 2)), right - left), 3, 1_000);
        // Those of before are behind.
        foreach (var (line, n) in chart.Series.Select((line, n) => (line, n)))
            Draw(line.Before, n, isDashed: true);
        foreach (var (line, n) in chart.Series.Select((line, n) => (line, n)))
            Draw(line.Values, n, isDashed: false);

        void Draw(ImmutableArray<double?> values, int n, bool isDashed)
        {
            var points = ImmutableArray.CreateBuilder<ChartPoint>();
            for (var index = 0; index < Math.Min(count, values.Length); index++)
                if (IsNumber(values[index]))
                    points.Add(new ChartPoint(index, XOf(index, count, left, right), bottom - scale.At(values[index]!.Value / divisor) * (bottom - top)));
            if (points.Count == 0)
                return;
            var (path, dots) = PathOf(ChartPoints.Thin(points.ToImmutable(), most), values);
            svg.Path(path, colours[n], isDashed, isThin: points.Count > Dense);
            svg.Dots(dots, colours[n]);
            if (!isDashed)
                svg.Mark(n, points[^1].X, points[^1].Y, colours[n]);
        }
    }

    // Where nothing was measured between two points there is no line; a point between two such places is a dot.
    private static (string Path, string Dots) PathOf(ImmutableArray<ChartPoint> points, ImmutableArray<double?> values)
    {
        var (path, dots) = (new StringBuilder(), new StringBuilder());
        for (var n = 0; n < points.Length; n++)
        {
            var begins = n == 0 || !IsWhole(points[n - 1].Index, points[n].Index, values);
            var ends = n == points.Length - 1 || !IsWhole(points[n].Index, points[n + 1].Index, values);
            (begins && ends ? dots : path).Append(begins ? 'M' : 'L').Append(ChartSvg.N(points[n].X)).Append(' ').Append(ChartSvg.N(points[n].Y)).Append(begins && ends ? "h0" : "");
        }
        return (path.ToString(), dots.ToString());
    }

    private static bool IsWhole(int from, int to, ImmutableArray<double?> values)
    {
        for (var index = from; index < to; index++)
            if (!IsNumber(values[index]))
                return false;
        return true;
    }

    private static string Describe(ChartFrame frame, LineChart chart)
    {
        var words = frame.Words;
        var said = new StringBuilder(frame.Subtitle).Append('.');
        if (chart.Series.IsEmpty)
            said.Append(' ').Append(words.NoData).Append('.');
        foreach (var line in chart.Series)
        {
            var measured = line.Values.Take(chart.Times.Length).Select((value, index) => (value, index)).Where(one => IsNumber(one.value)).ToList();
            said.Append(' ').Append(ChartText.Clean(line.Name, 60)).Append(": ");
            if (measured.Count == 0)
            {
                said.Append(words.NoData).Append('.');
                continue;
            }
            var (high, low) = (measured.MaxBy(one => one.value), measured.MinBy(one => one.value));
            if (line.Total is { } total && double.IsFinite(total))
                said.Append(words.Say(words.Total, Exact(total))).Append(", ");
            said.Append(words.Say(words.Highest, Exact(high.value!.Value), chart.Times[high.index])).Append(", ").Append(words.Say(words.Lowest, Exact(low.value!.Value), chart.Times[low.index]));
            if (chart.DaysBefore is { } days)
                said.Append("; ").Append(words.Say(words.Before, days, line.TotalBefore is { } before && double.IsFinite(before) ? Exact(before) : words.NoData));
            said.Append('.');
        }
        return said.ToString();

        string Exact(double value) => ChartNumbers.Exact(value, chart.Unit, words);
    }
}
