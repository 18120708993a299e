using System.Text.Json.Serialization;

namespace Platform.Domain.Experiments;

/// <summary>What an effect, its interval and its p-value are of; the p-values of the two differ.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EffectScale>))]
public enum EffectScale
{
    /// <summary>Treatment less control, in the metric's unit.</summary>
    [JsonStringEnumMemberName("difference")]
    Difference,

    /// <summary>That, over control: 0.1 is 10 % more.</summary>
    [JsonStringEnumMemberName("lift")]
    Lift,
}
