using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>Which tenants there are.</summary>
/// <param name="TenantId">12 lower-case base32 characters.</param>
/// <param name="Name">For people.</param>
/// <param name="ProvisionedAt">When.</param>
public sealed record TenantEntry(string TenantId, string Name, DateTimeOffset ProvisionedAt)
{
    public const string ReadModel = "tenant_directory";

    /// <summary>Tenants in id order; asked in the platform's own tenant.</summary>
    public static Task<Answer<TenantEntry>> ListAsync(IQuerySession session, string after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select id, name, provisioned_at from read.tenant_directory where id > $1 order by id limit $2",
            [new() { Value = after }, new() { Value = limit }],
            row => new TenantEntry(row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2)), cancel);
}

public sealed class TenantDirectory : FlatTableProjection
{
    public override string Name => TenantEntry.ReadModel;
    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(TenantProvisioned));

    public override ReadTable Table { get; } = new(
        [new("id", "varchar not null", NpgsqlDbType.Varchar)],
        [new("name", "varchar not null", NpgsqlDbType.Varchar), new("provisioned_at", "timestamptz not null", NpgsqlDbType.TimestampTz)],
        []);

    public override AnalystView Analysts { get; } = new(
        "tenants", "Which tenants are there?", "a tenant: one's own; for analysts of the platform itself, all", ["id"],
        [
            new("id", "The tenant, as tenant_id in all views."),
            new("name", "For people."),
            new("provisioned_at", "When it was started, UTC."),
        ],
        "select name, now() - provisioned_at as age from analytics.tenants order by provisioned_at", Permission.AnalyticsRead, Changed: "provisioned_at", AboutTenant: "id");

    protected override void Apply(Event e, RowBatch rows)
    {
        if (e.Data is TenantProvisioned provisioned)
            rows.Upsert(e.TenantId, [provisioned.TenantId], [provisioned.Name, e.Timestamp]);
    }
}
