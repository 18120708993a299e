using System.Text.Json;
using Npgsql;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>An event of a visitor, as the visitor may see it.</summary>
/// <param name="EventId">In the ledger.</param>
/// <param name="SiteId">The site.</param>
/// <param name="At">When it happened.</param>
/// <param name="Name">What: page_view, engagement, web_vital, consent, or the site's own word.</param>
/// <param name="Page">Path of the page.</param>
/// <param name="Referrer">Host that led there.</param>
/// <param name="Campaign">Of the link that led there: source, medium and name.</param>
/// <param name="Country">Two letters.</param>
/// <param name="Device">desktop, mobile, tablet, tv or other.</param>
/// <param name="Browser">Family.</param>
/// <param name="System">Operating system.</param>
/// <param name="EngagedMs">Milliseconds of attention.</param>
/// <param name="Props">What the site says of it.</param>
public sealed record VisitorEvent(
    Guid EventId, Guid SiteId, DateTimeOffset At, string Name, string Page, string? Referrer, string? Campaign, string? Country, string Device, string? Browser, string? System, int? EngagedMs, JsonElement? Props);

/// <summary>What is kept of a visitor, one by one.</summary>
/// <param name="VisitorId">The visitor's number.</param>
public sealed record KeptOfVisitor(Guid VisitorId)
{
    /// <summary>Events in the order in which they happened.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Gives up.</param>
    // By visits, whose key begins with the visitor; events are sought by site and time.
    public Task<Answer<VisitorEvent>> EventsAsync(IQuerySession session, int limit, CancellationToken cancel) => session.QueryAsync(Visits.ReadModel, """
        select h.event_id, h.site_id, h.at, h.name, h.page, h.referrer, nullif(concat_ws(' / ', h.campaign_source, h.campaign_medium, h.campaign), ''), h.country, h.device, h.browser, h.system, h.engaged_ms, h.props::text
        from read.visits v join read.hits h on h.tenant_id = v.tenant_id and h.site_id = v.site_id and h.at between v.started_at and v.ended_at and h.visitor_id = v.visitor_id
        where v.visitor_id = $1 order by h.at, h.event_id limit $2
        """,
        [new() { Value = VisitorId }, new() { Value = limit }],
        row => new VisitorEvent(
            row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3), row.GetString(4), Text(row, 5), Text(row, 6), Text(row, 7), row.GetString(8), Text(row, 9), Text(row, 10),
            row.IsDBNull(11) ? null : row.GetInt32(11), row.IsDBNull(12) ? null : JsonElement.Parse(row.GetString(12))), cancel);

    /// <summary>When the visitor was where.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<VisitSpan>> VisitsAsync(IQuerySession session, int limit, CancellationToken cancel) => (await session.QueryAsync(Visits.ReadModel,
        "select v.site_id, v.started_at, v.ended_at from read.visits v where v.visitor_id = $1 order by v.site_id, v.started_at limit $2", [new() { Value = VisitorId }, new() { Value = limit }],
        row => new VisitSpan(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2)), cancel)).Items;

    private static string? Text(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
}
