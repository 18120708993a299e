using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>A site of a tenant, as decisions need it.</summary>
[StateType("sites.site", 2)]
public sealed record Site : IState<Site>
{
    public static Site Initial { get; } = new();

    public bool Exists { get; init; }

    public Guid SiteId { get; init; }

    public string Name { get; init; } = "";

    public string Domain { get; init; } = "";

    /// <summary>Further domains, in order.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>Those of its domains that it was proven to have, in order.</summary>
    public ImmutableArray<string> Verified { get; init; } = [];

    public SiteStatus Status { get; init; }

    /// <summary>Null for a site at the top.</summary>
    public Guid? ParentId { get; init; }

    public Fields Settings { get; init; } = Fields.Empty;

    public long Version { get; init; }

    public Site Evolve(object @event, long version) => Apply(@event) with { Version = version };

    /// <summary>All its domains: the main one first.</summary>
    public IEnumerable<string> Domains => [Domain, .. Aliases];

    /// <summary>Why the site can't be changed; null when it can.</summary>
    internal Rejection? Refuse() =>
        !Exists ? Reject.NotFound("There is no such site.")
        : Status == SiteStatus.Archived ? Reject.Conflict("The site is archived; restore it first.")
        : null;

    private static ImmutableArray<string> Sorted(IEnumerable<string> domains) => [.. domains.Order(StringComparer.Ordinal)];

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
        SiteDomainChanged changed => this with { Domain = changed.To, Aliases = Aliases.Remove(changed.To), Verified = Verified.Remove(changed.From) },
        SiteDomainAdded added => this with { Aliases = Sorted([.. Aliases, added.Domain]) },
        SiteDomainRemoved removed => this with { Aliases = Aliases.Remove(removed.Domain), Verified = Verified.Remove(removed.Domain) },
        SiteDomainVerified verified => this with { Verified = Sorted([.. Verified, verified.Domain]) },
        SiteDomainVerificationLost lost => this with { Verified = Verified.Remove(lost.Domain) },
        SiteLaunched or SiteResumed => this with { Status = SiteStatus.Live },
        SitePaused => this with { Status = SiteStatus.Paused },
        SiteArchived => this with { Status = SiteStatus.Archived, Verified = [] },
        SiteRestored => this with { Status = SiteStatus.Draft },
        SiteMoved moved => this with { ParentId = moved.ParentId },
        SiteSettingsChanged changed => this with { Settings = changed.Settings },
        _ => this,
    };
}
