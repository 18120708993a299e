using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Agrees to a grant that somebody else asked for, or to what the role of one can do since it was given.</summary>
/// <param name="GrantId">The grant.</param>
/// <param name="By">Who agrees, as in the token.</param>
/// <param name="IsClient">A program: four eyes are those of people.</param>
/// <param name="Held">What they have where the grant holds, and on all sites below.</param>
/// <param name="Now">When.</param>
/// <param name="IsMember">Whoever agrees is in the group that it's for.</param>
public sealed record ApproveGrant(Guid GrantId, string By, bool IsClient, ImmutableSortedSet<string> Held, DateTimeOffset Now, bool IsMember = false)
{
    /// <param name="command">The command.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="grantee">Whom it's for.</param>
    /// <param name="roles">Its role, and all that that inherits from.</param>
    public static Decision Decide(ApproveGrant command, Grant grant, Grantee grantee, RoleTable roles)
    {
        if (!grant.Exists) return Grant.Missing;
        if (grant.Status is GrantStatus.Refused or GrantStatus.Revoked) return Reject.Conflict("The grant was refused or revoked.");
        if (grant.ExpiresAt <= command.Now) return Reject.Conflict("The grant has expired.");
        if (roles.IsCut) return RoleTable.TooMany;
        var permissions = roles.PermissionsOf(grant.Role).ToImmutableSortedSet(StringComparer.Ordinal);
        var dangerous = permissions.Intersect(Permission.Dangerous);
        if (grant.Status == GrantStatus.Given && dangerous.IsSubsetOf(grant.Approved)) return Decision.Nothing;
        if (command.IsClient) return Reject.Forbidden("It takes a person to approve a grant.");
        if (command.By == grant.By || command.By == grantee.Subject || command.IsMember) return Reject.Forbidden("Somebody else must approve the grant: neither who asked for it nor whom it's for.");
        if (permissions.Except(command.Held) is { IsEmpty: false } lacking) return Access.Escalation(lacking);

        return Decision.Of(new GrantApproved(command.GrantId, command.By, dangerous));
    }
}

/// <summary>Doesn't agree to a grant that was asked for.</summary>
public sealed record RefuseGrant(Guid GrantId, string By) : ICommand<RefuseGrant, Grant>
{
    public static Decision Decide(RefuseGrant command, Grant state) => state switch
    {
        { Exists: false } => Grant.Missing,
        { Status: GrantStatus.Refused } => Decision.Nothing,
        { Status: not GrantStatus.Requested } => Reject.Conflict("The grant doesn't await approval; revoke it."),
        _ => Decision.Of(new GrantRefused(command.GrantId, command.By)),
    };
}

/// <summary>Ends a grant, or takes back that it was asked for.</summary>
public sealed record RevokeGrant(Guid GrantId, string By) : ICommand<RevokeGrant, Grant>
{
    public static Decision Decide(RevokeGrant command, Grant state) => state switch
    {
        { Exists: false } => Grant.Missing,
        { Status: GrantStatus.Refused or GrantStatus.Revoked } => Decision.Nothing,
        _ => Decision.Of(new GrantRevoked(command.GrantId, command.By)),
    };
}
