using Platform.Domain.Sites;

namespace Platform.Domain.Content;

/// <summary>What content needs to know of the site that it belongs to; folded from the site's own stream.</summary>
[StateType("content.home-site", 1)]
public sealed record HomeSite : IState<HomeSite>
{
    public static HomeSite Initial { get; } = new();

    public bool Exists { get; init; }

    public long Version { get; init; }

    public HomeSite Evolve(object @event, long version) =>
        this with { Exists = Exists || @event is SiteCreated, Version = version };
}
