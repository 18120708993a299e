using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>What a role may do.</summary>
/// <param name="Name">As in the token's claim <c>roles</c>.</param>
/// <param name="Permissions">Sorted.</param>
/// <param name="BuiltIn">Made by the platform, in its own tenant, for all tenants.</param>
/// <param name="Version">Stream version.</param>
public sealed record RoleEntry(string Name, ImmutableSortedSet<string> Permissions, bool BuiltIn, long Version)
{
    public const string ReadModel = "role_directory";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RoleEntry))]
public sealed partial class IdentityReadJson : JsonSerializerContext;

public sealed class RoleDirectory : MultiStreamProjection<RoleEntry, string>
{
    public override string Name => RoleEntry.ReadModel;
    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(RoleDefined), typeof(RolePermissionsChanged));
    protected override JsonTypeInfo<RoleEntry> Json => IdentityReadJson.Default.RoleEntry;
    protected override bool PlatformRowsForAll => true;

    public override AnalystView Analysts { get; } = new(
        "roles", "Who may do what?", "a role that the tenant can use, the platform's built-in ones among them", ["name"],
        [
            new("name", "As in the claim roles of a token.", "id", "text"),
            new("permissions", "What it allows, in order.", "array(select jsonb_array_elements_text(data->'permissions'))", "text[]"),
            new("built_in", "Whether it came with the platform; it belongs to the platform's own tenant then.", "data->>'builtIn'", "boolean"),
            new("version", "Events of the role so far.", "data->>'version'", "bigint"),
        ],
        "select name, permissions from analytics.roles where 'content.publish' = any (permissions) order by name",
        Permission.RolesRead);

    /// <summary>Roles that the tenant can use, in name order.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string after, int limit, CancellationToken cancel) =>
        session.QueryAsync(RoleEntry.ReadModel, "select id, data from read.role_directory where id > $1 order by id limit $2",
            [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);

    /// <summary>What the roles together allow. A tenant's role can't take the name of a built-in one.</summary>
    public static async Task<IReadOnlyList<string>> PermissionsAsync(IQuerySession session, IReadOnlyList<string> roles, CancellationToken cancel)
    {
        var answer = await session.QueryAsync(RoleEntry.ReadModel,
            "select distinct p from read.role_directory r cross join lateral jsonb_array_elements_text(r.data->'permissions') p where r.id = any ($1)",
            [new() { Value = roles.ToArray() }], row => row.GetString(0), cancel);
        return answer.Items;
    }

    protected override IEnumerable<string> Identities(Event e) => e.Data switch
    {
        RoleDefined defined => [defined.Name],
        RolePermissionsChanged changed => [changed.Name],
        _ => [],
    };

    public override RoleEntry? Evolve(RoleEntry? document, Event e) => e.Data switch
    {
        RoleDefined defined => new RoleEntry(defined.Name, defined.Permissions, defined.BuiltIn, e.Version),
        RolePermissionsChanged changed when document is not null => document with { Permissions = changed.Permissions, Version = e.Version },
        _ => document,
    };
}
