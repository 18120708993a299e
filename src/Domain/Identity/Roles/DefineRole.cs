using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>What a role of a tenant is to grant.</summary>
/// <param name="Permissions">As the client wrote them, in order.</param>
/// <param name="Inherits">Names of roles, as the client wrote them.</param>
/// <param name="Held">Permissions that whoever asks has in the whole tenant: nobody grants what they don't have.</param>
/// <param name="IsPlatform">In the platform's own tenant.</param>
public sealed record RoleGrants(ImmutableArray<string> Permissions, ImmutableArray<string> Inherits, ImmutableSortedSet<string> Held, bool IsPlatform)
{
    private const int MostPermissions = 200, MostInherited = 16, MostRoles = 64;

    /// <summary>Why it can't be; null: it can.</summary>
    /// <param name="name">Of the role.</param>
    /// <param name="errors">What is wrong besides.</param>
    /// <param name="roles">Every role that it would inherit from, directly or not.</param>
    internal Rejection? Refuse(string name, FieldErrors errors, RoleTable roles)
    {
        if (Permissions.Length > MostPermissions) return Reject.Invalid("permissions", $"At most {MostPermissions}.");
        if (Inherits.Length > MostInherited) return Reject.Invalid("inherits", $"At most {MostInherited}.");
        if (Permissions.IsEmpty && Inherits.IsEmpty) errors.Add("permissions", "At least one permission, or a role to inherit from, is required.");
        foreach (var (n, permission) in Permissions.Index())
            errors.Add($"permissions[{n}]",
                permission is null || !Permission.All.Contains(permission) ? "There is no such permission."
                : !IsPlatform && BuiltInRoles.PlatformWide.Contains(permission) ? "Belongs to the platform: no role of a tenant grants it."
                : null);
        foreach (var (n, inherited) in Inherits.Index())
            errors.Add($"inherits[{n}]",
                inherited is null || roles.Find(inherited) is not { IsRetired: false } ? "There is no such role."
                : inherited == name || roles.Reaches(inherited, name) ? "The role would inherit from itself."
                : null);
        if (roles.Count > MostRoles) errors.Add("inherits", $"A role inherits from at most {MostRoles} others, directly or not.");
        if (errors.Rejection is { } invalid) return invalid;

        var lacking = Permissions.Concat(Inherits.SelectMany(roles.PermissionsOf)).Where(permission => !Held.Contains(permission)).ToImmutableSortedSet(StringComparer.Ordinal);
        return lacking.IsEmpty ? null : Access.Escalation(lacking);
    }

    internal ImmutableSortedSet<string> PermissionSet => Permissions.ToImmutableSortedSet(StringComparer.Ordinal);

    internal ImmutableSortedSet<string> InheritSet => Inherits.ToImmutableSortedSet(StringComparer.Ordinal);
}

/// <summary>Starts a role of the tenant's own; one that was retired begins anew.</summary>
/// <param name="Name">See <see cref="RoleName"/>.</param>
/// <param name="Grants">What it grants.</param>
public sealed record DefineRole(string Name, RoleGrants Grants)
{
    /// <param name="command">The command.</param>
    /// <param name="role">The role of that name.</param>
    /// <param name="roles">Every role that it would inherit from, directly or not.</param>
    public static Decision Decide(DefineRole command, Role role, RoleTable roles)
    {
        if (command.Grants.Refuse(command.Name, new FieldErrors().Add("name", RoleName.Problem(command.Name)), roles) is { } refused) return refused;
        if (role is { Exists: true, IsRetired: false }) return Reject.Conflict("name", $"There is a role '{command.Name}' already.");

        return Decision.Of(new RoleDefined(command.Name, command.Grants.PermissionSet, BuiltIn: false, command.Grants.Inherits.IsEmpty ? null : command.Grants.InheritSet));
    }
}
