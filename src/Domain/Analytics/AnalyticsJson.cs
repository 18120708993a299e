using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Analytics;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AnalystAccessGranted))]
[JsonSerializable(typeof(AnalystPasswordRotated))]
[JsonSerializable(typeof(AnalystAccessRevoked))]
[JsonSerializable(typeof(AnalystAccess))]
[JsonSerializable(typeof(PageViewed))]
[JsonSerializable(typeof(EngagementMeasured))]
[JsonSerializable(typeof(VitalMeasured))]
[JsonSerializable(typeof(EventTracked))]
[JsonSerializable(typeof(ConsentChanged))]
[JsonSerializable(typeof(MetricsRecorded))]
[JsonSerializable(typeof(MetricDeclared))]
[JsonSerializable(typeof(MetricRecord))]
[JsonSerializable(typeof(MetricDefinition))]
[JsonSerializable(typeof(TenantFiguresPublished))]
[JsonSerializable(typeof(Visit))]
[JsonSerializable(typeof(ErasedVisitor))]
[JsonSerializable(typeof(VisitorRetention))]
[JsonSerializable(typeof(SegmentDefined))]
[JsonSerializable(typeof(SegmentChanged))]
[JsonSerializable(typeof(SegmentArchived))]
[JsonSerializable(typeof(VisitorErased))]
[JsonSerializable(typeof(VisitorRetentionSet))]
[JsonSerializable(typeof(VisitorsForgotten))]
[JsonSerializable(typeof(SegmentListed))]
[JsonSerializable(typeof(SegmentUnlisted))]
[JsonSerializable(typeof(Segment))]
[JsonSerializable(typeof(SegmentList))]
[JsonSerializable(typeof(ReportScheduled))]
[JsonSerializable(typeof(ReportChanged))]
[JsonSerializable(typeof(ReportEnded))]
[JsonSerializable(typeof(ReportListed))]
[JsonSerializable(typeof(ReportUnlisted))]
[JsonSerializable(typeof(DailySummaryMade))]
[JsonSerializable(typeof(DailySummaryAddressed))]
[JsonSerializable(typeof(DailySummaryMailed))]
[JsonSerializable(typeof(DailySummaryMailFailed))]
[JsonSerializable(typeof(DailySummaryResent))]
[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(ReportList))]
[JsonSerializable(typeof(ReportedSite))]
[JsonSerializable(typeof(MailRecipient))]
[JsonSerializable(typeof(SummaryRun))]
public sealed partial class AnalyticsJson : JsonSerializerContext;
