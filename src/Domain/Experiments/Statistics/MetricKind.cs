using System.Text.Json.Serialization;

namespace Platform.Domain.Experiments;

/// <summary>What a metric is of a variant.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MetricKind>))]
public enum MetricKind
{
    /// <summary>The part of units that did it.</summary>
    [JsonStringEnumMemberName("proportion")]
    Proportion,

    /// <summary>The mean of what each unit has.</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,

    /// <summary>A sum over another: of units that have several, such as clicks over page views.</summary>
    [JsonStringEnumMemberName("ratio")]
    Ratio,
}
