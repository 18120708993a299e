using System.Collections.Immutable;
using NpgsqlTypes;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>A minute.</summary>
/// <param name="At">When it begins, UTC.</param>
/// <param name="PageViews">Pages that were shown in it.</param>
public sealed record LiveMinute(DateTimeOffset At, long PageViews);

/// <summary>A page that is looked at.</summary>
/// <param name="Page">Its path.</param>
/// <param name="Visitors">Who was there in the last five minutes.</param>
public sealed record LivePage(string Page, long Visitors);

/// <summary>Who is on a site now, bots left out.</summary>
/// <param name="Visitors">Who was there in the last five minutes.</param>
/// <param name="Minutes">The last thirty, in order.</param>
/// <param name="Pages">Where they are, the most visitors first; at most ten.</param>
public sealed record LiveVisitors(long Visitors, ImmutableArray<LiveMinute> Minutes, ImmutableArray<LivePage> Pages)
{
    private const int Minute = 60, ShownMinutes = 30;

    private static readonly TimeSpan Present = TimeSpan.FromMinutes(5);

    /// <param name="session">The tenant's.</param>
    /// <param name="siteIds">Sites; empty: all.</param>
    /// <param name="now">The platform's clock.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<(LiveVisitors Live, long Index, long Lag)> FindAsync(IQuerySession session, ImmutableArray<Guid> siteIds, DateTimeOffset now, CancellationToken cancel)
    {
        var first = new DateTimeOffset(now.UtcTicks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(1 - ShownMinutes);
        var answer = await session.QueryAsync(Hits.ReadModel, $"""
            with recent as materialized (
                select h.visitor_id, h.at, h.page, h.name from read.hits h
                where h.at >= $2 and h.at <= $3 and not h.is_bot and {(siteIds.IsEmpty ? "h.site_id in (select distinct q.site_id from read.hits_by_quarter_hour q where q.at >= $2 - interval '15 minutes')" : "h.site_id = any ($1)")}),
            present as (select distinct on (r.visitor_id) r.visitor_id, r.page from recent r where r.at >= $4 order by r.visitor_id, r.at desc)
            select 'visitors', null, count(*) from present
            union all select 'minute', floor(extract(epoch from r.at - $2) / {Minute})::text, count(*) from recent r where r.name = 'page_view' group by 2
            union all (select 'page', p.page, count(*) from present p group by 2 order by 3 desc, 2 limit 10)
            """,
            [
                new() { Value = siteIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = first.UtcDateTime }, new() { Value = now.UtcDateTime },
                new() { Value = (now - Present).UtcDateTime },
            ],
            row => (Kind: row.GetString(0), Name: row.IsDBNull(1) ? "" : row.GetString(1), Count: row.GetInt64(2)), cancel);
        var views = answer.Items.Where(row => row.Kind == "minute").ToDictionary(row => int.Parse(row.Name, System.Globalization.CultureInfo.InvariantCulture), row => row.Count);
        return (
            new LiveVisitors(
                answer.Items.Single(row => row.Kind == "visitors").Count,
                [.. Enumerable.Range(0, ShownMinutes).Select(n => new LiveMinute(first.AddMinutes(n), views.GetValueOrDefault(n)))],
                [.. answer.Items.Where(row => row.Kind == "page").Select(row => new LivePage(row.Name, row.Count))]),
            answer.Index, answer.Lag);
    }
}
