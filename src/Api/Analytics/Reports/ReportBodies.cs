using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Domain.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Daily summaries of a site.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Name">For people, 1-200 characters.</param>
/// <param name="Hour">Of the next day, by the site's time zone, 1-23; default: 7.</param>
/// <param name="Recipients">Users whom it's mailed to, at most 20; default: none.</param>
public sealed record ReportBody(Guid? SiteId, string? Name, long? Hour, IReadOnlyList<Guid>? Recipients);

/// <summary>What can be edited of a report.</summary>
/// <param name="Name">For people, 1-200 characters.</param>
/// <param name="Hour">Of the next day, by the site's time zone, 1-23; default: 7.</param>
/// <param name="Recipients">Users whom it's mailed to, at most 20; default: none.</param>
public sealed record ReportChangeBody(string? Name, long? Hour, IReadOnlyList<Guid>? Recipients);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportBody))]
[JsonSerializable(typeof(ReportChangeBody))]
[JsonSerializable(typeof(DailySummary))]
internal sealed partial class ReportBodies : JsonSerializerContext;
