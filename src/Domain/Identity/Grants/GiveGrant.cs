using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Whom a grant or denial is for, as a request names them: a user or a client, or, of a grant, a group.</summary>
public sealed record GranteeNamed(Guid? UserId, Guid? ClientId, Guid? GroupId = null)
{
    /// <summary>Empty: nobody is named, or several are.</summary>
    public Guid Id => Named is [var (_, _, id)] ? id : Guid.Empty;

    private ImmutableArray<(string Field, string Kind, Guid Id)> Named => [.. new (string Field, string Kind, Guid? Id)[] { ("userId", "user", UserId), ("clientId", "client", ClientId), ("groupId", "group", GroupId) }
        .Where(named => named.Id is not null).Select(named => (named.Field, named.Kind, named.Id!.Value))];

    internal FieldErrors Check(Grantee grantee, FieldErrors errors) => Named switch
    {
        [] => errors.Add("userId", "A user or a client is required."),
        [var (field, kind, _)] => errors.Add(field, grantee.Problem(kind)),
        _ => errors.Add("userId", "One of them, and no more."),
    };
}

/// <summary>Gives a user, client or group a role, or asks for it where that takes four eyes.</summary>
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
/// <param name="IsMember">Whoever gives it is in the group that gets it.</param>
public sealed record GiveGrant(
    Guid GrantId, GranteeNamed Grantee, string? Role, Guid? SiteId, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt, string By, ImmutableSortedSet<string> Held, int Others, DateTimeOffset Now, bool IsMember = false)
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
        if (grantee.Subject == command.By || command.IsMember) return Reject.Forbidden("Nobody gives themselves a role, nor a group that they are in.");
        if (roles.IsCut) return RoleTable.TooMany;
        if (command.Others >= MostGrants) return Reject.Conflict($"A user, client or group has at most {MostGrants} grants.");
        var permissions = roles.PermissionsOf(command.Role!).ToImmutableSortedSet(StringComparer.Ordinal);
        if (permissions.Except(command.Held) is { IsEmpty: false } lacking) return Access.Escalation(lacking);

        var (id, who, role, by) = (command.GrantId, command.Grantee.Id, command.Role!, command.By);
        return Decision.Of(permissions.Overlaps(Permission.Dangerous)
            ? new GrantRequested(id, who, role, by, command.SiteId, command.NotBefore, command.ExpiresAt)
            : new GrantGiven(id, who, role, by, command.SiteId, command.NotBefore, command.ExpiresAt));
    }
}
