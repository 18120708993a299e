using System.Globalization;
using Platform.Domain.Analytics;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of analytics say.</summary>
internal static class AnalyticsSentences
{
    public static string? Find(object @event) => @event switch
    {
        AnalystAccessGranted e => $"Gave analysts a login to the tenant's views: {Quoted(e.Purpose.TrimEnd('.'))}.",
        AnalystPasswordRotated e => $"Gave the analysts' login another password: {Quoted(e.Purpose.TrimEnd('.'))}.",
        AnalystAccessRevoked e => $"Took the analysts' login away: {Quoted(e.Reason.TrimEnd('.'))}.",
        PageViewed e => $"Somebody looked at {Quoted(e.Hit.Page)}.",
        EngagementMeasured e => $"Somebody stayed at {Quoted(e.Hit.Page)} for {e.EngagedMs} ms, down to {e.Scroll} %.",
        VitalMeasured e => $"A browser measured {e.Vital} of {Quoted(e.Hit.Page)}.",
        EventTracked e => $"Somebody did {Quoted(e.Name)} at {Quoted(e.Hit.Page)}.",
        ConsentChanged e => $"A visitor {(e.Analytics ? "agreed" : "doesn't agree any more")} to be recognised.",
        VisitorErased e => $"Let go of {Counted(e.Visits.Length, "visit")} of a visitor.",
        VisitorRetentionSet { Days: { } days } => $"Said that visitors' events are kept one by one for {Counted(days, "day")}.",
        VisitorRetentionSet => "Said that visitors' events are kept one by one for good.",
        VisitorsForgotten e => $"Let go of visitors' events of before {At(e.Before)}.",
        MetricsRecorded e => $"Recorded {Counted(e.Metrics.Values.Count, "metric")}.",
        MetricDeclared e => $"Declared the metric {e.Name}: {e.Kind}.",
        SegmentDefined e => $"Defined the segment {Quoted(e.Name)}.",
        SegmentChanged e => $"Changed the segment {Quoted(e.Name)}.",
        SegmentArchived => "Archived the segment.",
        SegmentListed e => $"Listed the segment {Quoted(e.Name)}.",
        SegmentUnlisted => "Took an archived segment off the list.",
        ReportScheduled e => $"Scheduled the report {Quoted(e.Name)} for {e.Hour}:00.",
        ReportChanged e => $"Changed the report {Quoted(e.Name)}: it comes at {e.Hour}:00 and goes to {Counted(e.Recipients.Length, "user")}.",
        ReportEnded => "Ended the report.",
        ReportListed => "Listed a report.",
        ReportUnlisted => "Took a report that has ended off the list.",
        DailySummaryMade e => string.Create(CultureInfo.InvariantCulture, $"Summed up {e.Summary.Date:yyyy-MM-dd} of {e.Summary.Domain}."),
        DailySummaryAddressed e => $"Addressed a summary to {Counted(e.Recipients.Length, "user")}.",
        DailySummaryMailed => "Mailed a summary to a user.",
        DailySummaryMailFailed e => $"Couldn't mail a summary to a user: {Quoted(e.Reason.TrimEnd('.'))}.",
        DailySummaryResent => "Sent a summary again.",
        TenantFiguresPublished e => $"Published {Counted(e.Figures.Count, "figure")} of all tenants of the week of {e.Monday:yyyy-MM-dd}.",
        _ => null,
    };
}
