using System.Text.Json;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>What was measured elsewhere: a row a value.</summary>
public sealed class TenantAnalytics : FlatTableProjection
{
    public const string ReadModel = "tenant_analytics";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(MetricsRecorded));

    protected override bool IsAppendOnly => true;

    public override ReadTable Table { get; } = new(
        [
            new("created_at", "timestamptz not null", NpgsqlDbType.TimestampTz), new("id", "uuid not null", NpgsqlDbType.Uuid),
            new("metric_name", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
        ],
        [new("site_id", "uuid", NpgsqlDbType.Uuid), new("metric_value", "jsonb not null", NpgsqlDbType.Jsonb)],
        ["metric_name, created_at"]);

    public override AnalystView Analysts { get; } = new(
        ReadModel, "What was measured elsewhere?", "a value of a metric", ["created_at", "id", "metric_name"],
        [
            new("created_at", "When it was recorded, UTC."),
            new("id", "The event that it came with."),
            new("metric_name", "page_views, load_time, or one that the tenant declared; at most 50 characters."),
            new("site_id", "Of which site: sites.id; null: the tenant's."),
            new("metric_value", "The value: a number, a boolean or a text, as JSON; load_time in milliseconds."),
        ],
        "select metric_name, count(*), avg((metric_value #>> '{}')::numeric) from analytics.tenant_analytics where metric_name in ('page_views', 'load_time') group by metric_name order by 1",
        Permission.AnalyticsRead, Changed: "created_at");

    protected override void Apply(Event e, RowBatch rows)
    {
        if (e.Data is MetricsRecorded recorded)
            foreach (var (name, value) in recorded.Metrics.Values)
                rows.Upsert(e.TenantId, [e.Timestamp, e.Id, name], [recorded.SiteId, JsonSerializer.SerializeToUtf8Bytes(value, AnalyticsReadJson.Default.JsonElement)]);
    }
}
