using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Whom a grant or denial is for, as a request names them: a user or a client.</summary>
public sealed record GranteeNamed(Guid? UserId, Guid? ClientId)
{
    /// <summary>Empty: nobody is named, or two are.</summary>
    public Guid Id => this switch { { UserId: { } user, ClientId: null } => user, { UserId: null, ClientId: { } client } => client, _ => Guid.Empty };

    internal FieldErrors Check(Grantee grantee, FieldErrors errors) => this switch
    {
        { UserId: null, ClientId: null } => errors.Add("userId", "A user or a client is required."),
        { UserId: not null, ClientId: not null } => errors.Add("userId", "A user or a client, not both."),
        { UserId: not null } => errors.Add("userId", grantee.Problem("user")),
        _ => errors.Add("clientId", grantee.Problem("client")),
    };
}

/// <summary>Gives a user or client a role, or asks for it where that takes four eyes.</summary>
/// <param name="GrantId">New.</param>
/// <param name="Grantee">Who gets it.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="SiteId">Null: in the whole tenant.</param>
/// <param name="NotBefore">Null: from now on.</param>
/// <param name="ExpiresAt">Null: it doesn't end by itself.</param>
/// <param name="By">Who gives it, as in the token.</param>
/// <param name="Held">What they have there, and on all sites below.</param>
/// <param name="Others">Grants that whoever gets it has already.</param>
/// <param name="Now">When.</param>
public sealed record GiveGrant(
    Guid GrantId, GranteeNamed Grantee, string? Role, Guid? SiteId, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt, string By, ImmutableSortedSet<string> Held, int Others, DateTimeOffset Now)
{
    private const int MostGrants = 1_000;

    /// <param name="command">The command.</param>
    /// <param name="grant">The grant, which mustn't exist.</param>
    /// <param name="grantee">Who gets it.</param>
    /// <param name="roles">The role, and all that it inherits from.</param>
    /// <param name="hasSite">Whether there is the site.</param>
    public static Decision Decide(GiveGrant command, Grant grant, Grantee grantee, RoleTable roles, bool hasSite)
    {
        var errors = command.Grantee.Check(grantee, new FieldErrors())
            .Add("role", command.Role is null or "" ? "Is required." : roles.Find(command.Role) is not { IsRetired: false } ? "There is no such role." : null)
            .Add("siteId", command.SiteId is null || hasSite ? null : "There is no such site.")
            .Add("expiresAt", command.ExpiresAt <= command.Now ? "Must be to come." : command.ExpiresAt <= command.NotBefore ? "Must be after notBefore." : null);
        if (errors.Rejection is { } invalid) return invalid;
        if (grant.Exists) return Reject.Conflict($"There is a grant {command.GrantId} already.");
        if (grantee.Subject == command.By) return Reject.Forbidden("Nobody gives themselves a role.");
        if (roles.IsCut) return RoleTable.TooMany;
        if (command.Others >= MostGrants) return Reject.Conflict($"A user or client has at most {MostGrants} grants.");
        var permissions = roles.PermissionsOf(command.Role!).ToImmutableSortedSet(StringComparer.Ordinal);
        if (permissions.Except(command.Held) is { IsEmpty: false } lacking) return Access.Escalation(lacking);

        var (id, who, role, by) = (command.GrantId, command.Grantee.Id, command.Role!, command.By);
        return Decision.Of(permissions.Overlaps(Permission.Dangerous)
            ? new GrantRequested(id, who, role, by, command.SiteId, command.NotBefore, command.ExpiresAt)
            : new GrantGiven(id, who, role, by, command.SiteId, command.NotBefore, command.ExpiresAt));
    }
}
