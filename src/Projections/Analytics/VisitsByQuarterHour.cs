using System.Collections.Frozen;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>
/// Visits that began in each quarter of an hour of a site, bots left out: hours and days of every time zone are made of those, as of <see cref="HitsByQuarterHour"/>. They stay when visits
/// are forgotten or erased.
/// </summary>
internal static class VisitsByQuarterHour
{
    public const string ReadModel = "visits_by_quarter_hour";

    /// <summary>Metrics that it answers: SQL over <c>read.visits_by_quarter_hour q</c>.</summary>
    public static FrozenDictionary<string, string> Metrics { get; } = new Dictionary<string, string>
    {
        ["visits"] = "coalesce(sum(q.visits), 0)",
        ["bounces"] = "coalesce(sum(q.bounces), 0)",
        ["bounce_rate"] = "sum(q.bounces) / sum(q.visits)",
        ["visit_ms"] = "sum(q.microseconds) / sum(q.visits) / 1000",
        ["pages_per_visit"] = "sum(q.page_views) / sum(q.visits)",
        ["events_per_visit"] = "sum(q.actions) / sum(q.visits)",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static RowSums<VisitRow> Of { get; } = new(
        new SumTable(ReadModel, [new("site_id", "uuid not null", NpgsqlDbType.Uuid), new("at", "timestamptz not null", NpgsqlDbType.TimestampTz)], ["visits", "bounces", "microseconds", "page_views", "actions"]),
        PartOf, e => e.Data is IHitEvent);

    /// <summary>Whether it answers what a question asks of visits: in all, by times and by sites.</summary>
    public static bool Answers(BehaviourQuery query) =>
        !query.WithBots && query.Conditions.IsEmpty && query.Metrics.All(metric => !BehaviourQuery.OfVisits.ContainsKey(metric) || Metrics.ContainsKey(metric))
        && query.Dimensions.All(dimension => dimension == "site" || BehaviourQuery.IsTime(dimension)) && query.Filters.All(filter => filter.Dimension == "site");

    private static (object[] Key, long[] Numbers)? PartOf(VisitRow row)
    {
        // What somebody came back to with nothing but its engagement is no visit.
        if (row.IsBot || row.Actions == 0)
            return null;
        return ([row.SiteId, QuarterHour.Of(row.StartedAt)],
            [1, row.Actions == 1 ? 1 : 0, Microseconds(row.EndedAt) - Microseconds(row.StartedAt), row.PageViews, row.Actions]);
    }

    // As PostgreSQL keeps times: a row that was read again must take off what it put on.
    private static long Microseconds(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMicrosecond;
}
