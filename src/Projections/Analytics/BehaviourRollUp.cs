using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>Metrics of events, from what was added up: whole days as such; what a time zone leaves of the first and the last by quarters of an hour, or, told by a dimension, by the events themselves.</summary>
internal sealed class BehaviourRollUp(IQuerySession session, BehaviourQuery query, BehaviourPlan plan)
{
    private const string Sums = "sum(page_views)::bigint, sum(events)::bigint, sum(engaged_ms)::bigint, sum(engagements)::bigint, sum(scroll)::bigint";

    private sealed class Total
    {
        public long PageViews, Events, EngagedMs, Engagements, Scroll;
        public readonly VisitorSketch Visitors = new(mostExact: 100_000);
    }

    private readonly Dictionary<string, (ImmutableArray<string> Dimensions, Total Total)> _totals = new(StringComparer.Ordinal);
    // Totals need none, though rows do: then a day is one row.
    private readonly string _dimension = BehaviourPlan.RolledUp(query) ?? throw new ArgumentException("What was added up doesn't answer it.", nameof(query));
    private readonly bool _countsVisitors = query.Metrics.Contains("visitors");

    // Times of the day, or of days that aren't UTC's.
    private bool NeedsQuarters => _dimension.Length == 0 && query.Dimensions.Any(d => BehaviourQuery.IsTime(d) && (d is "hour" or "hour_of_day" || !BehaviourPlan.IsUtc(query)));

    /// <summary>Rows of the question's dimensions; its metrics of visits are null.</summary>
    /// <returns>The rows, and whether a number of visitors is an estimate.</returns>
    public async Task<(IReadOnlyList<BehaviourRow> Rows, bool IsEstimate)> FindAsync(CancellationToken cancel)
    {
        if (NeedsQuarters)
            await AddQuartersAsync("q.at >= $5 and q.at < $6", [Time(plan.Start), Time(plan.End)], cancel);
        else
        {
            await AddDaysAsync(cancel);
            var (edge, rest) = (Midnight(plan.FirstDay), Midnight(plan.LastDay));
            if (edge > plan.Start || rest < plan.End)
                await (_dimension.Length == 0
                    ? AddQuartersAsync("(q.at >= $5 and q.at < least($6, $8) or q.at >= $7 and q.at < $8)", [Time(plan.Start), Time(edge), Time(rest), Time(plan.End)], cancel)
                    : AddHitsAsync([Time(plan.Start), Time(edge), Time(rest), Time(plan.End)], cancel));
        }
        // Without dimensions there is a row even where nothing happened.
        if (query.Dimensions.IsEmpty && _totals.Count == 0)
            TotalOf([]);
        return ([.. _totals.Values.Select(row => new BehaviourRow(row.Dimensions, [.. query.Metrics.Select(metric => ValueOf(metric, row.Total))]))],
            _countsVisitors && _totals.Values.Any(row => row.Total.Visitors.IsEstimate));
    }

    private static double? ValueOf(string metric, Total total) => metric switch
    {
        "page_views" => total.PageViews,
        "events" => total.Events,
        "visitors" => total.Visitors.Count(),
        "engaged_ms" => total.EngagedMs,
        "scroll" => total.Engagements == 0 ? null : (double)total.Scroll / total.Engagements,
        _ => null,
    };

    private Task AddDaysAsync(CancellationToken cancel) => AddAsync(
        HitsByDay.ReadModel, "d", "d.day::timestamp", "d.value", Sums, _countsVisitors ? "array_agg(d.visitor_sketch)" : null,
        $"d.dimension = $5 and d.day >= $6 and d.day < $7 and d.hits > 0", [new() { Value = _dimension, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = plan.FirstDay }, new() { Value = plan.LastDay }], cancel);

    private Task AddQuartersAsync(string when, NpgsqlParameter[] times, CancellationToken cancel) => AddAsync(
        HitsByQuarterHour.ReadModel, "q", "(q.at at time zone $4)", null, Sums, _countsVisitors ? "array_agg(q.visitor_sketch)" : null, when, times, cancel);

    private Task AddHitsAsync(NpgsqlParameter[] times, CancellationToken cancel) => AddAsync(
        Hits.ReadModel, "h", "(h.at at time zone $4)", $"coalesce({BehaviourQuery.Column(_dimension, "h")}, '{BehaviourQuery.None}')",
        $"""
        count(*) filter (where h.name = 'page_view'), count(*) filter (where {BehaviourQuery.Actions}), coalesce(sum(h.engaged_ms), 0)::bigint,
        count(*) filter (where h.name = 'engagement'), coalesce(sum(h.scroll), 0)::bigint
        """, _countsVisitors ? "array_agg(distinct h.visitor_id)" : null, "(h.at >= $5 and h.at < least($6, $8) or h.at >= $7 and h.at < $8) and not h.is_bot", times, cancel);

    private async Task AddAsync(string model, string table, string time, string? value, string sums, string? visitors, string when, NpgsqlParameter[] more, CancellationToken cancel)
    {
        var dimensions = query.Dimensions.Select(DimensionSql).ToArray();
        var first = 5 + more.Length;
        var conditions = query.Filters.Select((filter, f) => $" and {(filter.IsNegated ? "not " : "")}{DimensionSql(filter.Dimension)} = any (${first + f})");
        var rows = await session.QueryAsync(model, $"""
            select {string.Join(", ", dimensions.Append(sums))}{(visitors is null ? "" : $", {visitors}")} from read.{model} {table}
            where {when} {BehaviourPlan.OnSites(query, table)}{string.Concat(conditions)}
            {(dimensions.Length == 0 ? "having count(*) > 0" : $"group by {string.Join(", ", Enumerable.Range(1, dimensions.Length))}")}
            """,
            [.. BehaviourAnswer.Common(query), .. more, .. BehaviourAnswer.FilterValues(query)],
            row =>
            {
                var total = TotalOf([.. Enumerable.Range(0, dimensions.Length).Select(row.GetString)]);
                var at = dimensions.Length;
                (total.PageViews, total.Events, total.EngagedMs) = (total.PageViews + row.GetInt64(at), total.Events + row.GetInt64(at + 1), total.EngagedMs + row.GetInt64(at + 2));
                (total.Engagements, total.Scroll) = (total.Engagements + row.GetInt64(at + 3), total.Scroll + row.GetInt64(at + 4));
                if (visitors is not null && model == Hits.ReadModel)
                    foreach (var visitor in row.GetFieldValue<Guid[]>(at + 5))
                        total.Visitors.Add(visitor);
                else if (visitors is not null)
                    foreach (var sketch in row.GetFieldValue<byte[][]>(at + 5))
                        total.Visitors.Add(sketch);
                return 0;
            }, cancel);

        string DimensionSql(string dimension) =>
            dimension == "site" ? $"{table}.site_id::text" : BehaviourQuery.TimeSql(dimension, time) ?? value!;
    }

    private Total TotalOf(ImmutableArray<string> dimensions)
    {
        var key = string.Join('\0', dimensions);
        if (!_totals.TryGetValue(key, out var row))
            _totals.Add(key, row = (dimensions, new Total()));
        return row.Total;
    }

    private static NpgsqlParameter Time(DateTime at) => new() { Value = at, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static DateTime Midnight(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
}
