using NpgsqlTypes;
using Platform.EventStore;

namespace Platform.Projections.Personalization;

/// <summary>Whom it's time to look at: visitors who did something, of whom something lies so far back that it may not count any more, and all there are.</summary>
public static class SegmentWork
{
    /// <summary>Tenants that have segments, or visitors in one.</summary>
    public static Task<IReadOnlyList<string>> TenantsAsync(IDocumentStore store, CancellationToken cancel) => store.FindWorkAsync("""
        with recursive holder as (
            (select m.tenant_id from read.segment_members m order by 1 limit 1)
            union all
            select (select m.tenant_id from read.segment_members m where m.tenant_id > h.tenant_id order by 1 limit 1) from holder h where h.tenant_id is not null)
        select s.tenant_id from read.segments s union select h.tenant_id from holder h where h.tenant_id is not null order by 1
        """, [], row => row.GetString(0), cancel);

    /// <summary>Who did something after a place in the log, with the place up to which all of them are among these.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="position">The place.</param>
    /// <param name="limit">Things that were done, at most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<(IReadOnlyList<Guid> Visitors, long Position, bool IsAll)> SinceAsync(IQuerySession session, long position, int limit, CancellationToken cancel)
    {
        var acts = (await session.QueryAsync(VisitorActs.ReadModel, "select a.visitor_id, a.position from read.visitor_acts a where a.position > $1 order by a.position limit $2",
            [new() { Value = position }, new() { Value = limit }], row => (Visitor: row.GetGuid(0), Position: row.GetInt64(1)), cancel)).Items;
        return ([.. acts.Select(act => act.Visitor).Distinct()], acts.Count > 0 ? acts[^1].Position : position, acts.Count < limit);
    }

    /// <summary>The last place in the log of what visitors did; -1: they did nothing.</summary>
    public static async Task<long> LastAsync(IQuerySession session, CancellationToken cancel) =>
        (await session.QueryAsync(VisitorActs.ReadModel, "select a.position from read.visitor_acts a where a.position is not null order by a.position desc limit 1", [], row => row.GetInt64(0), cancel)).Items is [var last] ? last : -1;

    /// <summary>Who did something that came to lie so many days back since somebody looked.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="days">Of 24 hours; 0: what was dated ahead has come.</param>
    /// <param name="from">When somebody looked.</param>
    /// <param name="to">Now.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<IReadOnlyList<Guid>> PassedAsync(IQuerySession session, IEnumerable<int> days, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) => (await session.QueryAsync(VisitorActs.ReadModel,
        "select distinct a.visitor_id from unnest($1) d (days) cross join lateral (select v.visitor_id from read.visitor_acts v where v.at > $2 - d.days * interval '24 hours' and v.at <= $3 - d.days * interval '24 hours') a",
        [new() { Value = days.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer }, new() { Value = from.UtcDateTime }, new() { Value = to.UtcDateTime }], row => row.GetGuid(0), cancel)).Items;

    /// <summary>Visitors of whom something is kept, or who are in a segment, by number.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="after">Only those after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<IReadOnlyList<Guid>> VisitorsAsync(IQuerySession session, Guid after, int limit, CancellationToken cancel) => (await session.QueryAsync(VisitorActs.ReadModel, """
        with recursive acting (id, n) as (
            (select a.visitor_id, 1 from read.visitor_acts a where a.visitor_id > $1 order by 1 limit 1)
            union all
            select (select a.visitor_id from read.visitor_acts a where a.visitor_id > w.id order by 1 limit 1), w.n + 1 from acting w where w.id is not null and w.n < $2),
        placed (id, n) as (
            (select m.visitor_id, 1 from read.segment_members m where m.visitor_id > $1 order by 1 limit 1)
            union all
            select (select m.visitor_id from read.segment_members m where m.visitor_id > w.id order by 1 limit 1), w.n + 1 from placed w where w.id is not null and w.n < $2)
        select id from acting where id is not null union select id from placed where id is not null order by 1 limit $2
        """, [new() { Value = after }, new() { Value = limit }], row => row.GetGuid(0), cancel)).Items;
}
