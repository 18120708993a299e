using NpgsqlTypes;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>Which site of which tenant a domain is.</summary>
/// <param name="Domain">Lower case.</param>
/// <param name="TenantId">Of the site.</param>
/// <param name="SiteId">The site.</param>
/// <param name="Since">Since when.</param>
public sealed record DomainClaimEntry(string Domain, string TenantId, Guid SiteId, DateTimeOffset Since)
{
    public const string ReadModel = "domain_claims";

    /// <summary>In the order of domains; asked in the platform's own tenant.</summary>
    public static Task<Answer<DomainClaimEntry>> ListAsync(IQuerySession session, string after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select domain, of_tenant, site_id, since from read.domain_claims where domain > $1 order by domain limit $2",
            [new() { Value = after }, new() { Value = limit }],
            row => new DomainClaimEntry(row.GetString(0), row.GetString(1), row.GetGuid(2), row.GetFieldValue<DateTimeOffset>(3)), cancel);

    /// <summary>A text that is another one once any domain is somebody else's, anybody's or nobody's; asked in the platform's own tenant.</summary>
    public static Task<Answer<string>> MarkAsync(IQuerySession session, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select count(*) || '/' || coalesce(sum(hashtextextended(domain || ' ' || of_tenant || ' ' || site_id, 0)), 0) from read.domain_claims", [], row => row.GetString(0), cancel);
}

public sealed class DomainClaims : FlatTableProjection
{
    public override string Name => DomainClaimEntry.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(DomainClaimed), typeof(DomainClaimReleased));

    public override ReadTable Table { get; } = new(
        [new("domain", "varchar collate \"C\" not null", NpgsqlDbType.Varchar)],
        [new("of_tenant", "varchar not null", NpgsqlDbType.Varchar), new("site_id", "uuid not null", NpgsqlDbType.Uuid), new("since", "timestamptz not null", NpgsqlDbType.TimestampTz)],
        []);

    public override string? NotForAnalysts => "It tells of all tenants; a site's own domains are in the API.";

    protected override void Apply(Event e, RowBatch rows)
    {
        if (e.Data is DomainClaimed claimed)
            rows.Upsert(e.TenantId, [claimed.Domain], [claimed.TenantId, claimed.SiteId, claimed.At]);
        else if (e.Data is DomainClaimReleased released)
            rows.Delete(e.TenantId, [released.Domain]);
    }
}
