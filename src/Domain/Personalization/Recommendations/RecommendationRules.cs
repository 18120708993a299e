using System.Collections.Immutable;
using Platform.Domain.Sites;

namespace Platform.Domain.Personalization;

/// <summary>What a site's editors say of recommendations, whole.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Pinned">On top, in this order, where they may be shown.</param>
/// <param name="Buried">Below everything else.</param>
/// <param name="Excluded">Never, not even pinned.</param>
[EventType("personalization.recommendation-rules-set")]
public sealed record RecommendationRulesSet(Guid SiteId, ImmutableArray<Guid> Pinned, ImmutableArray<Guid> Buried, ImmutableArray<Guid> Excluded);

/// <summary>What goes before scores on a site; a stream a site.</summary>
[StateType("personalization.recommendation-rules", 1)]
public sealed record RecommendationRules : IState<RecommendationRules>
{
    public static RecommendationRules Initial { get; } = new();

    public ImmutableArray<Guid> Pinned { get; init; } = [];

    /// <summary>In order of ids.</summary>
    public ImmutableArray<Guid> Buried { get; init; } = [];

    /// <summary>In order of ids.</summary>
    public ImmutableArray<Guid> Excluded { get; init; } = [];

    public long Version { get; init; }

    /// <summary>The stream of a site's rules.</summary>
    public static Guid IdOf(Guid siteId) => DerivedId.From("personalization.recommendation-rules", siteId.ToString("D"));

    public RecommendationRules Evolve(object @event, long version) => @event switch
    {
        RecommendationRulesSet set => this with { Pinned = set.Pinned, Buried = set.Buried, Excluded = set.Excluded, Version = version },
        _ => this with { Version = version },
    };

    /// <summary>As recommenders take them.</summary>
    public BusinessRules ToBusinessRules() => new(Pinned, [.. Buried], [.. Excluded]);
}

/// <summary>What rules of recommendations need to know of their site; folded from the site's own stream.</summary>
[StateType("personalization.recommended-site", 1)]
public sealed record RecommendedSite : IState<RecommendedSite>
{
    public static RecommendedSite Initial { get; } = new();

    public bool Exists { get; init; }

    public bool IsArchived { get; init; }

    public long Version { get; init; }

    public RecommendedSite Evolve(object @event, long version) => @event switch
    {
        SiteCreated => this with { Exists = true, Version = version },
        SiteArchived => this with { IsArchived = true, Version = version },
        SiteRestored => this with { IsArchived = false, Version = version },
        _ => this with { Version = version },
    };

    /// <summary>Why nothing of it can be changed; null when it can.</summary>
    internal Rejection? Refuse() =>
        !Exists ? Reject.NotFound("There is no such site.") : IsArchived ? Reject.Conflict("The site is archived.") : null;
}
