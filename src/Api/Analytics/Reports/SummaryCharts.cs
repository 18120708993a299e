using Platform.Domain.Analytics;

namespace Platform.Api.Analytics;

/// <summary>The hours of a summary's day as a chart.</summary>
internal static class SummaryCharts
{
    private const int Width = 720, Height = 280, TickEvery = 3;

    /// <summary>SVG, a function of the summary alone.</summary>
    public static string Draw(DailySummary summary)
    {
        var words = ChartWords.All.FirstOrDefault(words => words.Language == summary.Language) ?? ChartWords.English;
        var (hours, title) = (summary.Hours, words.Say(words.By, words.Names["page_views"], words.Names["hour"]));
        return LineChart.Draw(
            new ChartFrame(title, $"{summary.Domain} · {words.DayOf(summary.Date, withYear: true)} · {summary.TimeZone}", Width, Height, ChartColours.Of(null), words),
            new LineChart(
                [.. hours.Select(hour => NameOf(hour.Hour))], [.. hours.Select((hour, index) => (Index: index, hour.Hour)).Where(tick => tick.Hour % TickEvery == 0).Select(tick => (tick.Index, NameOf(tick.Hour)))],
                [new ChartSeries(words.Names["page_views"], [.. hours.Select(hour => (double?)hour.PageViews)], summary.Day.PageViews, [])], ChartUnit.Count));
    }

    private static string NameOf(int hour) => $"{hour:00}:00";
}
