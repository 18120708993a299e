using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>How a tenant's recommendation service is asked.</summary>
/// <param name="Url">Where.</param>
/// <param name="SiteIds">For which sites, in order of ids; none: for all.</param>
/// <param name="TimeoutMilliseconds">After so long the answer is the local one.</param>
/// <param name="RequestsPerDay">Of all nodes together, by days in UTC.</param>
/// <param name="RequestsPerMinute">Of each node.</param>
/// <param name="CacheSeconds">How long an answer is given again to the same question; 0: never.</param>
/// <param name="Candidates">How many of the local model's best the question names.</param>
/// <param name="SealedCredential">The bearer token, sealed with a key that only the nodes have; null: none.</param>
public sealed record RecommendationServiceSettings(
    string Url, ImmutableArray<Guid> SiteIds, int TimeoutMilliseconds, int RequestsPerDay, int RequestsPerMinute, int CacheSeconds, int Candidates, string? SealedCredential = null)
{
    public bool IsFor(Guid siteId) => SiteIds.IsEmpty || SiteIds.Contains(siteId);

    public bool Equals(RecommendationServiceSettings? other) =>
        other is not null && Url == other.Url && SiteIds.SequenceEqual(other.SiteIds) && TimeoutMilliseconds == other.TimeoutMilliseconds && RequestsPerDay == other.RequestsPerDay
        && RequestsPerMinute == other.RequestsPerMinute && CacheSeconds == other.CacheSeconds && Candidates == other.Candidates && SealedCredential == other.SealedCredential;

    public override int GetHashCode() => HashCode.Combine(Url, SiteIds.Length, TimeoutMilliseconds, RequestsPerDay, RequestsPerMinute, CacheSeconds, Candidates, SealedCredential);
}

/// <summary>A service elsewhere ranks what the tenant's sites recommend, or is asked otherwise from now on.</summary>
/// <param name="Settings">How it's asked, whole.</param>
[EventType("personalization.recommendation-service-set")]
public sealed record RecommendationServiceSet(RecommendationServiceSettings Settings);

/// <summary>No service is asked any more: what is recommended is the local model's.</summary>
[EventType("personalization.recommendation-service-removed")]
public sealed record RecommendationServiceRemoved;

/// <summary>The service that a tenant has recommendations ranked by; a stream a tenant.</summary>
[StateType("personalization.recommendation-service", 1)]
public sealed record RecommendationService : IState<RecommendationService>
{
    public static RecommendationService Initial { get; } = new();

    /// <summary>The stream.</summary>
    public static Guid Id { get; } = DerivedId.From("personalization.recommendation-service");

    /// <summary>Null: there is none.</summary>
    public RecommendationServiceSettings? Settings { get; init; }

    public long Version { get; init; }

    public RecommendationService Evolve(object @event, long version) => @event switch
    {
        RecommendationServiceSet set => this with { Settings = set.Settings, Version = version },
        RecommendationServiceRemoved => this with { Settings = null, Version = version },
        _ => this with { Version = version },
    };
}
