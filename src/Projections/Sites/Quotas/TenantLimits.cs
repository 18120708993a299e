using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>The limits that a tenant has of its own.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Limits">In name order.</param>
/// <param name="Version">Stream version.</param>
/// <param name="Changed">Place in the log of the last change.</param>
public sealed record TenantLimits(string TenantId, ImmutableArray<QuotaLimit> Limits, long Version, long Changed)
{
    public const string ReadModel = "tenant_quotas";

    /// <summary>Those that changed after a place in the log, in its order; -1: all. Asked in the platform's own tenant.</summary>
    public static Task<Answer<TenantLimits>> SinceAsync(IQuerySession session, long after, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select data from read.tenant_quotas where changed > $1 order by changed", [new() { Value = after }],
            row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), SitesReadJson.Default.TenantLimits)!, cancel);
}

public sealed class TenantQuotasProjection : SingleStreamProjection<TenantLimits>
{
    public override string Name => TenantLimits.ReadModel;
    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(QuotasChanged));
    protected override JsonTypeInfo<TenantLimits> Json => SitesReadJson.Default.TenantLimits;
    protected override IReadOnlyList<(ReadColumn Column, Func<TenantLimits, object?> Value)> Columns { get; } = [(new("changed", "bigint not null", NpgsqlDbType.Bigint), d => d.Changed)];
    protected override IReadOnlyList<string> Indexes => ["changed"];
    public override string NotForAnalysts => "Rows of the platform's own tenant; a tenant sees its limits at /api/quotas.";

    public override TenantLimits? Evolve(TenantLimits? document, Event e) =>
        e.Data is QuotasChanged changed ? new TenantLimits(changed.TenantId, changed.Limits, e.Version, e.Index ?? 0) : document;
}
