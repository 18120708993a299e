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
    private const int FixedParameters = 6;

    // What is beyond counts as that: squares of larger numbers are beyond doubles.
    private const string Largest = "1e15";

    /// <summary>A unit is a visitor, told by number; its first exposure counts. Programs, and exposures to what is no variant, don't.</summary>
    /// <exception cref="QuestionTooLargeException">There are more events than are looked at.</exception>
    /// <exception cref="QuestionTooOldException">Some of them aren't kept any more.</exception>
    public async Task<(ExperimentSums Sums, long Index, long Lag)> SumAsync(IQuerySession session, CancellationToken cancel)
    {
        var (first, last) = (DateOnly.FromDateTime(From.UtcDateTime), DateOnly.FromDateTime(Until.UtcDateTime));
        await BehaviourPlan.RequireAsync(session, new BehaviourQuery(Content.SiteIds ?? [], first, last < first ? first : last, "Etc/UTC", ["events"], [], [], false, 1), cancel);
        var metrics = Content.Metrics().ToArray();
        var answer = await session.QueryAsync(Hits.ReadModel, Sql(metrics), Parameters(metrics), row => (Variant: row.IsDBNull(0) ? null : row.GetString(0), Units: row.GetInt64(1),
            Metrics: metrics.Select((_, m) => new MetricSums(row.GetDouble(2 + 2 * m), row.GetDouble(3 + 2 * m))).ToImmutableArray()), cancel);
        return (new(
            [.. answer.Items.Where(row => row.Variant is not null).Select(row => new VariantSums(row.Variant!, row.Units, row.Metrics))],
            answer.Items.Where(row => row.Variant is null).Sum(row => row.Units)), answer.Index, answer.Lag);
    }

    private string Sql(ExperimentMetric[] metrics)
    {
        var sites = Content.SiteIds is null ? "" : "and h.site_id = any ($5)";
        return $"""
            with seen as materialized (
                select h.visitor_id, min(h.at) as at, case when count(distinct h.props->>'{Exposure.Variant}') = 1 then min(h.props->>'{Exposure.Variant}') end as variant
                from read.hits h
                where h.name = '{Exposure.EventName}' and h.at >= $2 and h.at < $3 and not h.is_bot and h.props->>'{Exposure.Experiment}' = $1 and h.props->>'{Exposure.Variant}' = any ($4) {sites}
                group by h.visitor_id),
            done as (
                select h.visitor_id, h.at, h.name, h.props from read.hits h where h.name = any ($6) and h.at >= $2 and h.at < $3 and not h.is_bot {sites}),
            units as (
                select s.visitor_id, s.variant, {string.Join(", ", metrics.Select((metric, m) => $"{Value(metric, FixedParameters + 1 + 3 * m)} as x{m}"))}
                from seen s left join done d on d.visitor_id = s.visitor_id and d.at >= s.at
                group by s.visitor_id, s.variant)
            select variant, count(*), {string.Join(", ", metrics.Select((_, m) => $"sum(x{m}), sum(x{m} * x{m})"))} from units group by variant
            """;
    }

    private static string Value(ExperimentMetric metric, int p)
    {
        var counts = $"d.name = ${p} and d.at < s.at + ${p + 1} * interval '1 day'";
        return metric.Kind switch
        {
            ExperimentMetric.Conversion => $"(count(*) filter (where {counts}) > 0)::integer::double precision",
            ExperimentMetric.Count => $"count(*) filter (where {counts})::double precision",
            _ => $"greatest(-{Largest}, least({Largest}, coalesce(sum(greatest(-{Largest}, least({Largest}, (d.props->>${p + 2})::double precision))) filter (where {counts} and jsonb_typeof(d.props->${p + 2}) = 'number'), 0)))::double precision",
        };
    }

    private NpgsqlParameter[] Parameters(ExperimentMetric[] metrics) =>
    [
        Text(Key), Time(From), Time(Until), Texts(Content.Variants.Select(variant => variant.Key)),
        new() { Value = (Content.SiteIds ?? []).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, Texts(metrics.Select(metric => metric.Event).Distinct(StringComparer.Ordinal)),
        .. metrics.SelectMany(metric => new[] { Text(metric.Event), new() { Value = metric.Days, NpgsqlDbType = NpgsqlDbType.Integer }, Text(metric.Property ?? "") }),
    ];

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
