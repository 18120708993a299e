using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>What a tenant recorded on a day.</summary>
/// <param name="Day">UTC, as 2030-06-01.</param>
/// <param name="Counted">Events that count toward the quota of a day's events.</param>
/// <param name="Events">All events.</param>
/// <param name="Bytes">Size of their bodies, as JSON in UTF-8.</param>
/// <param name="LastAt">When the last was recorded.</param>
public sealed record DayUse(string Day, long Counted, long Events, long Bytes, DateTimeOffset LastAt)
{
    public const string ReadModel = "quota_usage";

    /// <summary>How days are named.</summary>
    public static string NameOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A tenant's days, latest first, before one.</summary>
    public static Task<Answer<DayUse>> ListAsync(IQuerySession session, string before, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select id, counted, events, bytes, last_at from read.quota_usage where tenant_id = $1 and ($2 = '' or id < $2) order by id desc limit $3",
            [new() { Value = session.TenantId }, new() { Value = before }, new() { Value = limit }], Read, cancel);

    /// <summary>What counts toward the quotas of a day's events and of storage.</summary>
    public static async Task<Answer<(long Counted, long Bytes)>> OfAsync(IQuerySession session, DateOnly day, CancellationToken cancel) =>
        await session.QueryAsync(ReadModel, "select coalesce(sum(counted) filter (where id = $2), 0)::bigint, coalesce(sum(bytes), 0)::bigint from read.quota_usage where tenant_id = $1",
            [new() { Value = session.TenantId }, new() { Value = NameOf(day) }], row => (row.GetInt64(0), row.GetInt64(1)), cancel);

    private static DayUse Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<DateTimeOffset>(4));
}

/// <summary>What every tenant records, day by day: a row a tenant and day.</summary>
public sealed class QuotaUsage : MultiStreamProjection<DayUse, string>
{
    public override string Name => DayUse.ReadModel;
    public override IReadOnlyList<string> EventTypes { get; } = [.. EventCatalog.All.Keys.Order(StringComparer.Ordinal)];
    protected override JsonTypeInfo<DayUse> Json => SitesReadJson.Default.DayUse;

    protected override IReadOnlyList<(ReadColumn Column, Func<DayUse, object?> Value)> Columns { get; } =
    [
        (new("counted", "bigint not null", NpgsqlDbType.Bigint), d => d.Counted),
        (new("events", "bigint not null", NpgsqlDbType.Bigint), d => d.Events),
        (new("bytes", "bigint not null", NpgsqlDbType.Bigint), d => d.Bytes),
        (new("last_at", "timestamptz not null", NpgsqlDbType.TimestampTz), d => d.LastAt),
    ];

    // For who looks at all tenants of a day.
    protected override IReadOnlyList<string> Indexes => ["using btree (id)"];

    public override AnalystView Analysts { get; } = new(
        "quota_usage", "How much does the tenant record a day?", "a day on which something was recorded", ["day"],
        [
            new("day", "UTC.", "id", "date"),
            new("counted", "Events that count toward the quota of a day's events: what callers asked for."),
            new("events", "All events, those of the platform's own work among them."),
            new("bytes", "Size of the events' bodies, as JSON in UTF-8; what storage is measured by."),
            new("last_at", "When the last event of the day was recorded, UTC."),
        ],
        "select day, counted, sum(bytes) over (order by day) as stored from analytics.quota_usage order by day desc limit 30", Permission.QuotasRead, Changed: "last_at");

    protected override IEnumerable<string> Identities(Event e) => [DayUse.NameOf(DateOnly.FromDateTime(e.Timestamp.UtcDateTime))];

    public override DayUse? Evolve(DayUse? document, Event e)
    {
        var day = document ?? new DayUse(Identities(e).First(), 0, 0, 0, e.Timestamp);
        return day with
        {
            Counted = day.Counted + (QuotaExemptions.Counts(e.Headers.Trigger, e.Type) ? 1 : 0),
            Events = day.Events + 1,
            Bytes = day.Bytes + e.Json.Length,
            LastAt = e.Timestamp > day.LastAt ? e.Timestamp : day.LastAt,
        };
    }
}
