using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Analytics;

namespace Platform.Api.Analytics;

/// <summary>The figures of a summary's day as CSV, a row a figure, so that files of many days can be put together: date, site, figure, name (of a page, host or country, or an hour), value.</summary>
internal static class SummaryTable
{
    private static readonly string[] Header = ["date", "site", "figure", "name", "value"];

    /// <summary>By RFC 4180; what wasn't measured has no value.</summary>
    public static byte[] Of(DailySummary summary) => Csv.Encoding.GetBytes(Csv.Of(Rows(summary).Prepend(Header)));

    private static IEnumerable<string?[]> Rows(DailySummary summary)
    {
        var (date, day) = (summary.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), summary.Day);
        yield return Row("visitors", null, day.Visitors);
        yield return Row("visits", null, day.Visits);
        yield return Row("page_views", null, day.PageViews);
        yield return Row("engaged_ms", null, day.EngagedMs);
        yield return Row("bounce_rate", null, day.BounceRate);
        yield return Row("visit_ms_median", null, day.VisitMsMedian);
        yield return Row("pages_per_visit", null, day.PagesPerVisit);
        foreach (var page in summary.Pages)
            yield return Row("page_views_of_page", page.Name, page.Count);
        foreach (var referrer in summary.Referrers)
            yield return Row("visitors_of_referrer", referrer.Name, referrer.Count);
        foreach (var country in summary.Countries)
            yield return Row("visitors_of_country", country.Name, country.Count);
        foreach (var hour in summary.Hours)
            yield return Row("page_views_of_hour", hour.Hour.ToString("00", CultureInfo.InvariantCulture), hour.PageViews);

        string?[] Row(string figure, string? name, double? value) => [date, summary.Domain, figure, name, value?.ToString(CultureInfo.InvariantCulture)];
    }
}
