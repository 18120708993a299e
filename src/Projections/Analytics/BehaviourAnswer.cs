using System.Collections.Frozen;
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
    // A read model that metrics come of, under an alias. What somebody came back to with nothing but its engagement is no visit.
    private sealed record Source(string Model, string Alias, string Time, FrozenDictionary<string, string> Metrics, string Always);

    private static readonly Source[] Sources =
    [
        new(Hits.ReadModel, "h", "h.at", BehaviourQuery.OfHits, "true"),
        new(Visits.ReadModel, "v", "v.started_at", BehaviourQuery.OfVisits, "v.actions > 0"),
    ];

    /// <summary>Read models that a question is answered from.</summary>
    public static IEnumerable<string> ModelsOf(BehaviourQuery query) => SourcesOf(query).Select(source => source.Model);

    /// <summary>Asks the read models of events and of visits, each for its own metrics.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="query">Not refused.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<BehaviourAnswer> FindAsync(IQuerySession session, BehaviourQuery query, CancellationToken cancel)
    {
        var (index, lag) = (long.MaxValue, 0L);
        // Before the questions: what is read after it can only be newer.
        foreach (var model in ModelsOf(query))
        {
            var position = await session.QueryAsync(model, "select 1", [], _ => 0, cancel);
            (index, lag) = (Math.Min(index, position.Index), Math.Max(lag, position.Lag));
        }
        var totals = await RowsAsync(session, query with { Dimensions = [] }, cancel);
        var rows = query.Dimensions.IsEmpty ? [] : await RowsAsync(session, query, cancel);
        return new BehaviourAnswer([.. rows.Take(query.Limit)], totals[0].Metrics, rows.Count > query.Limit, index, lag);
    }

    private static IEnumerable<Source> SourcesOf(BehaviourQuery query) => Sources.Where(source => query.Metrics.Any(source.Metrics.ContainsKey));

    private static async Task<IReadOnlyList<BehaviourRow>> RowsAsync(IQuerySession session, BehaviourQuery query, CancellationToken cancel) => (await session.QueryAsync(
        ModelsOf(query).First(), Sql(query), Parameters(query), row => new BehaviourRow(
            [.. Enumerable.Range(0, query.Dimensions.Length).Select(row.GetString)],
            [.. Enumerable.Range(query.Dimensions.Length, query.Metrics.Length).Select(m => row.IsDBNull(m) ? (double?)null : row.GetDouble(m))]), cancel)).Items;

    // Each source grouped by itself, then put side by side: a row of either is a row of the answer.
    private static string Sql(BehaviourQuery query)
    {
        var (sources, d) = (SourcesOf(query).ToArray(), query.Dimensions.Length);
        var dimensions = Enumerable.Range(1, d).Select(n => $"d{n}").ToArray();
        var join = d == 0 ? "cross join" : "full join";
        var order = d == 0 ? "" : $"order by {(query.Dimensions[0] is var first && BehaviourQuery.IsTime(first) ? "" : "m1 desc nulls last, ")}{string.Join(", ", dimensions)} limit {query.Limit + 1}";
        return $"""
            with {string.Join(",\n", sources.Select(source => $"of_{source.Alias} as ({Grouped(query, source)})"))}
            select {string.Join(", ", dimensions.Concat(query.Metrics.Select((_, m) => $"m{m + 1}")))}
            from {string.Join($" {join} ", sources.Select(source => $"of_{source.Alias}"))} {(d > 0 && sources.Length > 1 ? $"using ({string.Join(", ", dimensions)})" : "")}
            {order}
            """;
    }

    private static string Grouped(BehaviourQuery query, Source source)
    {
        var columns = query.Dimensions.Select((dimension, n) => $"{ValueOf(dimension, source)} as d{n + 1}")
            .Concat(query.Metrics.Select((metric, m) => (metric, m)).Where(one => source.Metrics.ContainsKey(one.metric)).Select(one => $"({source.Metrics[one.metric]})::double precision as m{one.m + 1}"));
        var conditions = query.Filters.Select((filter, f) => $"{(filter.IsNegated ? "not " : "")}{ValueOf(filter.Dimension, source)} = any (${f + 5})");
        return $"""
            select {string.Join(", ", columns)} from read.{source.Model} {source.Alias}
            where {source.Time} >= ($2::date::timestamp at time zone $4) and {source.Time} < (($3::date + 1)::timestamp at time zone $4)
              and {source.Always} {(query.SiteIds.IsEmpty ? "" : $"and {source.Alias}.site_id = any ($1)")} {(query.WithBots ? "" : $"and not {source.Alias}.is_bot")}
              {string.Concat(conditions.Select(condition => $" and {condition}"))}
            {(query.Dimensions.IsEmpty ? "" : $"group by {string.Join(", ", Enumerable.Range(1, query.Dimensions.Length))}")}
            """;
    }

    private static string ValueOf(string dimension, Source source) => $"coalesce({BehaviourQuery.Column(dimension, source.Alias)}, '{BehaviourQuery.None}')";

    private static NpgsqlParameter[] Parameters(BehaviourQuery query) =>
    [
        new() { Value = query.SiteIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = query.From }, new() { Value = query.To }, new() { Value = query.TimeZone },
        .. query.Filters.Select(filter => new NpgsqlParameter { Value = filter.Values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }),
    ];
}
