using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Experiments;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Projections.Experiments;

/// <summary>What visitors did in each variant of an experiment, by their events. No more of them are looked at than for any other question about behaviour.</summary>
/// <param name="Key">Of the experiment.</param>
/// <param name="Content">Its variants and metrics.</param>
/// <param name="From">Exposures count from then on.</param>
/// <param name="Until">What comes then or later doesn't.</param>
public sealed record ExperimentFigures(string Key, ExperimentContent Content, DateTimeOffset From, DateTimeOffset Until)
{
    private const int FixedParameters = 6, ParametersAMetric = 6;

    // What is beyond counts as that: squares of larger numbers are beyond doubles.
    private const string Largest = "1e15";

    /// <summary>A unit is a visitor, told by number; its first exposure counts. Programs, and exposures to what is no variant, don't.</summary>
    /// <exception cref="QuestionTooLargeException">There are more events than are looked at.</exception>
    /// <exception cref="QuestionTooOldException">Some of them aren't kept any more.</exception>
    public async Task<(ExperimentSums Sums, long Index, long Lag)> SumAsync(IQuerySession session, CancellationToken cancel)
    {
        var (first, last) = (DateOnly.FromDateTime(From.UtcDateTime), DateOnly.FromDateTime(Until.UtcDateTime));
        var question = new BehaviourQuery(Content.SiteIds ?? [], first, last < first ? first : last, "Etc/UTC", ["events"], [], [], false, 1);
        await BehaviourPlan.RequireAsync(session, question, cancel);
        // Where something from before isn't kept any more, less variance is taken away, and nothing is told wrong.
        if (DaysBefore > 0)
            await BehaviourPlan.RequireAsync(session, question with { From = first.AddDays(-DaysBefore) }, cancel, ofWhatIsKept: true);
        var metrics = Content.Metrics().ToArray();
        var answer = await session.QueryAsync(Hits.ReadModel, Sql(metrics), Parameters(metrics), row => Read(row, metrics), cancel);
        return (new(
            [.. answer.Items.Where(row => row.Variant is not null).Select(row => new VariantSums(row.Variant!, row.Units, row.Metrics))],
            answer.Items.Where(row => row.Variant is null).Sum(row => row.Units)), answer.Index, answer.Lag);
    }

    private int DaysBefore => Content.Metrics().Max(metric => metric.DaysBefore ?? 0);

    private static (string? Variant, long Units, ImmutableArray<MetricSums> Metrics) Read(NpgsqlDataReader row, ExperimentMetric[] metrics)
    {
        var at = 2;
        return (row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1),
            [.. metrics.Select(metric => new MetricSums(Next(metric.Quantities()), Next(metric.Quantities() * (metric.Quantities() + 1) / 2)))]);

        ImmutableArray<double> Next(int count) => [.. Enumerable.Range(0, count).Select(_ => row.GetDouble(at++))];
    }

    private string Sql(ExperimentMetric[] metrics)
    {
        var sites = Content.SiteIds is null ? "" : "and h.site_id = any ($5)";
        var values = metrics.SelectMany((metric, m) => Values(metric, FixedParameters + 1 + ParametersAMetric * m)).ToArray();
        // What a quantile of a metric's own visitors caps, by the number of its first value.
        var caps = metrics.Index().Where(metric => metric.Item.Quantile is not null)
            .SelectMany(metric => Enumerable.Range(First(metric.Index), metric.Item.Quantities()).Select(n => (N: n, Parameter: FixedParameters + ParametersAMetric * (metric.Index + 1)))).ToDictionary(cap => cap.N, cap => cap.Parameter);
        return $"""
            with seen as materialized (
                select h.visitor_id, min(h.at) as at, case when count(distinct h.props->>'{Exposure.Variant}') = 1 then min(h.props->>'{Exposure.Variant}') end as variant
                from read.hits h
                where h.name = '{Exposure.EventName}' and h.at >= $2 and h.at < $3 and not h.is_bot and h.props->>'{Exposure.Experiment}' = $1 and h.props->>'{Exposure.Variant}' = any ($4) {sites}
                group by h.visitor_id),
            done as (
                select h.visitor_id, h.at, h.name, h.props from read.hits h
                where h.name = any ($6) and h.at >= $2 - interval '{DaysBefore} days' and h.at < $3 and not h.is_bot {sites}),
            units as (
                select s.visitor_id, s.variant, {string.Join(", ", values.Select((value, n) => $"{value} as x{n}"))}
                from seen s left join done d on d.visitor_id = s.visitor_id and d.at >= s.at - interval '{DaysBefore} days'
                group by s.visitor_id, s.variant, s.at),
            caps as (select {(caps.Count == 0 ? "1" : string.Join(", ", caps.Select(cap => $"percentile_cont(${cap.Value}) within group (order by u.x{cap.Key}) filter (where u.variant is not null) as c{cap.Key}")) + " from units u")}),
            capped as (select u.variant, {string.Join(", ", values.Select((_, n) => caps.ContainsKey(n) ? $"least(u.x{n}, c.c{n}) as x{n}" : $"u.x{n}"))} from units u cross join caps c)
            select variant, count(*), {string.Join(", ", metrics.Select((metric, m) => Sums(First(m), metric.Quantities())))} from capped group by variant
            """;

        int First(int m) => metrics.Take(m).Sum(before => before.Quantities());
    }

    private static string Sums(int first, int quantities)
    {
        var all = Enumerable.Range(first, quantities).ToArray();
        return string.Join(", ", [.. all.Select(n => $"sum(x{n})"), .. all.SelectMany(n => all.Where(other => other >= n).Select(other => $"sum(x{n} * x{other})"))]);
    }

    // In the order of Moments: what counts, of a ratio what it's divided by; then the same of before.
    private static IEnumerable<string> Values(ExperimentMetric metric, int p)
    {
        string[] windows = [$"d.at >= s.at and d.at < s.at + ${p + 1} * interval '1 day'", $"d.at < s.at and d.at >= s.at - ${p + 4} * interval '1 day'"];
        foreach (var window in windows.Take(metric.DaysBefore is null ? 1 : 2))
        {
            yield return Value(metric, p, window);
            if (metric.Kind == ExperimentMetric.Ratio)
                yield return $"count(*) filter (where d.name = ${p + 3} and {window})::double precision";
        }
    }

    private static string Value(ExperimentMetric metric, int p, string window)
    {
        var counts = $"d.name = ${p} and {window}";
        return metric.Kind == ExperimentMetric.Conversion ? $"(count(*) filter (where {counts}) > 0)::integer::double precision"
            : metric.Property is null ? $"count(*) filter (where {counts})::double precision"
            : $"greatest(-{Largest}, least({Largest}, coalesce(sum(greatest(-{Largest}, least({Largest}, (d.props->>${p + 2})::double precision))) filter (where {counts} and jsonb_typeof(d.props->${p + 2}) = 'number'), 0)))::double precision";
    }

    private NpgsqlParameter[] Parameters(ExperimentMetric[] metrics) =>
    [
        Text(Key), Time(From), Time(Until), Texts(Content.Variants.Select(variant => variant.Key)),
        new() { Value = (Content.SiteIds ?? []).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
        Texts(metrics.SelectMany(metric => metric.Per is { } per ? new[] { metric.Event, per } : [metric.Event]).Distinct(StringComparer.Ordinal)),
        .. metrics.SelectMany(metric => new[]
        {
            Text(metric.Event), Days(metric.Days), Text(metric.Property ?? ""), Text(metric.Per ?? ""), Days(metric.DaysBefore ?? 0), new() { Value = metric.Quantile ?? 1, NpgsqlDbType = NpgsqlDbType.Double },
        }),
    ];

    private static NpgsqlParameter Days(int days) => new() { Value = days, NpgsqlDbType = NpgsqlDbType.Integer };

    private static NpgsqlParameter Text(string text) => new() { Value = text, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Texts(IEnumerable<string> texts) => new() { Value = texts.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlParameter Time(DateTimeOffset at) => new() { Value = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}

/// <summary>Experiments that run by a decision plan, of all tenants.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Id">The experiment.</param>
public sealed record DecidedExperiment(string TenantId, Guid Id)
{
    /// <param name="store">Has the read model.</param>
    /// <param name="after">Those after it, by tenant and id; null: from the first on.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<IReadOnlyList<DecidedExperiment>> FindAsync(IDocumentStore store, DecidedExperiment? after, int limit, CancellationToken cancel) => store.FindWorkAsync(
        """
        select e.tenant_id, e.id from read.experiments e
        where e.status = 'running' and e.data->'experiment'->'content'->'decision' is not null and (e.tenant_id, e.id) > ($1, $2)
        order by e.tenant_id, e.id limit $3
        """,
        [new() { Value = after?.TenantId ?? "" }, new() { Value = after?.Id ?? Guid.Empty }, new() { Value = limit }], row => new DecidedExperiment(row.GetString(0), row.GetGuid(1)), cancel);
}
