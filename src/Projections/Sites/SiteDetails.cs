using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>What a site is now.</summary>
/// <param name="Id">The site's stream.</param>
/// <param name="Name">For people.</param>
/// <param name="Domain">Lower case, unique in the tenant.</param>
/// <param name="ParentId">Null: at the top.</param>
/// <param name="Settings">As set on this site.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
/// <param name="CreatedAt">First event.</param>
/// <param name="UpdatedAt">Last event.</param>
public sealed record SiteDetails(Guid Id, string Name, string Domain, Guid? ParentId, Fields Settings, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public const string ReadModel = "site_details";

    /// <summary>Sites in id order, of one parent or all; only some, where such are named.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid? parentId, IReadOnlyCollection<Guid>? among, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select id::text, data from read.site_details where ($1::uuid is null or parent_id = $1) and id > $2 and ($4::uuid[] is null or id = any ($4)) order by id limit $3",
            [
                new() { Value = (object?)parentId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = after },
                new() { Value = limit },
                new() { Value = (object?)among?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            ], StoredDocument.Read, cancel);

    /// <summary>How many levels of sites hang below one: 0 without children.</summary>
    public static async Task<int> LevelsBelowAsync(IQuerySession session, Guid siteId, CancellationToken cancel)
    {
        var levels = await session.QueryAsync(ReadModel, """
            with recursive below (id, level) as (
                select $1::uuid, 0
                union all
                select s.id, b.level + 1 from below b join read.site_details s on s.parent_id = b.id where b.level < 64)
            select max(level) from below
            """, [new() { Value = siteId }], row => row.GetInt32(0), cancel);
        return levels.Items[0];
    }
}

public sealed class SiteDetailsProjection : SingleStreamProjection<SiteDetails>
{
    public override string Name => SiteDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(SiteCreated), typeof(SiteRenamed), typeof(SiteDomainChanged), typeof(SiteMoved), typeof(SiteSettingsChanged));

    protected override JsonTypeInfo<SiteDetails> Json => SitesReadJson.Default.SiteDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<SiteDetails, object?> Value)> Columns { get; } =
    [
        (new("parent_id", "uuid", NpgsqlDbType.Uuid), d => d.ParentId),
        (new("domain", "varchar not null", NpgsqlDbType.Varchar), d => d.Domain),
    ];

    protected override IReadOnlyList<string> Indexes => ["parent_id, id", "domain"];

    public override AnalystView Analysts { get; } = new(
        "sites", "Which sites are there?", "a site, as it is now", ["id"],
        [
            new("id", "The site's stream."),
            new("domain", "Its domain, in lower case; unique in the tenant."),
            new("name", "For people.", "data->>'name'", "text"),
            new("settings", "As set on this site.", "data->'settings'", "jsonb"),
            new("parent_id", "The site above: sites.id; null: it's at the top."),
            new("version", "Events of the site so far.", "data->>'version'", "bigint"),
            new("created_at", "When it was started, UTC.", "data->>'createdAt'", "timestamptz"),
            new("updated_at", "When it last changed, UTC.", "data->>'updatedAt'", "timestamptz"),
        ],
        "select s.domain, p.domain as below from analytics.sites s left join analytics.sites p on p.id = s.parent_id order by s.domain",
        Permission.SitesRead, Changed: "updated_at");

    public override SiteDetails? Evolve(SiteDetails? document, Event e) => (document, e.Data) switch
    {
        (_, SiteCreated created) => new SiteDetails(created.SiteId, created.Name, created.Domain, created.ParentId, created.Settings, e.Version, e.Timestamp, e.Timestamp),
        (null, _) => null,
        ({ } site, _) => Changed(site, e.Data) with { Version = e.Version, UpdatedAt = e.Timestamp },
    };

    private static SiteDetails Changed(SiteDetails site, object @event) => @event switch
    {
        SiteRenamed renamed => site with { Name = renamed.Name },
        SiteDomainChanged changed => site with { Domain = changed.To },
        SiteMoved moved => site with { ParentId = moved.ParentId },
        SiteSettingsChanged changed => site with { Settings = changed.Settings },
        _ => site,
    };
}
