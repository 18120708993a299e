namespace Platform.Domain.Identity;

/// <summary>
/// Writes a built-in role down as this release has it. Run for each role at each start: it records only differences, so a new
/// release brings its permissions to tenants that are already there.
/// </summary>
/// <param name="Name">One of <see cref="BuiltInRoles.All"/>.</param>
public sealed record DefineBuiltInRole(string Name) : ICommand<DefineBuiltInRole, Role>
{
    public static Decision Decide(DefineBuiltInRole command, Role state)
    {
        if (!BuiltInRoles.All.TryGetValue(command.Name, out var role)) return Reject.Invalid("name", "There is no such built-in role.");

        return state switch
        {
            { Exists: false } => Decision.Of(new RoleDefined(role.Name, role.Permissions, BuiltIn: true)),
            { BuiltIn: false } => Reject.Conflict($"The tenant has a role of its own named '{role.Name}'."),
            { Permissions: var granted } when role.Permissions.SetEquals(granted) => Decision.Nothing,
            _ => Decision.Of(new RolePermissionsChanged(role.Name, role.Permissions)),
        };
    }
}
