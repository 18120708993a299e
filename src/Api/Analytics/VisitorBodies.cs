using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>How far visitors come.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included.</param>
/// <param name="Timezone">Of the days.</param>
/// <param name="Steps">In their order.</param>
public sealed record FunnelBody(DateOnly From, DateOnly To, string Timezone, IReadOnlyList<FunnelStepBody> Steps);

/// <summary>A step of a funnel.</summary>
/// <param name="Event">Name of the event.</param>
/// <param name="Page">Path of the page; one that ends with * stands for all that begin so; absent: any.</param>
/// <param name="Count">Who came that far.</param>
/// <param name="OfFirst">As a part of those of the first step, 0 to 1.</param>
/// <param name="OfPrevious">As a part of those of the step before, 0 to 1.</param>
/// <param name="MedianMs">Half of them took longer from the step before, in milliseconds; absent: the first step, or nobody.</param>
public sealed record FunnelStepBody(string Event, string? Page, long Count, double OfFirst, double OfPrevious, double? MedianMs);

/// <summary>Who comes back.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included.</param>
/// <param name="Timezone">Of the days.</param>
/// <param name="Block">Days of a block.</param>
/// <param name="Start">When the first block begins; absent: nobody came.</param>
/// <param name="Cohorts">By the block in which visitors came first.</param>
public sealed record RetentionBody(DateOnly From, DateOnly To, string Timezone, int Block, DateTimeOffset? Start, IReadOnlyList<Cohort> Cohorts);

/// <summary>Which ways visitors take.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included.</param>
/// <param name="Timezone">Of the days.</param>
/// <param name="Paths">The most frequent first.</param>
/// <param name="Times">How many ways there were, also those that aren't shown.</param>
public sealed record PathsBody(DateOnly From, DateOnly To, string Timezone, IReadOnlyList<PagePath> Paths, long Times);

/// <summary>Which sites have visitors in common.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included.</param>
/// <param name="Timezone">Of the days.</param>
/// <param name="Sets">Visitors by exactly which sites they were on, fewest sites first.</param>
public sealed record OverlapBody(DateOnly From, DateOnly To, string Timezone, IReadOnlyList<SharedVisitors> Sets);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FunnelBody))]
[JsonSerializable(typeof(RetentionBody))]
[JsonSerializable(typeof(PathsBody))]
[JsonSerializable(typeof(OverlapBody))]
[JsonSerializable(typeof(LiveVisitors))]
internal sealed partial class VisitorBodies : JsonSerializerContext;
