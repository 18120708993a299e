using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Personalization;

/// <summary>What a recommender has to know next.</summary>
/// <param name="Changed">Log index of the event.</param>
/// <param name="VisitorId">Whose; null: everybody's.</param>
/// <param name="ItemId">With what the visitor had to do; null: all before that is let go of, the visitor's or, of everybody, what was
/// before <paramref name="At"/>.</param>
/// <param name="At">When.</param>
/// <param name="Weight">How much it says: 1 a page view, 2 what the site has a name for.</param>
public sealed record InteractionEntry(long Changed, Guid? VisitorId, Guid? ItemId, DateTimeOffset At, double Weight);

/// <summary>
/// What visitors had to do with which items: page views and events of the site's own whose prop <c>item</c> is an item's id; and, beside
/// them, of whom all before is let go of. A row an event, in the log's order.
/// </summary>
public sealed class Interactions : FlatTableProjection
{
    public const string ReadModel = "interactions";

    private const string Item = "item";
    private const double Viewed = 1, Tracked = 2;

    // Where nobody is erased alone it's for all sites.
    private static readonly Guid AllSites = Guid.Empty;

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(PageViewed), typeof(EventTracked), typeof(ConsentChanged), typeof(VisitorErased), typeof(VisitorsForgotten));

    protected override bool IsAppendOnly => true;

    public override ReadTable Table { get; } = new(
        [new("site_id", "uuid not null", NpgsqlDbType.Uuid), new("changed", "bigint not null", NpgsqlDbType.Bigint)],
        [
            new("visitor_id", "uuid", NpgsqlDbType.Uuid),
            new("item_id", "uuid", NpgsqlDbType.Uuid),
            new("at", "timestamptz not null", NpgsqlDbType.TimestampTz),
            new("weight", "double precision not null", NpgsqlDbType.Double),
        ],
        ["visitor_id, site_id"]);

    public override string NotForAnalysts => "It repeats what analytics.hits has, for the nodes' memory.";

    /// <summary>What changed on a site after a place in the log, in its order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="after">-1: from the first.</param>
    /// <param name="limit">Rows at most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<InteractionEntry>> SinceAsync(IQuerySession session, Guid siteId, long after, int limit, CancellationToken cancel) => session.QueryAsync(ReadModel, """
        select changed, visitor_id, item_id, at, weight from (
            (select changed, visitor_id, item_id, at, weight from read.interactions where site_id = $1 and changed > $3 order by changed limit $4)
            union all
            (select changed, visitor_id, item_id, at, weight from read.interactions where site_id = $2 and changed > $3 order by changed limit $4)) news
        order by changed limit $4
        """,
        [new() { Value = siteId }, new() { Value = AllSites }, new() { Value = after }, new() { Value = limit }], Read, cancel);

    /// <summary>After which place in the log there are so many left on a site; -1: there are fewer.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="last">So many.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<long> LastAsync(IQuerySession session, Guid siteId, int last, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select changed from read.interactions where site_id = $1 order by changed desc offset $2 limit 1",
            [new() { Value = siteId }, new() { Value = last }], row => row.GetInt64(0), cancel)).Items is [var changed] ? changed : -1;

    protected override void Apply(Event e, RowBatch rows)
    {
        switch (e.Data)
        {
            case VisitorErased erased:
                // Up to then: what is done later stays.
                foreach (var site in erased.Visits.GroupBy(visit => visit.SiteId))
                    LetGo(site.Key, erased.VisitorId, site.Max(visit => visit.To));
                break;
            // Who isn't to be recognised any more isn't known by what they did.
            case ConsentChanged { Analytics: false, Hit: var asked }:
                LetGo(asked.SiteId, asked.VisitorId, asked.At + Visit.Inactivity);
                break;
            case VisitorsForgotten forgotten:
                rows.DeleteRange(e.TenantId, new RowRange("at", null, forgotten.Before));
                rows.Upsert(e.TenantId, [AllSites, e.Index ?? 0], [null, null, forgotten.Before, 0.0]);
                break;
            case IHitEvent { Hit: { IsBot: false } hit } data when ItemOf(data) is { } item:
                rows.Upsert(e.TenantId, [hit.SiteId, e.Index ?? 0], [hit.VisitorId, item, hit.At, data is PageViewed ? Viewed : Tracked]);
                break;
        }

        void LetGo(Guid siteId, Guid visitorId, DateTimeOffset before)
        {
            rows.DeleteRange(e.TenantId, new RowRange("at", null, before, ("site_id", siteId), ("visitor_id", visitorId)));
            rows.Upsert(e.TenantId, [siteId, e.Index ?? 0], [visitorId, null, e.Timestamp, 0.0]);
        }
    }

    private static Guid? ItemOf(IHitEvent e) =>
        (e switch { PageViewed viewed => viewed.Props, EventTracked tracked => tracked.Props, _ => null })?.Values.TryGetValue(Item, out var value) is true
        && value.ValueKind == JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out var id) ? id : null;

    private static InteractionEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetFieldValue<DateTimeOffset>(3), row.GetDouble(4));
}
