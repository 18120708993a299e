using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>A role begins to exist, or does so again after it was retired.</summary>
/// <param name="Name">The role's name; its stream derives from it.</param>
/// <param name="Permissions">What it grants.</param>
/// <param name="BuiltIn">It came with the platform, and each release may change it.</param>
/// <param name="Inherits">Roles whose permissions it has as well; null: none.</param>
[EventType("identity.role-defined")]
public sealed record RoleDefined(string Name, ImmutableSortedSet<string> Permissions, bool BuiltIn, ImmutableSortedSet<string>? Inherits = null);

/// <summary>What the role grants from now on, whole.</summary>
[EventType("identity.role-permissions-changed")]
public sealed record RolePermissionsChanged(string Name, ImmutableSortedSet<string> Permissions);

/// <summary>Whose permissions the role has as well from now on, whole.</summary>
[EventType("identity.role-inheritance-changed")]
public sealed record RoleInheritanceChanged(string Name, ImmutableSortedSet<string> Inherits);

/// <summary>The role grants nothing any more, wherever it's named.</summary>
[EventType("identity.role-retired")]
public sealed record RoleRetired(string Name);

/// <summary>A named set of permissions of a tenant.</summary>
[StateType("identity.role", 2)]
public sealed record Role : IState<Role>
{
    public static Role Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such role.");

    public bool Exists { get; init; }

    public string Name { get; init; } = "";

    public ImmutableSortedSet<string> Permissions { get; init; } = [];

    public ImmutableSortedSet<string> Inherits { get; init; } = [];

    public bool BuiltIn { get; init; }

    public bool IsRetired { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of the role with this name.</summary>
    public static Guid IdOf(string name) => DerivedId.From("identity.role", name);

    /// <summary>What decisions about access know of it.</summary>
    public RoleNode Node => new(Name, Permissions, Inherits, IsRetired);

    public Role Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Role Apply(object @event) => @event switch
    {
        RoleDefined defined => this with
        {
            Exists = true,
            Name = defined.Name,
            Permissions = defined.Permissions,
            Inherits = defined.Inherits ?? [],
            BuiltIn = defined.BuiltIn,
            IsRetired = false,
        },
        RolePermissionsChanged changed => this with { Permissions = changed.Permissions },
        RoleInheritanceChanged changed => this with { Inherits = changed.Inherits },
        RoleRetired => this with { IsRetired = true },
        _ => this,
    };
}
