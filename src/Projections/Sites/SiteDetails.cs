using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>A domain of a site.</summary>
/// <param name="Name">Lower case, unique in the tenant.</param>
/// <param name="VerifiedAt">Since when it counts as the tenant's own; null: it doesn't.</param>
public sealed record SiteDomain(string Name, DateTimeOffset? VerifiedAt = null);

/// <summary>What a site is now.</summary>
/// <param name="Id">The site's stream.</param>
/// <param name="Name">For people.</param>
/// <param name="Domain">Lower case, unique in the tenant.</param>
/// <param name="Status">draft, live, paused or archived.</param>
/// <param name="Domains">All its domains, the main one first.</param>
/// <param name="ParentId">Null: at the top.</param>
/// <param name="Settings">As set on this site.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
/// <param name="CreatedAt">First event.</param>
/// <param name="UpdatedAt">Last event.</param>
public sealed record SiteDetails(
    Guid Id, string Name, string Domain, SiteStatus Status, ImmutableArray<SiteDomain> Domains, Guid? ParentId, Fields Settings, long Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public const string ReadModel = "site_details";

    /// <summary>Sites in id order, of one parent and in one state, or all; only some, where such are named.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid? parentId, SiteStatus? status, IReadOnlyCollection<Guid>? among, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select id::text, data from read.site_details where ($1::uuid is null or parent_id = $1) and id > $2 and ($4::uuid[] is null or id = any ($4)) and ($5::varchar is null or status = $5) order by id limit $3",
            [
                new() { Value = (object?)parentId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = after },
                new() { Value = limit },
                new() { Value = (object?)among?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                new() { Value = (object?)TextOf(status) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar },
            ], StoredDocument.Read, cancel);

    /// <summary>Those of some that there are, archived ones too.</summary>
    public static Task<Answer<Guid>> AmongAsync(IQuerySession session, IEnumerable<Guid> sites, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select id from read.site_details where id = any ($1)", [new() { Value = sites.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }], row => row.GetGuid(0), cancel);

    /// <summary>A site directly below one that isn't archived; null: there is none.</summary>
    public static async Task<Guid?> InUseBelowAsync(IQuerySession session, Guid siteId, CancellationToken cancel)
    {
        var sites = await session.QueryAsync(ReadModel, "select id from read.site_details where parent_id = $1 and status <> 'archived' order by id limit 1",
            [new() { Value = siteId }], row => row.GetGuid(0), cancel);
        return sites.Items is [var id, ..] ? id : null;
    }

    /// <summary>As it's written and asked for.</summary>
    internal static string? TextOf(SiteStatus? status) => status?.ToString().ToLowerInvariant();

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
        typeof(SiteCreated), typeof(SiteRenamed), typeof(SiteDomainChanged), typeof(SiteMoved), typeof(SiteSettingsChanged), typeof(SiteDomainAdded), typeof(SiteDomainRemoved),
        typeof(SiteDomainVerified), typeof(SiteDomainVerificationLost), typeof(SiteLaunched), typeof(SitePaused), typeof(SiteResumed), typeof(SiteArchived), typeof(SiteRestored));

    public override int Version => 2;

    protected override JsonTypeInfo<SiteDetails> Json => SitesReadJson.Default.SiteDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<SiteDetails, object?> Value)> Columns { get; } =
    [
        (new("parent_id", "uuid", NpgsqlDbType.Uuid), d => d.ParentId),
        (new("domain", "varchar not null", NpgsqlDbType.Varchar), d => d.Domain),
        (new("status", "varchar not null", NpgsqlDbType.Varchar), d => SiteDetails.TextOf(d.Status)),
    ];

    protected override IReadOnlyList<string> Indexes => ["parent_id, id", "domain"];

    public override AnalystView Analysts { get; } = new(
        "sites", "Which sites are there?", "a site, as it is now", ["id"],
        [
            new("id", "The site's stream."),
            new("domain", "Its domain, in lower case; unique in the tenant."),
            new("name", "For people.", "data->>'name'", "text"),
            new("settings", "As set on this site.", "data->'settings'", "jsonb"),
            new("status", "draft, live, paused or archived."),
            new("parent_id", "The site above: sites.id; null: it's at the top."),
            new("version", "Events of the site so far.", "data->>'version'", "bigint"),
            new("created_at", "When it was started, UTC.", "data->>'createdAt'", "timestamptz"),
            new("updated_at", "When it last changed, UTC.", "data->>'updatedAt'", "timestamptz"),
        ],
        "select s.domain, p.domain as below from analytics.sites s left join analytics.sites p on p.id = s.parent_id order by s.domain",
        Permission.SitesRead, Changed: "updated_at");

    public override SiteDetails? Evolve(SiteDetails? document, Event e) => (document, e.Data) switch
    {
        (_, SiteCreated created) => new SiteDetails(
            created.SiteId, created.Name, created.Domain, SiteStatus.Draft, [new(created.Domain)], created.ParentId, created.Settings, e.Version, e.Timestamp, e.Timestamp),
        (null, _) => null,
        ({ } site, _) => Changed(site, e) with { Version = e.Version, UpdatedAt = e.Timestamp },
    };

    private static SiteDetails Changed(SiteDetails site, Event e) => e.Data switch
    {
        SiteRenamed renamed => site with { Name = renamed.Name },
        SiteDomainChanged changed => site with
        {
            Domain = changed.To,
            Domains = [site.Domains.FirstOrDefault(domain => domain.Name == changed.To) ?? new(changed.To), .. site.Domains.Where(domain => domain.Name != changed.From && domain.Name != changed.To)],
        },
        SiteMoved moved => site with { ParentId = moved.ParentId },
        SiteSettingsChanged changed => site with { Settings = changed.Settings },
        SiteDomainAdded added => site with { Domains = [site.Domains[0], .. site.Domains.Skip(1).Append(new(added.Domain)).OrderBy(domain => domain.Name, StringComparer.Ordinal)] },
        SiteDomainRemoved removed => site with { Domains = site.Domains.RemoveAll(domain => domain.Name == removed.Domain) },
        SiteDomainVerified verified => With(site, verified.Domain, e.Timestamp),
        SiteDomainVerificationLost lost => With(site, lost.Domain, null),
        SiteLaunched or SiteResumed => site with { Status = SiteStatus.Live },
        SitePaused => site with { Status = SiteStatus.Paused },
        SiteArchived => site with { Status = SiteStatus.Archived, Domains = [.. site.Domains.Select(domain => domain with { VerifiedAt = null })] },
        SiteRestored => site with { Status = SiteStatus.Draft },
        _ => site,
    };

    private static SiteDetails With(SiteDetails site, string name, DateTimeOffset? verifiedAt) =>
        site with { Domains = [.. site.Domains.Select(domain => domain.Name == name ? domain with { VerifiedAt = verifiedAt } : domain)] };
}
