using System.Collections.Immutable;
using Npgsql;
using Platform.Domain;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>Visitors who came for the first time in the same block of days.</summary>
/// <param name="Block">Which block, from 0.</param>
/// <param name="Visitors">Who came, by how many blocks later; the first is all of them.</param>
public sealed record Cohort(int Block, ImmutableArray<long> Visitors);

/// <summary>Who comes back. Only visitors who agreed to be recognised can be seen to: without a cookie each day's visitor is another.</summary>
/// <param name="Scope">Sites, days and filters; its metrics and dimensions don't count. Who came before its first day counts as new.</param>
/// <param name="Days">Of a block, 1 to 31.</param>
/// <param name="FromFirst">Blocks begin with the first event; else with the first day's midnight.</param>
public sealed record Retention(BehaviourQuery Scope, int Days, bool FromFirst)
{
    public const int MaxDays = 31, MaxBlocks = 60;

    /// <summary>What is wrong with it; null: it can be answered.</summary>
    public Rejection? Refuse() => new FieldErrors()
        .Add("block", Days is < 1 or > MaxDays ? $"1 to {MaxDays} days."
            : (Scope.To.DayNumber - Scope.From.DayNumber) / Days >= MaxBlocks ? $"At most {MaxBlocks} blocks: ask for fewer days, or for longer blocks." : null)
        .Add(Scope.Refuse()).Rejection;

    /// <exception cref="QuestionTooLargeException">It's about more events than are looked at.</exception>
    public async Task<(ImmutableArray<Cohort> Cohorts, DateTimeOffset? Start, long Index, long Lag)> FindAsync(IQuerySession session, CancellationToken cancel)
    {
        await BehaviourPlan.RequireAsync(session, Scope, cancel);
        var days = $"${BehaviourAnswer.NextParameter(Scope)}::integer";
        // By days of the time zone, where they begin at midnight: a block with a change of clocks is an hour longer or shorter.
        var block = FromFirst ? $"floor(extract(epoch from h.at - s.start) / ({days} * 86400))::integer" : $"((h.at at time zone $4)::date - $2::date) / {days}";
        var answer = await session.QueryAsync(Hits.ReadModel, $"""
            with start as materialized (
                select {(FromFirst ? $"(select min(h.at) from read.hits h where {BehaviourAnswer.Where(Scope, "h", "h.at")})" : "($2::date::timestamp at time zone $4)")} as start),
            seen as (
                select h.visitor_id, {block} as block
                from read.hits h cross join start s where {BehaviourAnswer.Where(Scope, "h", "h.at")} group by 1, 2),
            firsts as (select visitor_id, min(block) as cohort from seen group by 1)
            select f.cohort, n.block - f.cohort as later, count(*), min(s.start)
            from firsts f join seen n using (visitor_id) cross join start s group by 1, 2 order by 1, 2
            """,
            [.. BehaviourAnswer.Parameters(Scope), new NpgsqlParameter { Value = Days }],
            row => (Cohort: row.GetInt32(0), Later: row.GetInt32(1), Visitors: row.GetInt64(2), Start: row.GetFieldValue<DateTimeOffset>(3)), cancel);
        var last = answer.Items.Select(row => row.Cohort + row.Later).DefaultIfEmpty(-1).Max();
        return (
            [.. answer.Items.GroupBy(row => row.Cohort).Select(rows => new Cohort(rows.Key, [.. Enumerable.Range(0, last - rows.Key + 1).Select(later => rows.FirstOrDefault(row => row.Later == later).Visitors)]))],
            answer.Items.Count == 0 ? null : answer.Items[0].Start, answer.Index, answer.Lag);
    }
}
