using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Monitoring;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProjectionPaused))]
[JsonSerializable(typeof(ProjectionResumed))]
[JsonSerializable(typeof(ProjectionRebuildRequested))]
[JsonSerializable(typeof(ProjectionRebuildCancelled))]
[JsonSerializable(typeof(ProjectionRebuildFinished))]
[JsonSerializable(typeof(ProjectionVersionBuilt))]
[JsonSerializable(typeof(ParkedEventRetried))]
[JsonSerializable(typeof(ParkedEventSkipped))]
[JsonSerializable(typeof(GenerationDropped))]
[JsonSerializable(typeof(RebuildRequested))]
[JsonSerializable(typeof(OperatedProjection))]
[JsonSerializable(typeof(PerformanceMeasured))]
[JsonSerializable(typeof(PerformanceRecord))]
public sealed partial class MonitoringJson : JsonSerializerContext;
