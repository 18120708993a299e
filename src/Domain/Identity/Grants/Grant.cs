using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>A role that a user or client has on a scope, or is to have.</summary>
[StateType("identity.grant", 1)]
public sealed record Grant : IState<Grant>
{
    public static Grant Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such grant.");

    public bool Exists { get; init; }

    public Guid GrantId { get; init; }

    public Guid GranteeId { get; init; }

    public string Role { get; init; } = "";

    public Guid? SiteId { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Who asked for it or gave it.</summary>
    public string By { get; init; } = "";

    public GrantStatus Status { get; init; }

    /// <summary>Dangerous permissions that somebody else agreed to.</summary>
    public ImmutableSortedSet<string> Approved { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public long Version { get; init; }

    public Grant Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Grant Apply(object @event) => @event switch
    {
        GrantRequested e => this with { Exists = true, GrantId = e.GrantId, GranteeId = e.GranteeId, Role = e.Role, SiteId = e.SiteId, ExpiresAt = e.ExpiresAt, By = e.By, Status = GrantStatus.Requested },
        GrantGiven e => this with { Exists = true, GrantId = e.GrantId, GranteeId = e.GranteeId, Role = e.Role, SiteId = e.SiteId, ExpiresAt = e.ExpiresAt, By = e.By, Status = GrantStatus.Given },
        GrantApproved e => this with { Status = GrantStatus.Given, Approved = Approved.Union(e.Permissions) },
        GrantRefused => this with { Status = GrantStatus.Refused },
        GrantRevoked => this with { Status = GrantStatus.Revoked },
        _ => this,
    };
}
