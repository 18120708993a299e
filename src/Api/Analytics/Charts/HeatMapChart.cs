using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Platform.Api.Analytics;

/// <summary>A metric by the hours of a week; NaN and infinity are as if nothing was measured.</summary>
/// <param name="Metric">What is measured.</param>
/// <param name="Cells">7 × 24 numbers: Monday's hours from midnight, then Tuesday's; null: nothing was measured.</param>
/// <param name="Unit">Of the numbers.</param>
/// <param name="Total">Over all hours; null: nothing was measured.</param>
public sealed record HeatMapChart(string Metric, ImmutableArray<double?> Cells, ChartUnit Unit, double? Total)
{
    private const int Days = 7, Hours = 24;

    // Pixels that a name needs.
    private const double Line = 12, HourWidth = 36;

    /// <summary>The chart as SVG.</summary>
    public static string Draw(ChartFrame frame, HeatMapChart chart)
    {
        var measured = chart.Cells.Take(Days * Hours).Select((value, at) => (Value: value ?? double.NaN, At: at)).Where(cell => double.IsFinite(cell.Value)).ToList();
        using var svg = new ChartSvg(frame, Describe(frame, chart, measured));
        var top = svg.Head() + 4;
        if (measured.Count == 0)
        {
            svg.NoData((top + frame.Height) / 2);
            return svg.End();
        }
        var numbers = ChartNumbers.Of(chart.Unit, measured.Max(cell => Math.Abs(cell.Value)), frame.Words);
        var scale = ChartScale.Tight(measured.Select(cell => cell.Value));
        var left = ChartSvg.Margin + frame.Words.Weekdays.Max(day => ChartText.WidthOf(day, 12)) + 8;
        var (wide, high) = ((frame.Width - ChartSvg.Margin - left) / Hours, (frame.Height - top - 62) / Days);
        for (var day = 0; day < Days; day += high < Line ? 2 : 1)
            svg.Text(frame.Words.Weekdays[day], left - 8, top + day * high + high / 2 + 4, anchor: ChartAnchor.End, colour: ChartColours.Faint);
        for (var hour = 0; hour < Hours; hour += 3 * wide < HourWidth ? 6 : 3)
            svg.Text($"{hour:00}:00", left + hour * wide, top + Days * high + 15, colour: ChartColours.Faint, size: 11);
        var values = measured.ToDictionary(cell => cell.At, cell => cell.Value);
        for (var at = 0; at < Days * Hours; at++)
        {
            var (x, y, hour) = (left + at % Hours * wide, top + at / Hours * high, NameOf(frame.Words, at));
            if (values.TryGetValue(at, out var value))
                svg.Box(x, y, wide - 1, high - 1, frame.Colours.Shade(scale.At(value)), $"{hour} {numbers.Value(value)}");
            else
                svg.Blank(x + 0.5, y + 0.5, wide - 2, high - 2, $"{hour} {frame.Words.NoData}");
        }
        Legend(svg, frame, numbers, scale, left);
        return svg.End();
    }

    private static void Legend(ChartSvg svg, ChartFrame frame, ChartNumbers numbers, ChartScale scale, double left)
    {
        const int shades = 6;
        var (y, low) = (frame.Height - 26.0, numbers.Value(scale.From));
        svg.Text(low, left, y + 11, colour: ChartColours.Faint);
        var x = left + ChartText.WidthOf(low, 12) + 6;
        for (var shade = 0; shade < shades; shade++)
            svg.Box(x + shade * 22, y, 22, 12, frame.Colours.Shade(shade / (shades - 1.0)));
        svg.Text(numbers.Value(scale.To), x + shades * 22 + 6, y + 11, colour: ChartColours.Faint);
    }

    private static string NameOf(ChartWords words, int at) => string.Create(CultureInfo.InvariantCulture, $"{words.Weekdays[at / Hours]} {at % Hours:00}:00");

    private static string Describe(ChartFrame frame, HeatMapChart chart, List<(double Value, int At)> measured)
    {
        var words = frame.Words;
        var said = new StringBuilder(frame.Subtitle).Append(". ").Append(ChartText.Clean(chart.Metric, 60)).Append(": ");
        if (measured.Count == 0)
            return said.Append(words.NoData).Append('.').ToString();
        if (chart.Total is { } total && double.IsFinite(total))
            said.Append(words.Say(words.Total, Exact(total))).Append(", ");
        var (high, low) = (measured.MaxBy(cell => cell.Value), measured.MinBy(cell => cell.Value));
        return said.Append(words.Say(words.Highest, Exact(high.Value), NameOf(words, high.At))).Append(", ").Append(words.Say(words.Lowest, Exact(low.Value), NameOf(words, low.At))).Append('.').ToString();

        string Exact(double number) => ChartNumbers.Exact(number, chart.Unit, words);
    }
}
