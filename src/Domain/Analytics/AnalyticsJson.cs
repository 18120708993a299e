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
[JsonSerializable(typeof(SegmentDefined))]
[JsonSerializable(typeof(SegmentChanged))]
[JsonSerializable(typeof(SegmentArchived))]
[JsonSerializable(typeof(SegmentListed))]
[JsonSerializable(typeof(SegmentUnlisted))]
[JsonSerializable(typeof(Segment))]
[JsonSerializable(typeof(SegmentList))]
public sealed partial class AnalyticsJson : JsonSerializerContext;
