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

/// <summary>How far the read models of a question are.</summary>
/// <param name="Index">Log index of the last event that all of them have.</param>
/// <param name="Lag">Events that the log has beyond it.</param>
/// <param name="Mark">Another number whenever one of them went on.</param>
public readonly record struct BehaviourPosition(long Index, long Lag, long Mark)
{
    public static async Task<BehaviourPosition> FindAsync(IQuerySession session, BehaviourQuery query, CancellationToken cancel)
    {
        var position = new BehaviourPosition(long.MaxValue, 0, 0);
        foreach (var model in BehaviourAnswer.ModelsOf(query))
        {
            var own = await session.QueryAsync(model, "select 1", [], _ => 0, cancel);
            position = new(Math.Min(position.Index, own.Index), Math.Max(position.Lag, own.Lag), position.Mark + own.Index);
        }
        return position;
    }
}

/// <summary>What visitors did, as asked.</summary>
/// <param name="Rows">By time where a time is the first dimension, else by the first metric, the most first.</param>
/// <param name="Totals">The metrics over everything that the filters leave, not the sum of the rows: a visitor of two days is one.</param>
/// <param name="IsCut">There are more rows.</param>
/// <param name="Position">How far the read models were, at least.</param>
/// <param name="IsEstimate">Numbers of visitors are estimates; see <see cref="VisitorSketch.StandardError"/>.</param>
public sealed record BehaviourAnswer(ImmutableArray<BehaviourRow> Rows, ImmutableArray<double?> Totals, bool IsCut, BehaviourPosition Position, bool IsEstimate = false)
{
    // A read model that metrics come of, under an alias. What somebody came back to with nothing but its engagement is no visit.
    private sealed record Source(string Model, string Alias, string Time, FrozenDictionary<string, string> Metrics, string Always);

    private static readonly Source[] Sources =
    [
        new(Hits.ReadModel, "h", "h.at", BehaviourQuery.OfHits, "true"),
        new(Visits.ReadModel, "v", "v.started_at", BehaviourQuery.OfVisits, "v.actions > 0"),
    ];

    private static readonly Source[] Sums = [new(VisitsByQuarterHour.ReadModel, "q", "q.at", VisitsByQuarterHour.Metrics, "true")];

    // Of a question about events from what was added up, rows of visits that are put beside it.
    private const int MostVisitRows = 200_000;

    /// <summary>Read models that a question may be answered from.</summary>
    public static IEnumerable<string> ModelsOf(BehaviourQuery query) =>
        SourcesOf(query).Select(source => source.Model).Concat(IsAboutEvents(query) ? [HitsByDay.ReadModel, HitsByQuarterHour.ReadModel] : query.Conditions.IsEmpty ? [] : [Hits.ReadModel, HitsByDay.ReadModel])
            .Append(VisitorRetentionDetails.ReadModel);

    /// <summary>Asks the read models of events, of what was added up of them, and of visits, each for its own metrics.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="query">Not refused.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="limits">How many events are looked at one by one; null: <see cref="BehaviourLimits.Default"/>.</param>
    /// <exception cref="QuestionTooLargeException">It's about more events than are looked at one by one.</exception>
    /// <exception cref="QuestionTooOldException">It's about some that aren't kept any more.</exception>
    public static async Task<BehaviourAnswer> FindAsync(IQuerySession session, BehaviourQuery query, CancellationToken cancel, BehaviourLimits? limits = null) =>
        await FindAsync(session, query, await BehaviourPosition.FindAsync(session, query, cancel), cancel, limits);

    /// <param name="session">The tenant's.</param>
    /// <param name="query">Not refused.</param>
    /// <param name="position">Read before this: what is read after it can only be newer.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="limits">How many events are looked at one by one; null: <see cref="BehaviourLimits.Default"/>.</param>
    /// <exception cref="QuestionTooLargeException">It's about more events than are looked at one by one.</exception>
    /// <exception cref="QuestionTooOldException">It's about some that aren't kept any more.</exception>
    public static async Task<BehaviourAnswer> FindAsync(IQuerySession session, BehaviourQuery query, BehaviourPosition position, CancellationToken cancel, BehaviourLimits? limits = null)
    {
        // Visits are far fewer, and none of their events is looked at.
        limits = IsAboutEvents(query) || !query.Conditions.IsEmpty || VisitsByQuarterHour.Answers(query) ? limits ?? BehaviourLimits.Default : new BehaviourLimits(long.MaxValue, long.MaxValue);
        var plan = await BehaviourPlan.MakeAsync(session, query, limits, cancel);
        var (totals, ofTotal) = await RowsAsync(session, query with { Dimensions = [] }, plan, cancel);
        var (rows, ofRows) = query.Dimensions.IsEmpty ? ([], false) : await RowsAsync(session, query, plan, cancel);
        return new BehaviourAnswer([.. rows.Take(query.Limit)], totals[0].Metrics, rows.Count > query.Limit, position, ofTotal || ofRows);
    }

    private static bool IsAboutEvents(BehaviourQuery query) => query.Metrics.Any(BehaviourQuery.OfHits.ContainsKey);

    private static async Task<(IReadOnlyList<BehaviourRow> Rows, bool IsEstimate)> RowsAsync(IQuerySession session, BehaviourQuery query, BehaviourPlan plan, CancellationToken cancel)
    {
        if (!plan.UsesRollUp || !IsAboutEvents(query))
            return (await RowsAsync(session, query, SourcesOf(query, plan), cancel), false);
        var (rows, isEstimate) = await new BehaviourRollUp(session, query, plan).FindAsync(cancel);
        var ofVisits = query.Metrics.Where(BehaviourQuery.OfVisits.ContainsKey).ToImmutableArray();
        if (ofVisits.Length > 0)
            rows = Beside(query, rows, ofVisits, await RowsAsync(session, query with { Metrics = ofVisits, Limit = MostVisitRows }, SourcesOf(query with { Metrics = ofVisits }, plan), cancel));
        return ([.. Ordered(query, rows).Take(query.Limit + 1)], isEstimate);
    }

    // A row of either is a row of the answer.
    private static IReadOnlyList<BehaviourRow> Beside(BehaviourQuery query, IReadOnlyList<BehaviourRow> rows, ImmutableArray<string> ofVisits, IReadOnlyList<BehaviourRow> visits)
    {
        var (all, at) = (rows.ToDictionary(row => string.Join('\0', row.Dimensions), StringComparer.Ordinal), ofVisits.Select(metric => query.Metrics.IndexOf(metric)).ToArray());
        foreach (var visit in visits)
        {
            var key = string.Join('\0', visit.Dimensions);
            var metrics = (all.TryGetValue(key, out var row) ? row.Metrics : [.. new double?[query.Metrics.Length]]).ToBuilder();
            for (var m = 0; m < at.Length; m++)
                metrics[at[m]] = visit.Metrics[m];
            all[key] = new BehaviourRow(visit.Dimensions, metrics.MoveToImmutable());
        }
        return [.. all.Values];
    }

    private static IEnumerable<BehaviourRow> Ordered(BehaviourQuery query, IReadOnlyList<BehaviourRow> rows)
    {
        var byDimensions = Comparer<BehaviourRow>.Create((left, right) => left.Dimensions.Zip(right.Dimensions, string.CompareOrdinal).FirstOrDefault(order => order != 0));
        return query.Dimensions.IsEmpty || BehaviourQuery.IsTime(query.Dimensions[0]) ? rows.Order(byDimensions) : rows.OrderByDescending(row => row.Metrics[0] ?? double.MinValue).ThenBy(row => row, byDimensions);
    }

    private static Source[] SourcesOf(BehaviourQuery query) => [.. Sources.Where(source => query.Metrics.Any(source.Metrics.ContainsKey))];

    private static Source[] SourcesOf(BehaviourQuery query, BehaviourPlan plan) => plan.UsesRollUp && VisitsByQuarterHour.Answers(query) ? Sums : SourcesOf(query);

    private static async Task<IReadOnlyList<BehaviourRow>> RowsAsync(IQuerySession session, BehaviourQuery query, Source[] sources, CancellationToken cancel) => (await session.QueryAsync(
        ModelsOf(query).First(), Sql(query, sources), Parameters(query), row => new BehaviourRow(
            [.. Enumerable.Range(0, query.Dimensions.Length).Select(row.GetString)],
            [.. Enumerable.Range(query.Dimensions.Length, query.Metrics.Length).Select(m => row.IsDBNull(m) ? (double?)null : row.GetDouble(m))]), cancel)).Items;

    // Each source grouped by itself, then put side by side: a row of either is a row of the answer.
    private static string Sql(BehaviourQuery query, Source[] sources)
    {
        var d = query.Dimensions.Length;
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
        var columns = query.Dimensions.Select((dimension, n) => $"{ValueOf(dimension, source.Alias)} as d{n + 1}")
            .Concat(query.Metrics.Select((metric, m) => (metric, m)).Where(one => source.Metrics.ContainsKey(one.metric)).Select(one => $"({source.Metrics[one.metric]})::double precision as m{one.m + 1}"));
        return $"""
            select {string.Join(", ", columns)} from read.{source.Model} {source.Alias}
            where {Where(query, source.Alias, source.Time)} and {source.Always}
            {(query.Dimensions.IsEmpty ? "" : $"group by {string.Join(", ", Enumerable.Range(1, query.Dimensions.Length))}")}
            """;
    }

    /// <summary>What leaves the rows that a question is about; its values are <see cref="Parameters"/>.</summary>
    /// <param name="query">Not refused.</param>
    /// <param name="table">h: events, v: visits, q: sums of visits, which have no bots.</param>
    /// <param name="time">SQL of a row's time.</param>
    internal static string Where(BehaviourQuery query, string table, string time) => $"""
        {time} >= ($2::date::timestamp at time zone $4) and {time} < (($3::date + 1)::timestamp at time zone $4)
        {BehaviourPlan.OnSites(query, table)} {(query.WithBots || table == "q" ? "" : $"and not {table}.is_bot")}
        {string.Concat(query.Filters.Select((filter, f) => $" and {(filter.IsNegated ? "not " : "")}{ValueOf(filter.Dimension, table)} = any (${f + 5})"))}
        {(query.Conditions.IsEmpty ? "" : $"and {BehaviourAudience.Among(query, $"{table}.visitor_id", 5 + query.Filters.Length)}")}
        """;

    private static string ValueOf(string dimension, string table) => $"coalesce({BehaviourQuery.Column(dimension, table)}, '{BehaviourQuery.None}')";

    /// <summary><see cref="Common"/>, then one a filter, then those of conditions.</summary>
    internal static NpgsqlParameter[] Parameters(BehaviourQuery query) => [.. Common(query), .. FilterValues(query), .. BehaviourAudience.Parameters(query)];

    /// <summary>Number of the first that a statement has beside <see cref="Parameters"/>.</summary>
    internal static int NextParameter(BehaviourQuery query) => 5 + query.Filters.Length + BehaviourAudience.Parameters(query).Length;

    /// <summary>$1 to $4: sites, first and last day, time zone.</summary>
    internal static IEnumerable<NpgsqlParameter> Common(BehaviourQuery query) =>
    [
        new() { Value = query.SiteIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = query.From }, new() { Value = query.To }, new() { Value = query.TimeZone },
    ];

    /// <summary>One a filter.</summary>
    internal static IEnumerable<NpgsqlParameter> FilterValues(BehaviourQuery query) =>
        query.Filters.Select(filter => new NpgsqlParameter { Value = filter.Values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
}
