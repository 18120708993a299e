using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>A day of a site was summed up. Figures only: nothing of it is about one visitor.</summary>
/// <param name="RunId">The stream: derived from report and day, so that there is one.</param>
/// <param name="ReportId">The report.</param>
/// <param name="SiteId">Its site.</param>
/// <param name="Name">What the report was called then.</param>
/// <param name="Summary">The figures.</param>
[EventType("analytics.daily-summary-made")]
public sealed record DailySummaryMade(Guid RunId, Guid ReportId, Guid SiteId, string Name, DailySummary Summary);

/// <summary>The summary is to be mailed.</summary>
/// <param name="RunId">The stream.</param>
/// <param name="Recipients">Users.</param>
[EventType("analytics.daily-summary-addressed")]
public sealed record DailySummaryAddressed(Guid RunId, ImmutableArray<Guid> Recipients);

/// <summary>A mail server took the summary for a user.</summary>
/// <param name="RunId">The stream.</param>
/// <param name="EventId">What had it mailed: <see cref="DailySummaryAddressed"/> or <see cref="DailySummaryResent"/>.</param>
/// <param name="UserId">Whom it's for.</param>
/// <param name="Attempt">Which attempt it was, from 1 on.</param>
[EventType("analytics.daily-summary-mailed")]
public sealed record DailySummaryMailed(Guid RunId, Guid EventId, Guid UserId, int Attempt);

/// <summary>The summary couldn't be mailed to a user.</summary>
/// <param name="RunId">The stream.</param>
/// <param name="EventId">What had it mailed.</param>
/// <param name="UserId">Whom it's for.</param>
/// <param name="Attempt">Which attempt it was, from 1 on.</param>
/// <param name="Reason">In the platform's own words: what servers answer may hold the address.</param>
/// <param name="NextAt">When it's tried again; null: it was given up.</param>
[EventType("analytics.daily-summary-mail-failed")]
public sealed record DailySummaryMailFailed(Guid RunId, Guid EventId, Guid UserId, int Attempt, string Reason, DateTimeOffset? NextAt = null);

/// <summary>The summary is delivered once more: to webhooks by the event that it was made by, to users by mail.</summary>
/// <param name="RunId">The stream.</param>
/// <param name="ReportId">The report.</param>
/// <param name="SiteId">Its site.</param>
/// <param name="EventId">Of <see cref="DailySummaryMade"/>.</param>
/// <param name="Recipients">Users; none: it's mailed to nobody.</param>
[EventType("analytics.daily-summary-resent")]
public sealed record DailySummaryResent(Guid RunId, Guid ReportId, Guid SiteId, Guid EventId, ImmutableArray<Guid> Recipients);
