namespace Platform.Domain.Sites;

/// <summary>A site of a tenant, as decisions need it.</summary>
[StateType("sites.site", 1)]
public sealed record Site : IState<Site>
{
    public static Site Initial { get; } = new();

    public bool Exists { get; init; }

    public Guid SiteId { get; init; }

    public string Name { get; init; } = "";

    public string Domain { get; init; } = "";

    /// <summary>Null for a site at the top.</summary>
    public Guid? ParentId { get; init; }

    public Fields Settings { get; init; } = Fields.Empty;

    public long Version { get; init; }

    public Site Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Site Apply(object @event) => @event switch
    {
        SiteCreated created => this with
        {
            Exists = true,
            SiteId = created.SiteId,
            Name = created.Name,
            Domain = created.Domain,
            ParentId = created.ParentId,
            Settings = created.Settings,
        },
        SiteRenamed renamed => this with { Name = renamed.Name },
        SiteDomainChanged changed => this with { Domain = changed.To },
        SiteMoved moved => this with { ParentId = moved.ParentId },
        SiteSettingsChanged changed => this with { Settings = changed.Settings },
        _ => this,
    };
}
