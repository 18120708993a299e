using Platform.Domain.Sites;

namespace Platform.Domain.Identity;

/// <summary>What access needs to know of a site; folded from the site's own stream.</summary>
[StateType("identity.scope-site", 1)]
public sealed record ScopeSite : IState<ScopeSite>
{
    public static ScopeSite Initial { get; } = new();

    public bool Exists { get; init; }

    /// <summary>The site above; null: none.</summary>
    public Guid? ParentId { get; init; }

    public long Version { get; init; }

    public ScopeSite Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private ScopeSite Apply(object @event) => @event switch
    {
        SiteCreated e => this with { Exists = true, ParentId = e.ParentId },
        SiteMoved e => this with { ParentId = e.ParentId },
        _ => this,
    };
}
