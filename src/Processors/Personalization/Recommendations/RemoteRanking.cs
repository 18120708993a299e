using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Processors.Personalization;

/// <summary>What became of asking a recommendation service.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RemoteOutcome>))]
public enum RemoteOutcome
{
    /// <summary>It answered.</summary>
    [JsonStringEnumMemberName("answered")]
    Answered,

    /// <summary>It answered the same question a while ago.</summary>
    [JsonStringEnumMemberName("cached")]
    Cached,

    /// <summary>It took too long.</summary>
    [JsonStringEnumMemberName("timeout")]
    Timeout,

    /// <summary>It couldn't be reached, or its answer is none.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It failed too often, and isn't asked for a while.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>It was asked as often as it may be.</summary>
    [JsonStringEnumMemberName("budget")]
    Budget,
}

/// <summary>How a recommendation service ranks.</summary>
/// <param name="Outcome">Whether it does.</param>
/// <param name="Scores">By item; null: it doesn't.</param>
public sealed record RemoteRanking(RemoteOutcome Outcome, ImmutableDictionary<Guid, double>? Scores = null);
