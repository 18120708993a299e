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
        MetricsRecorded e => $"Recorded {Counted(e.Metrics.Values.Count, "metric")}.",
        MetricDeclared e => $"Declared the metric {e.Name}: {e.Kind}.",
        SegmentDefined e => $"Defined the segment {Quoted(e.Name)}.",
        SegmentChanged e => $"Changed the segment {Quoted(e.Name)}.",
        SegmentArchived => "Archived the segment.",
        SegmentListed e => $"Listed the segment {Quoted(e.Name)}.",
        SegmentUnlisted => "Took an archived segment off the list.",
        TenantFiguresPublished e => $"Published {Counted(e.Figures.Count, "figure")} of all tenants of the week of {e.Monday:yyyy-MM-dd}.",
        _ => null,
    };
}
