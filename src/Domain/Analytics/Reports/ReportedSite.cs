using Platform.Domain.Sites;

namespace Platform.Domain.Analytics;

/// <summary>What reports need to know of the site that they are about; folded from the site's own stream.</summary>
[StateType("analytics.reported-site", 1)]
public sealed record ReportedSite : IState<ReportedSite>
{
    public static ReportedSite Initial { get; } = new();

    public bool Exists { get; init; }

    public bool IsArchived { get; init; }

    public string Name { get; init; } = "";

    public string Domain { get; init; } = "";

    public long Version { get; init; }

    public ReportedSite Evolve(object @event, long version) => Apply(@event) with { Version = version };

    /// <summary>Why no day of it is summed up, as a sentence; null when each is.</summary>
    internal string? Problem => !Exists ? "There is no such site." : IsArchived ? "The site is archived." : null;

    private ReportedSite Apply(object @event) => @event switch
    {
        SiteCreated e => this with { Exists = true, Name = e.Name, Domain = e.Domain },
        SiteRenamed e => this with { Name = e.Name },
        SiteDomainChanged e => this with { Domain = e.To },
        SiteArchived => this with { IsArchived = true },
        SiteRestored => this with { IsArchived = false },
        _ => this,
    };
}
