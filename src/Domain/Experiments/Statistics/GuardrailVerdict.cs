using System.Text.Json.Serialization;

namespace Platform.Domain.Experiments;

/// <summary>What is known of a guardrail.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GuardrailVerdict>))]
public enum GuardrailVerdict
{
    /// <summary>The metric may be better, worse, or worse by more than the margin.</summary>
    [JsonStringEnumMemberName("undecided")]
    Undecided,

    /// <summary>It isn't worse by more than the margin.</summary>
    [JsonStringEnumMemberName("holds")]
    Holds,

    /// <summary>It is worse; it may be so by more than the margin.</summary>
    [JsonStringEnumMemberName("worse")]
    Worse,

    /// <summary>It is worse by more than the margin.</summary>
    [JsonStringEnumMemberName("breached")]
    Breached,
}
