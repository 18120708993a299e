using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Platform.Domain.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>A summary for people: a function of it and nothing else.</summary>
public static class SummaryText
{
    private const string Cell = "style=\"padding:4px 12px 4px 0;text-align:left\"", Number = "style=\"padding:4px 0 4px 12px;text-align:right\"";

    private sealed record Row(string Name, string Day, string DayBefore, string WeekBefore);

    /// <summary>One line, for a mail's subject.</summary>
    public static string Subject(DailySummary summary) => SummaryWords.Of(summary.Language) is var words
        ? words.Say(words.Subject, summary.Domain, words.Date(summary.Date), words.Count(summary.Day.Visitors)) : "";

    /// <summary>Plain text, at most 78 characters a line unless a name is longer.</summary>
    /// <param name="summary">The figures.</param>
    /// <param name="report">What the report is called.</param>
    public static string Plain(DailySummary summary, string report)
    {
        var (words, text) = (SummaryWords.Of(summary.Language), new StringBuilder());
        text.Append(Heading(summary, words)).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"",-28}{words.Date(summary.Date),14}{words.DayBefore,16}{words.WeekBefore,16}\n");
        foreach (var row in Rows(summary, words))
            text.Append(CultureInfo.InvariantCulture, $"{row.Name,-28}{row.Day,14}{row.DayBefore,16}{row.WeekBefore,16}\n");
        foreach (var (title, counts) in Lists(summary, words))
        {
            text.Append('\n').Append(title).Append('\n');
            foreach (var count in counts)
                text.Append(CultureInfo.InvariantCulture, $"{words.Count(count.Count),12}  {words.Name(count.Name)}\n");
        }
        return text.Append('\n').Append(Foot(summary, report, words)).Append('\n').ToString();
    }

    /// <summary>HTML whose looks are attributes: mail clients drop style sheets.</summary>
    /// <param name="summary">The figures.</param>
    /// <param name="report">What the report is called.</param>
    /// <param name="picture">Address of the chart of its hours.</param>
    public static string Html(DailySummary summary, string report, string picture)
    {
        var (words, html) = (SummaryWords.Of(summary.Language), new StringBuilder());
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{words.Language}\"><head><meta charset=\"utf-8\"><title>{Safe(Subject(summary))}</title></head>");
        html.Append(CultureInfo.InvariantCulture, $"<body style=\"font-family:Helvetica,Arial,sans-serif;color:#222222\"><h1 style=\"font-size:20px\">{Safe(Heading(summary, words))}</h1><table>");
        html.Append(CultureInfo.InvariantCulture, $"<tr><th {Cell}></th><th {Number}>{words.Date(summary.Date)}</th><th {Number}>{Safe(words.DayBefore)}</th><th {Number}>{Safe(words.WeekBefore)}</th></tr>");
        foreach (var row in Rows(summary, words))
            html.Append(CultureInfo.InvariantCulture, $"<tr><th {Cell}>{Safe(row.Name)}</th><td {Number}>{row.Day}</td><td {Number}>{row.DayBefore}</td><td {Number}>{row.WeekBefore}</td></tr>");
        html.Append(CultureInfo.InvariantCulture, $"</table><p><img src=\"{Safe(picture)}\" alt=\"{Safe(words.Hours)}\" width=\"720\"></p>");
        foreach (var (title, counts) in Lists(summary, words))
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2 style=\"font-size:16px\">{Safe(title)}</h2><table>");
            foreach (var count in counts)
                html.Append(CultureInfo.InvariantCulture, $"<tr><td {Cell}>{Safe(words.Name(count.Name))}</td><td {Number}>{words.Count(count.Count)}</td></tr>");
            html.Append("</table>");
        }
        return html.Append(CultureInfo.InvariantCulture, $"<p style=\"font-size:12px;color:#595959\">{Safe(Foot(summary, report, words))}</p></body></html>").ToString();
    }

    private static string Heading(DailySummary summary, SummaryWords words) => $"{summary.Site} ({summary.Domain}), {words.Date(summary.Date)}";

    private static string Foot(DailySummary summary, string report, SummaryWords words) =>
        (summary.IsEstimate ? words.Estimated + " " : "") + words.Say(words.Counted, summary.TimeZone, report);

    private static IEnumerable<Row> Rows(DailySummary summary, SummaryWords words)
    {
        yield return Of(words.Visitors, figures => words.Count(figures.Visitors));
        yield return Of(words.Visits, figures => words.Count(figures.Visits));
        yield return Of(words.PageViews, figures => words.Count(figures.PageViews));
        yield return Of(words.BounceRate, figures => words.Share(figures.BounceRate));
        yield return Of(words.VisitLength, figures => words.Duration(figures.VisitMsMedian));
        yield return Of(words.PagesPerVisit, figures => words.Decimal(figures.PagesPerVisit));
        yield return Of(words.Attention, figures => words.Duration(figures.EngagedMs));

        Row Of(string name, Func<SummaryFigures, string> value) => new(name, value(summary.Day), value(summary.DayBefore), value(summary.WeekBefore));
    }

    private static IEnumerable<(string Title, ImmutableArray<SummaryCount> Counts)> Lists(DailySummary summary, SummaryWords words) =>
        new[] { (words.Pages, summary.Pages), (words.Referrers, summary.Referrers), (words.Countries, summary.Countries) }.Where(list => !list.Item2.IsEmpty);

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
