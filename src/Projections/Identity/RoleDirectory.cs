using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>What a role may do.</summary>
/// <param name="Name">As in grants, and in the token's claim <c>roles</c>.</param>
/// <param name="Permissions">Its own, sorted.</param>
/// <param name="BuiltIn">Made by the platform, in its own tenant, for all tenants.</param>
/// <param name="Version">Stream version.</param>
/// <param name="Inherits">Roles whose permissions it has as well, sorted.</param>
/// <param name="IsRetired">It grants nothing any more.</param>
public sealed record RoleEntry(string Name, ImmutableSortedSet<string> Permissions, bool BuiltIn, long Version, ImmutableSortedSet<string> Inherits, bool IsRetired = false)
{
    public const string ReadModel = "role_directory";
}

public sealed class RoleDirectory : MultiStreamProjection<RoleEntry, string>
{
    public override string Name => RoleEntry.ReadModel;
    public override int Version => 2;
    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(RoleDefined), typeof(RolePermissionsChanged), typeof(RoleInheritanceChanged), typeof(RoleRetired));
    protected override JsonTypeInfo<RoleEntry> Json => IdentityReadJson.Default.RoleEntry;
    protected override bool PlatformRowsForAll => true;

    public override AnalystView Analysts { get; } = new(
        "roles", "Who may do what?", "a role that the tenant can use, the platform's built-in ones among them", ["name"],
        [
            new("name", "As in grants.role, and in the claim roles of a token.", "id", "text"),
            new("permissions", "What it allows by itself, in order.", "array(select jsonb_array_elements_text(data->'permissions'))", "text[]"),
            new("inherits", "Roles whose permissions it has as well, in order: roles.name.", "array(select jsonb_array_elements_text(data->'inherits'))", "text[]"),
            new("built_in", "Whether it came with the platform; it belongs to the platform's own tenant then.", "data->>'builtIn'", "boolean"),
            new("is_retired", "Whether it grants nothing any more.", "data->>'isRetired'", "boolean"),
            new("version", "Events of the role so far.", "data->>'version'", "bigint"),
        ],
        "select name, permissions from analytics.roles where 'content.publish' = any (permissions) order by name",
        Permission.RolesRead);

    /// <summary>Roles that the tenant can use, in name order.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string after, int limit, CancellationToken cancel) =>
        session.QueryAsync(RoleEntry.ReadModel, "select id, data from read.role_directory where id > $1 and data->>'isRetired' is distinct from 'true' order by id limit $2",
            [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);

    protected override IEnumerable<string> Identities(Event e) => e.Data switch
    {
        RoleDefined defined => [defined.Name],
        RolePermissionsChanged changed => [changed.Name],
        RoleInheritanceChanged changed => [changed.Name],
        RoleRetired retired => [retired.Name],
        _ => [],
    };

    public override RoleEntry? Evolve(RoleEntry? document, Event e) => e.Data switch
    {
        RoleDefined defined => new RoleEntry(defined.Name, defined.Permissions, defined.BuiltIn, e.Version, defined.Inherits ?? []),
        RolePermissionsChanged changed when document is not null => document with { Permissions = changed.Permissions, Version = e.Version },
        RoleInheritanceChanged changed when document is not null => document with { Inherits = changed.Inherits, Version = e.Version },
        RoleRetired when document is not null => document with { IsRetired = true, Version = e.Version },
        _ => document,
    };
}
