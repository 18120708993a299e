using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>Part of a tenant's configuration: a site with its own level, the level above all sites, or a key that the tenant declared.</summary>
/// <param name="Id">The site; of the level above all sites and of a key: its stream.</param>
/// <param name="Kind">site, level or key.</param>
/// <param name="ParentId">Of a site: the one above.</param>
/// <param name="Own">What the level says itself.</param>
/// <param name="Key">What can be configured.</param>
/// <param name="Since">First event.</param>
/// <param name="Changed">Place in the log of the last event.</param>
public sealed record ConfigurationPart(Guid Id, string Kind, Guid? ParentId, ConfigurationEntries Own, ConfigurationKey? Key, DateTimeOffset Since, long Changed)
{
    public const string ReadModel = "site_configuration";
    public const string Site = "site";
    public const string Level = "level";
    public const string OfKey = "key";

    private const string Visible = "(tenant_id = $1 or id = $2)";

    /// <summary>The parts that changed after a place in the log, the platform's own level among them, each with its tenant; in the order of the log.</summary>
    public static Task<Answer<(string Tenant, ConfigurationPart Part)>> ChangedAsync(IQuerySession session, long after, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, $"select tenant_id, data from read.site_configuration where {Visible} and changed > $3 order by changed",
            [new() { Value = session.TenantId }, new() { Value = ConfigurationScope.IdOf(null) }, new() { Value = after }],
            row => (row.GetString(0), JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(1), SitesReadJson.Default.ConfigurationPart)!), cancel);

    /// <summary>Place in the log of the last change that may make a difference to the tenant; -1: there was none.</summary>
    public static async Task<long> LastChangeAsync(IQuerySession session, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, $"select coalesce(max(changed), -1) from read.site_configuration where {Visible}",
            [new() { Value = session.TenantId }, new() { Value = ConfigurationScope.IdOf(null) }], row => row.GetInt64(0), cancel)).Items[0];

    /// <summary>What the platform's own level says.</summary>
    public static async Task<ConfigurationEntries> OfPlatformAsync(IQuerySession session, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select data from read.site_configuration where tenant_id = $1 and id = $2",
            [new() { Value = DocumentStore.PlatformTenant }, new() { Value = ConfigurationScope.IdOf(null) }],
            row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), SitesReadJson.Default.ConfigurationPart)!.Own, cancel)).Items is [var own] ? own : ConfigurationEntries.None;

    /// <summary>Keys that the tenant declared, in name order.</summary>
    public static Task<Answer<ConfigurationPart>> KeysAsync(IQuerySession session, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select data from read.site_configuration where tenant_id = $1 and kind = 'key' order by data->'key'->>'name' collate \"C\"",
            [new() { Value = session.TenantId }], row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), SitesReadJson.Default.ConfigurationPart)!, cancel);

    public static async Task<long> CountKeysAsync(IQuerySession session, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select count(*) from read.site_configuration where tenant_id = $1 and kind = 'key'", [new() { Value = session.TenantId }], row => row.GetInt64(0), cancel)).Items[0];
}

public sealed class SiteConfiguration : MultiStreamProjection<ConfigurationPart, Guid>
{
    public override string Name => ConfigurationPart.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } =
        [.. Aliases.Of(typeof(SiteCreated), typeof(SiteMoved), typeof(ConfigurationKeyDeclared)).Concat(ConfigurationEntries.EventTypes).Order(StringComparer.Ordinal)];

    protected override JsonTypeInfo<ConfigurationPart> Json => SitesReadJson.Default.ConfigurationPart;

    protected override bool PlatformRowsForAll => true;

    protected override IReadOnlyList<(ReadColumn Column, Func<ConfigurationPart, object?> Value)> Columns { get; } =
    [
        (new("kind", "varchar not null", NpgsqlDbType.Varchar), d => d.Kind),
        (new("changed", "bigint not null", NpgsqlDbType.Bigint), d => d.Changed),
    ];

    protected override IReadOnlyList<string> Indexes => ["changed"];

    public override AnalystView Analysts { get; } = new(
        "site_configuration", "What is configured where?", "a site with what its own level says, the level above all sites, or a key of the tenant's own; of the platform too what it says itself", ["id"],
        [
            new("id", "The site: sites.id; of the level above all sites and of a key: its stream."),
            new("kind", "site, level or key."),
            new("parent_id", "Of a site: the one above.", "data->>'parentId'", "uuid"),
            new("own_values", "What the level says itself, by key: value, version, at, by.", "data->'own'->'values'", "jsonb"),
            new("own_locks", "What the level locks, by key: version, at, by.", "data->'own'->'locks'", "jsonb"),
            new("key", "What can be configured: name, type, rules, default, description.", "data->'key'", "jsonb"),
            new("version", "Events of the level so far.", "data->'own'->>'version'", "bigint"),
        ],
        "select s.domain, k.key, k.value->'value' as value from analytics.site_configuration c join analytics.sites s on s.id = c.id cross join lateral jsonb_each(c.own_values) k order by s.domain, k.key",
        Permission.SitesRead);

    protected override IEnumerable<Guid> Identities(Event e) => e.Data switch
    {
        SiteCreated created => [created.SiteId],
        SiteMoved moved => [moved.SiteId],
        ConfigurationKeyDeclared => [e.StreamId],
        ConfigurationValuesSet set => [set.SiteId ?? e.StreamId],
        ConfigurationValuesReset reset => [reset.SiteId ?? e.StreamId],
        ConfigurationKeysLocked locked => [locked.SiteId ?? e.StreamId],
        ConfigurationKeysUnlocked unlocked => [unlocked.SiteId ?? e.StreamId],
        ConfigurationRolledBack back => [back.SiteId ?? e.StreamId],
        _ => [],
    };

    public override ConfigurationPart? Evolve(ConfigurationPart? document, Event e)
    {
        var part = document ?? new ConfigurationPart(Identities(e).First(), KindOf(e), null, ConfigurationEntries.None, null, e.Timestamp, 0);
        return (e.Data switch
        {
            SiteCreated created => part with { ParentId = created.ParentId },
            SiteMoved moved => part with { ParentId = moved.ParentId },
            ConfigurationKeyDeclared key => part with { Key = new ConfigurationKey(key.Name, key.Type, key.Rules, key.Default, key.Description) },
            _ => part with { Own = part.Own.After(e) },
        }) with
        { Changed = e.Index ?? 0 };
    }

    private string KindOf(Event e) => e.Data is ConfigurationKeyDeclared ? ConfigurationPart.OfKey : Identities(e).First() == ConfigurationScope.IdOf(null) ? ConfigurationPart.Level : ConfigurationPart.Site;
}
