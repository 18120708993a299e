using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>Pages that were shown one after the other within visits.</summary>
/// <param name="Pages">Paths, in the order in which they were shown; fewer than asked for where the visit ended or began.</param>
/// <param name="Times">How often.</param>
public sealed record PagePath(ImmutableArray<string> Pages, long Times);

/// <summary>Which ways visitors take. A page that is loaded anew counts once.</summary>
/// <param name="Scope">Sites, days and filters; its metrics and dimensions don't count.</param>
/// <param name="Page">Where ways begin, or, with <paramref name="IsBackwards"/>, end; null: where visits do.</param>
/// <param name="Length">Pages of a way, 2 to 5.</param>
/// <param name="IsBackwards">Ways to the page, not from it.</param>
public sealed record Paths(BehaviourQuery Scope, string? Page, int Length, bool IsBackwards)
{
    public const int MinLength = 2, MaxLength = 5, MaxPaths = 1_000;

    /// <summary>What is wrong with it; null: it can be answered.</summary>
    public Rejection? Refuse() => new FieldErrors()
        .Add("length", Length is < MinLength or > MaxLength ? $"{MinLength} to {MaxLength} pages." : null)
        .Add("page", Page is { Length: 0 or > Track.MaxPath } ? $"1 to {Track.MaxPath} characters." : null)
        .Add("rows", Scope.Limit > MaxPaths ? $"At most {MaxPaths}." : null)
        .Add(Scope.Refuse()).Rejection;

    /// <summary>The ways, the most frequent first, and how many there were of all.</summary>
    /// <exception cref="QuestionTooLargeException">It's about more events than are looked at.</exception>
    public async Task<(ImmutableArray<PagePath> Paths, long Times, long Index, long Lag)> FindAsync(IQuerySession session, CancellationToken cancel)
    {
        await BehaviourPlan.RequireAsync(session, Scope, cancel);
        // Backwards is forwards by falling time. A visit is what a visit is elsewhere: a pause between any two events of it isn't longer than 30 minutes.
        var order = IsBackwards ? "at desc, event_id desc" : "at, event_id";
        var page = $"${BehaviourAnswer.NextParameter(Scope)}";
        var answer = await session.QueryAsync(Hits.ReadModel, $"""
            with events as (
                select h.site_id, h.visitor_id, h.at, h.event_id, h.name, h.page,
                    h.at - lag(h.at) over (partition by h.site_id, h.visitor_id order by h.at, h.event_id) > interval '{(int)Visit.Inactivity.TotalMinutes} minutes' as begins
                from read.hits h where {BehaviourAnswer.Where(Scope, "h", "h.at")}),
            visits as (select *, count(*) filter (where begins) over (partition by site_id, visitor_id order by at, event_id) as visit from events),
            views as (
                select site_id, visitor_id, visit, at, event_id, page, lag(page) over (partition by site_id, visitor_id, visit order by {order}) as before
                from visits where name = 'page_view'),
            ways as (
                select page, before,
                    array_agg(page) over (partition by site_id, visitor_id, visit order by {order} rows between current row and {Length - 1} following) as way
                from views where before is distinct from page)
            select {(IsBackwards ? $"(select array_agg(w.way[n] order by n desc) from generate_subscripts(w.way, 1) n)" : "w.way")}, count(*), (sum(count(*)) over ())::bigint
            from ways w where {(Page is null ? "w.before is null" : $"w.page = {page}")}
            group by w.way order by 2 desc, w.way limit {Scope.Limit}
            """,
            [.. BehaviourAnswer.Parameters(Scope), .. Page is null ? (IEnumerable<NpgsqlParameter>)[] : [new() { Value = Page, NpgsqlDbType = NpgsqlDbType.Text }]],
            row => (Path: new PagePath([.. row.GetFieldValue<string[]>(0)], row.GetInt64(1)), All: row.GetInt64(2)), cancel);
        return ([.. answer.Items.Select(item => item.Path)], answer.Items.Count == 0 ? 0 : answer.Items[0].All, answer.Index, answer.Lag);
    }
}
