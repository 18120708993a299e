using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>One thing that access is decided on, for the nodes' memory.</summary>
/// <param name="Fact">As it is now.</param>
/// <param name="Changed">Log index of the event that made it so: what is later than a node has seen is what it lacks.</param>
public sealed record AccessEntry(AccessFact Fact, long Changed)
{
    public const string ReadModel = "access_entries";

    /// <summary>What changed after a place in the log, of one tenant.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="after">-1: all that there is.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<AccessFact>> SinceAsync(IQuerySession session, long after, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select data from read.access_entries where tenant_id = $1 and changed > $2",
        [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = after }],
        row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), IdentityReadJson.Default.AccessEntry)!.Fact, cancel);
}

/// <summary>Sites, roles, users, groups, grants, denials and clients, each as a decision about access needs it.</summary>
public sealed class AccessEntries : SingleStreamProjection<AccessEntry>
{
    public override string Name => AccessEntry.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(SiteCreated), typeof(SiteMoved), typeof(RoleDefined), typeof(RolePermissionsChanged), typeof(RoleInheritanceChanged), typeof(RoleRetired),
        typeof(UserRegistered), typeof(UserLinked), typeof(UserSuspended), typeof(UserResumed), typeof(UserRemoved), typeof(UserJoinedGroup), typeof(UserLeftGroup),
        typeof(GroupDefined), typeof(GroupRenamed), typeof(GroupRemoved),
        typeof(GrantRequested), typeof(GrantGiven), typeof(GrantApproved), typeof(GrantRefused), typeof(GrantRevoked), typeof(DenialSet), typeof(DenialLifted),
        typeof(ClientRegistered), typeof(ClientKeyRotated), typeof(ClientRevoked));

    protected override JsonTypeInfo<AccessEntry> Json => IdentityReadJson.Default.AccessEntry;

    protected override IReadOnlyList<(ReadColumn Column, Func<AccessEntry, object?> Value)> Columns { get; } = [(new("changed", "bigint not null", NpgsqlDbType.Bigint), d => d.Changed)];

    protected override IReadOnlyList<string> Indexes => ["changed"];

    public override string NotForAnalysts => "It repeats what analytics.sites, roles, users, groups, group_members, grants, denials and clients have, for the nodes' memory.";

    public override AccessEntry? Evolve(AccessEntry? document, Event e) =>
        Next(document?.Fact, e.Data) is { } fact ? new AccessEntry(fact, e.Index ?? 0) : document;

    private static AccessFact? Next(AccessFact? before, object @event) => (@event, before) switch
    {
        (SiteCreated s, _) => new(Site: new(s.SiteId, s.ParentId)),
        (SiteMoved s, _) => new(Site: new(s.SiteId, s.ParentId)),
        (RoleDefined r, _) => new(Role: new(r.Name, r.Permissions, r.Inherits ?? [])),
        (RolePermissionsChanged r, { Role: { } role }) => new(Role: role with { Permissions = r.Permissions }),
        (RoleInheritanceChanged r, { Role: { } role }) => new(Role: role with { Inherits = r.Inherits }),
        (RoleRetired, { Role: { } role }) => new(Role: role with { IsRetired = true }),
        (UserRegistered u, _) => new(User: new(u.UserId, u.Subject)),
        (UserLinked u, { User: { } user }) => new(User: user with { Subject = u.Subject }),
        (UserSuspended, { User: { } user }) => new(User: user with { IsSuspended = true }),
        (UserResumed, { User: { } user }) => new(User: user with { IsSuspended = false }),
        (UserRemoved, { User: { } user }) => new(User: user with { IsRemoved = true, Groups = null }),
        (UserJoinedGroup u, { User: { } user }) => new(User: user with { Groups = (user.Groups ?? []).Add(u.GroupId) }),
        (UserLeftGroup u, { User: { } user }) => new(User: user with { Groups = user.Groups?.Remove(u.GroupId) }),
        (GroupDefined g, _) => new(Group: new(g.GroupId, g.Name)),
        (GroupRenamed g, { Group: { } group }) => new(Group: group with { Name = g.Name }),
        (GroupRemoved, { Group: { } group }) => new(Group: group with { IsRemoved = true }),
        (GrantRequested g, _) => new(Grant: new(g.GrantId, g.GranteeId, g.Role, g.SiteId, g.NotBefore, g.ExpiresAt, GrantStatus.Requested, [])),
        (GrantGiven g, _) => new(Grant: new(g.GrantId, g.GranteeId, g.Role, g.SiteId, g.NotBefore, g.ExpiresAt, GrantStatus.Given, [])),
        (GrantApproved g, { Grant: { } grant }) => new(Grant: grant with { Status = GrantStatus.Given, Approved = grant.Approved.Union(g.Permissions) }),
        (GrantRefused, { Grant: { } grant }) => new(Grant: grant with { Status = GrantStatus.Refused }),
        (GrantRevoked, { Grant: { } grant }) => new(Grant: grant with { Status = GrantStatus.Revoked }),
        (DenialSet d, _) => new(Denial: new(d.DenialId, d.GranteeId, d.Permission, d.SiteId)),
        (DenialLifted, { Denial: { } denial }) => new(Denial: denial with { IsLifted = true }),
        (ClientRegistered c, _) => new(Client: new(c.ClientId, c.Scopes, c.ExpiresAt, IsRevoked: false, [c.Key])),
        (ClientKeyRotated c, { Client: { } client }) => new(Client: client with { Keys = ClientKey.Rotated(client.Keys, c) }),
        (ClientRevoked, { Client: { } client }) => new(Client: client with { IsRevoked = true, Keys = [] }),
        _ => null,
    };
}
