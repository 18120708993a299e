using System.Text.Json.Serialization;

namespace Platform.Domain.Experiments;

/// <summary>Which way is better.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MetricGoal>))]
public enum MetricGoal
{
    [JsonStringEnumMemberName("increase")]
    Increase,
    [JsonStringEnumMemberName("decrease")]
    Decrease,
}
