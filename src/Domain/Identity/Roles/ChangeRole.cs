namespace Platform.Domain.Identity;

/// <summary>Replaces what a role of the tenant's own grants; records only what changed.</summary>
/// <param name="Name">Of the role.</param>
/// <param name="Grants">All of it: whoever changes a role has whatever it grants then.</param>
public sealed record ChangeRole(string Name, RoleGrants Grants)
{
    /// <param name="command">The command.</param>
    /// <param name="role">The role.</param>
    /// <param name="roles">Every role that it would inherit from, directly or not.</param>
    public static Decision Decide(ChangeRole command, Role role, RoleTable roles)
    {
        if (BuiltInRoles.All.ContainsKey(command.Name)) return Reject.Conflict("A built-in role is changed by releases of the platform alone.");
        if (role is { Exists: false } or { IsRetired: true }) return Role.Missing;
        if (command.Grants.Refuse(command.Name, new FieldErrors(), roles) is { } refused) return refused;

        return Decision.Of([.. Changes(command.Grants, role)]);
    }

    private static IEnumerable<object> Changes(RoleGrants wanted, Role role)
    {
        if (!wanted.PermissionSet.SetEquals(role.Permissions)) yield return new RolePermissionsChanged(role.Name, wanted.PermissionSet);
        if (!wanted.InheritSet.SetEquals(role.Inherits)) yield return new RoleInheritanceChanged(role.Name, wanted.InheritSet);
    }
}

/// <summary>Ends a role of the tenant's own: grants and tokens that name it, and roles that inherit from it, get nothing from it any more.</summary>
public sealed record RetireRole(string Name) : ICommand<RetireRole, Role>
{
    public static Decision Decide(RetireRole command, Role state) => state switch
    {
        _ when BuiltInRoles.All.ContainsKey(command.Name) => Reject.Conflict("A built-in role can't be retired."),
        { Exists: false } => Role.Missing,
        { IsRetired: true } => Decision.Nothing,
        _ => Decision.Of(new RoleRetired(command.Name)),
    };
}
