using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>Each day of a site is summed up from now on.</summary>
/// <param name="ReportId">The report; the stream.</param>
/// <param name="SiteId">The site.</param>
/// <param name="Name">For people.</param>
/// <param name="Hour">Of the next day, by the site's time zone, at which a day is summed up: 1 to 23.</param>
/// <param name="Recipients">Users whom it's mailed to.</param>
[EventType("analytics.report-scheduled")]
public sealed record ReportScheduled(Guid ReportId, Guid SiteId, string Name, int Hour, ImmutableArray<Guid> Recipients);

/// <summary>The report is called otherwise, comes at another hour, or goes to others.</summary>
/// <param name="ReportId">The report.</param>
/// <param name="Name">From now on.</param>
/// <param name="Hour">From now on.</param>
/// <param name="Recipients">From now on, all of them.</param>
[EventType("analytics.report-changed")]
public sealed record ReportChanged(Guid ReportId, string Name, int Hour, ImmutableArray<Guid> Recipients);

/// <summary>No further day is summed up; what was made stays.</summary>
[EventType("analytics.report-ended")]
public sealed record ReportEnded(Guid ReportId);

/// <summary>The report is one of those that the tenant has.</summary>
[EventType("analytics.report-listed")]
public sealed record ReportListed(Guid ReportId);

/// <summary>The report has ended.</summary>
[EventType("analytics.report-unlisted")]
public sealed record ReportUnlisted(Guid ReportId);
