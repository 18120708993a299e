using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>A role begins to exist.</summary>
/// <param name="Name">The role's name; its stream derives from it.</param>
/// <param name="Permissions">What it grants.</param>
/// <param name="BuiltIn">It came with the platform, and each release may change it.</param>
[EventType("identity.role-defined")]
public sealed record RoleDefined(string Name, ImmutableSortedSet<string> Permissions, bool BuiltIn);

/// <summary>What the role grants from now on, whole.</summary>
[EventType("identity.role-permissions-changed")]
public sealed record RolePermissionsChanged(string Name, ImmutableSortedSet<string> Permissions);

/// <summary>A named set of permissions of a tenant.</summary>
[StateType("identity.role", 1)]
public sealed record Role : IState<Role>
{
    public static Role Initial { get; } = new();

    public bool Exists { get; init; }

    public string Name { get; init; } = "";

    public ImmutableSortedSet<string> Permissions { get; init; } = [];

    public bool BuiltIn { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of the role with this name.</summary>
    public static Guid IdOf(string name) => DerivedId.From("identity.role", name);

    public Role Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Role Apply(object @event) => @event switch
    {
        RoleDefined defined => this with
        {
            Exists = true,
            Name = defined.Name,
            Permissions = defined.Permissions,
            BuiltIn = defined.BuiltIn,
        },
        RolePermissionsChanged changed => this with { Permissions = changed.Permissions },
        _ => this,
    };
}
