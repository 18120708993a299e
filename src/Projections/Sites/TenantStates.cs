using NpgsqlTypes;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>Whether a tenant is let in, for the nodes' memory.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Status">One of <see cref="TenantStatus"/>.</param>
public sealed record TenantState(string TenantId, string Status)
{
    public const string ReadModel = "tenant_states";

    /// <summary>What changed after a place in the log.</summary>
    /// <param name="session">The platform's.</param>
    /// <param name="after">Log index; -1: all that there is.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<TenantState>> SinceAsync(IQuerySession session, long after, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select tenant, status from read.tenant_states where tenant_id = $1 and changed > $2",
        [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = after }],
        row => new TenantState(row.GetString(0), row.GetString(1)), cancel);
}

public sealed class TenantStates : FlatTableProjection
{
    public override string Name => TenantState.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(TenantProvisioned), typeof(TenantSuspended), typeof(TenantResumed), typeof(TenantClosed));

    public override ReadTable Table { get; } = new(
        [new("tenant", "varchar not null", NpgsqlDbType.Varchar)],
        [new("status", "varchar not null", NpgsqlDbType.Varchar), new("changed", "bigint not null", NpgsqlDbType.Bigint)],
        ["changed"]);

    public override string NotForAnalysts => "It repeats what analytics.tenants has, for the nodes' memory.";

    protected override void Apply(Event e, RowBatch rows)
    {
        switch (e.Data)
        {
            case TenantProvisioned t:
                Set(t.TenantId, TenantStatus.Active);
                break;
            case TenantSuspended t:
                Set(t.TenantId, TenantStatus.Suspended);
                break;
            case TenantResumed t:
                Set(t.TenantId, TenantStatus.Active);
                break;
            case TenantClosed t:
                Set(t.TenantId, TenantStatus.Closed);
                break;
        }

        void Set(string tenant, string status) => rows.Upsert(e.TenantId, [tenant], [status, e.Index ?? 0]);
    }
}
