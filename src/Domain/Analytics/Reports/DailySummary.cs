using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>What visitors did on a site on one day. Bots don't count.</summary>
/// <param name="Schema">Always platform.daily-summary.</param>
/// <param name="SchemaVersion">Rises when a member is taken away or means something else; members may be added to a version.</param>
/// <param name="Site">What the site is called.</param>
/// <param name="Domain">Its main domain.</param>
/// <param name="Language">Of its texts: en or de.</param>
/// <param name="Date">The day.</param>
/// <param name="TimeZone">Of the day, by the IANA database.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When the next day began: 23 or 25 hours later where clocks were changed.</param>
/// <param name="CountedUntil">Log index of the last event that was surely counted: what visitors' devices sent later isn't in it.</param>
/// <param name="IsEstimate">Numbers of visitors are estimates with a standard error of 1.6 %.</param>
/// <param name="Day">Of the day.</param>
/// <param name="DayBefore">Of the day before.</param>
/// <param name="WeekBefore">Of the same day of the week before.</param>
/// <param name="Pages">With most views, at most 10.</param>
/// <param name="Referrers">With most visitors, at most 10.</param>
/// <param name="Countries">With most visitors, at most 10.</param>
/// <param name="Hours">Each hour that the day had, by its clock; one that came twice stands once, with both.</param>
public sealed record DailySummary(
    string Schema, int SchemaVersion, string Site, string Domain, string Language, DateOnly Date, string TimeZone, DateTimeOffset From, DateTimeOffset To, long CountedUntil, bool IsEstimate,
    SummaryFigures Day, SummaryFigures DayBefore, SummaryFigures WeekBefore,
    ImmutableArray<SummaryCount> Pages, ImmutableArray<SummaryCount> Referrers, ImmutableArray<SummaryCount> Countries, ImmutableArray<SummaryHour> Hours)
{
    public const string SchemaName = "platform.daily-summary";

    public const int Version = 1, MostRows = 10;
}

/// <summary>Figures of a day.</summary>
/// <param name="PageViews">Pages that were shown.</param>
/// <param name="Visitors">By what is known of them: without a cookie each day's is another.</param>
/// <param name="Visits">With no pause of more than 30 minutes.</param>
/// <param name="EngagedMs">How long pages were looked at, milliseconds.</param>
/// <param name="BounceRate">Share of visits with one action, 0 to 1; null: there were no visits.</param>
/// <param name="VisitMsMedian">Length of visits, milliseconds; null: there were none.</param>
/// <param name="PagesPerVisit">Mean; null: there were none.</param>
public sealed record SummaryFigures(long PageViews, long Visitors, long Visits, long EngagedMs, double? BounceRate = null, double? VisitMsMedian = null, double? PagesPerVisit = null);

/// <summary>A page, host or country, and how often.</summary>
/// <param name="Name">Path of the page, host of the referrer, or ISO 3166-1 code; (none): there is none, (other): beyond 2,000 of them.</param>
/// <param name="Count">Views of a page, else visitors.</param>
public sealed record SummaryCount(string Name, long Count);

/// <summary>An hour of the day.</summary>
/// <param name="Hour">0 to 23.</param>
/// <param name="PageViews">Pages that were shown in it.</param>
public sealed record SummaryHour(int Hour, long PageViews);
