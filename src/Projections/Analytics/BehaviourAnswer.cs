using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>A row of an answer.</summary>
/// <param name="Dimensions">Values, in the order of the question; (none): there is none.</param>
/// <param name="Metrics">Values, in the order of the question; null: nothing was measured.</param>
public sealed record BehaviourRow(ImmutableArray<string> Dimensions, ImmutableArray<double?> Metrics);

/// <summary>What visitors did, as asked.</summary>
/// <param name="Rows">By time where a time is the first dimension, else by the first metric, the most first.</param>
/// <param name="Totals">The metrics over everything that the filters leave, not the sum of the rows: a visitor of two days is one.</param>
/// <param name="IsCut">There are more rows.</param>
/// <param name="Index">Log index of the last event that the answer surely has.</param>
/// <param name="Lag">Events that the log had beyond it.</param>
public sealed record BehaviourAnswer(ImmutableArray<BehaviourRow> Rows, ImmutableArray<double?> Totals, bool IsCut, long Index, long Lag)
{
    /// <summary>Asks the read models of events and of visits, each for its own metrics.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="query">Not refused.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<BehaviourAnswer> FindAsync(IQuerySession session, BehaviourQuery query, CancellationToken cancel)
    {
        var rows = new Dictionary<string, (ImmutableArray<string> Dimensions, double?[] Metrics)>(StringComparer.Ordinal);
        var totals = new double?[query.Metrics.Length];
        var (index, lag, isCut) = (long.MaxValue, 0L, false);
        foreach (var (model, table, known) in new[] { (Hits.ReadModel, "h", BehaviourQuery.OfHits), (Visits.ReadModel, "v", BehaviourQuery.OfVisits) })
        {
            var places = Enumerable.Range(0, query.Metrics.Length).Where(m => known.ContainsKey(query.Metrics[m])).ToArray();
            if (places.Length == 0)
                continue;
            string[] metrics = [.. places.Select(m => known[query.Metrics[m]])];
            foreach (var dimensions in query.Dimensions.IsEmpty ? [query.Dimensions] : new[] { [], query.Dimensions })
            {
                var answer = await session.QueryAsync(model, Sql(query, model, table, metrics, dimensions), Parameters(query), row => Read(row, dimensions.Length, metrics.Length), cancel);
                (index, lag) = (Math.Min(index, answer.Index), Math.Max(lag, answer.Lag));
                foreach (var (values, measured) in answer.Items)
                {
                    var into = totals;
                    if (!dimensions.IsEmpty)
                    {
                        var key = string.Join('\u0001', values);
                        if (!rows.TryGetValue(key, out var row))
                            rows.Add(key, row = (values, new double?[query.Metrics.Length]));
                        into = row.Metrics;
                    }
                    for (var m = 0; m < places.Length; m++)
                        into[places[m]] = measured[m];
                }
                isCut |= answer.Items.Count > query.Limit;
            }
        }
        var sorted = Sorted(query, rows.Values).Take(query.Limit).Select(row => new BehaviourRow(row.Dimensions, [.. row.Metrics])).ToImmutableArray();
        return new BehaviourAnswer(sorted, [.. totals], isCut || rows.Count > query.Limit, index, lag);
    }

    private static IEnumerable<(ImmutableArray<string> Dimensions, double?[] Metrics)> Sorted(BehaviourQuery query, IEnumerable<(ImmutableArray<string> Dimensions, double?[] Metrics)> rows)
    {
        var byName = Comparer<ImmutableArray<string>>.Create((a, b) => a.Zip(b).Select(pair => string.CompareOrdinal(pair.First, pair.Second)).FirstOrDefault(order => order != 0));
        return IsByTime(query) ? rows.OrderBy(row => row.Dimensions, byName) : rows.OrderByDescending(row => row.Metrics[0] ?? -1).ThenBy(row => row.Dimensions, byName);
    }

    private static bool IsByTime(BehaviourQuery query) => query.Dimensions is [var first, ..] && BehaviourQuery.IsTime(first);

    private static string Sql(BehaviourQuery query, string model, string table, string[] metrics, ImmutableArray<string> dimensions)
    {
        var columns = dimensions.Select(dimension => $"coalesce({BehaviourQuery.Column(dimension, table)}, '{BehaviourQuery.None}')").ToArray();
        var time = table == "h" ? "h.at" : "v.started_at";
        // A visit that nobody did anything in is an event of its own that came without its page view.
        var conditions = new List<string> { $"{time} >= ($2::date::timestamp at time zone $4) and {time} < (($3::date + 1)::timestamp at time zone $4)" };
        if (!query.SiteIds.IsEmpty)
            conditions.Add($"{table}.site_id = any ($1)");
        if (!query.WithBots)
            conditions.Add($"not {table}.is_bot");
        if (table == "v")
            conditions.Add("v.actions > 0");
        for (var f = 0; f < query.Filters.Length; f++)
            conditions.Add($"{(query.Filters[f].IsNegated ? "not " : "")}coalesce({BehaviourQuery.Column(query.Filters[f].Dimension, table)}, '{BehaviourQuery.None}') = any (${f + 5})");
        var byDimension = string.Join(", ", Enumerable.Range(1, dimensions.Length));
        var order = dimensions.IsEmpty ? "" : $"group by {byDimension} order by {(IsByTime(query) ? "" : $"{dimensions.Length + 1} desc nulls last, ")}{byDimension} limit {query.Limit + 1}";
        return $"""
            select {string.Join(", ", columns.Concat(metrics.Select(metric => $"({metric})::double precision")))}
            from read.{model} {table} where {string.Join(" and ", conditions)} {order}
            """;
    }

    private static NpgsqlParameter[] Parameters(BehaviourQuery query) =>
    [
        new() { Value = query.SiteIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = query.From }, new() { Value = query.To }, new() { Value = query.TimeZone },
        .. query.Filters.Select(filter => new NpgsqlParameter { Value = filter.Values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }),
    ];

    private static (ImmutableArray<string> Dimensions, double?[] Metrics) Read(NpgsqlDataReader row, int dimensions, int metrics) => (
        [.. Enumerable.Range(0, dimensions).Select(row.GetString)],
        [.. Enumerable.Range(dimensions, metrics).Select(m => row.IsDBNull(m) ? (double?)null : row.GetDouble(m))]);
}
