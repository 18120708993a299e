using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>A visit, as its events so far make it.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="StartedAt">Time of its first event.</param>
/// <param name="EndedAt">Time of its last event.</param>
/// <param name="PageViews">Pages that were shown.</param>
/// <param name="Actions">Pages that were shown and events of the site's own.</param>
/// <param name="EngagedMs">Milliseconds of attention.</param>
/// <param name="EntryPage">Where it began.</param>
/// <param name="ExitPage">Where it ended.</param>
/// <param name="Referrer">Of its first event.</param>
/// <param name="CampaignSource">Of its first event.</param>
/// <param name="CampaignMedium">Of its first event.</param>
/// <param name="Campaign">Of its first event.</param>
/// <param name="Country">Of its first event.</param>
/// <param name="Device">Of its first event.</param>
/// <param name="Browser">Of its first event.</param>
/// <param name="System">Of its first event.</param>
/// <param name="IsBot">Of its first event.</param>
public sealed record VisitRow(
    Guid SiteId, DateTimeOffset StartedAt, DateTimeOffset EndedAt, int PageViews, int Actions, long EngagedMs, string EntryPage, string ExitPage, string? Referrer, string? CampaignSource,
    string? CampaignMedium, string? Campaign, string? Country, string Device, string? Browser, string? System, bool IsBot)
{
    internal static VisitRow Of(IHitEvent e) => new(
        e.Hit.SiteId, e.Hit.At, e.Hit.At, e is PageViewed ? 1 : 0, e is PageViewed or EventTracked ? 1 : 0, (e as EngagementMeasured)?.EngagedMs ?? 0, e.Hit.Page, e.Hit.Page, e.Hit.Referrer,
        e.Hit.Campaign?.Source, e.Hit.Campaign?.Medium, e.Hit.Campaign?.Name, e.Hit.Country, e.Hit.Device, e.Hit.Browser, e.Hit.System, e.Hit.IsBot);

    /// <summary>The two as one: a pause between them isn't longer than a visit allows.</summary>
    internal VisitRow With(VisitRow other)
    {
        // Of two that begin or end at once, the one that was there first stands.
        var (first, last) = (other.StartedAt < StartedAt ? other : this, other.EndedAt > EndedAt ? other : this);
        return first with { EndedAt = last.EndedAt, ExitPage = last.ExitPage, PageViews = PageViews + other.PageViews, Actions = Actions + other.Actions, EngagedMs = EngagedMs + other.EngagedMs };
    }

    internal bool Touches(VisitRow other) =>
        SiteId == other.SiteId && other.StartedAt <= EndedAt + Visit.Inactivity && other.EndedAt >= StartedAt - Visit.Inactivity;
}

/// <summary>
/// Visits by the times of their events: a pause of more than 30 minutes ends one, whatever the order in which events come in. One that comes late may join two visits, or begin one earlier.
/// </summary>
public sealed class Visits : GroupRowsProjection<VisitRow>
{
    public const string ReadModel = "visits";

    public override string Name => ReadModel;

    public override TimeSpan Rest => VisitorColumns.Rest;

    public override int Version => 3;

    public override IReadOnlyList<string> EventTypes { get; } = VisitorColumns.EventTypesOfRows;

    protected override string Group => "visitor_id";

    protected override Guid GroupOf(Event e) => e.Data switch { IHitEvent hit => hit.Hit.VisitorId, VisitorErased erased => erased.VisitorId, _ => Guid.Empty };

    protected override IReadOnlyList<ReadColumn> Key { get; } = [new("site_id", "uuid not null", NpgsqlDbType.Uuid), new("started_at", "timestamptz not null", NpgsqlDbType.TimestampTz)];

    protected override IReadOnlyList<ReadColumn> Columns { get; } =
    [
        new("ended_at", "timestamptz not null", NpgsqlDbType.TimestampTz),
        new("page_views", "integer not null", NpgsqlDbType.Integer),
        new("actions", "integer not null", NpgsqlDbType.Integer),
        new("engaged_ms", "bigint not null", NpgsqlDbType.Bigint),
        new("entry_page", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
        new("exit_page", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
        .. VisitorColumns.All,
    ];

    protected override IReadOnlyList<string> Indexes => ["site_id, started_at"];

    protected override RowSums<VisitRow> Sums => VisitsByQuarterHour.Of;

    public override AnalystView Analysts { get; } = new(
        "visits", "Which visits were there?", "a visit: a visitor's events on a site with no pause of more than 30 minutes; referrer, campaign, country, device and the like are those of its first event", ["visitor_id", "site_id", "started_at"],
        [
            new("visitor_id", "A number for the visitor, as in hits."),
            new("site_id", "The site: sites.id."),
            new("started_at", "Time of the first event, UTC."),
            new("ended_at", "Time of the last event, UTC."),
            new("page_views", "Pages that were shown."),
            new("actions", "Pages that were shown and events of the site's own; a visit with one is a bounce, with none no visit."),
            new("engaged_ms", "Milliseconds of attention."),
            new("entry_page", "Path of the page where it began."),
            new("exit_page", "Path of the page where it ended."),
            .. VisitorColumns.ForAnalysts,
        ],
        "select entry_page, count(*) as visits, avg((actions = 1)::int) as bounce_rate from analytics.visits where actions > 0 and not is_bot and started_at >= now() - interval '30 days' group by entry_page order by 2 desc limit 20",
        Permission.AnalyticsRead, Changed: "ended_at");

    // A visit that goes on after midnight is kept.
    protected override (RowRange Range, Func<VisitRow, DateTimeOffset> Time)? Deleted(Event e) => e.Data is VisitorsForgotten forgotten ? (new RowRange("ended_at", null, forgotten.Before), row => row.EndedAt) : null;

    public override IReadOnlyCollection<VisitRow> Evolve(IReadOnlyCollection<VisitRow> rows, Event e)
    {
        if (e.Data is VisitorErased erased)
            return [.. rows.Where(row => !erased.Visits.Any(visit => visit.SiteId == row.SiteId && visit.From <= row.EndedAt && visit.To > row.StartedAt))];
        if (e.Data is not IHitEvent hit)
            return rows;
        var (visit, others) = (VisitRow.Of(hit), new List<VisitRow>(rows.Count + 1));
        foreach (var row in rows)
            // What was there first, so that it stands where both begin or end at once.
            if (row.Touches(visit))
                visit = row.With(visit);
            else
                others.Add(row);
        // It may have closed the pause to a visit that was looked at before it grew.
        while (others.Find(visit.Touches) is { } touching)
        {
            others.Remove(touching);
            visit = touching.With(visit);
        }
        others.Add(visit);
        return others;
    }

    protected override (object[] Key, object?[] Columns) Values(VisitRow row) => (
        [row.SiteId, row.StartedAt],
        [
            row.EndedAt, row.PageViews, row.Actions, row.EngagedMs, row.EntryPage, row.ExitPage, row.Referrer, row.CampaignSource, row.CampaignMedium, row.Campaign, row.Country, row.Device, row.Browser,
            row.System, row.IsBot,
        ]);

    protected override VisitRow Read(NpgsqlDataReader reader, int first) => new(
        reader.GetGuid(first), reader.GetFieldValue<DateTimeOffset>(first + 1), reader.GetFieldValue<DateTimeOffset>(first + 2), reader.GetInt32(first + 3), reader.GetInt32(first + 4),
        reader.GetInt64(first + 5), reader.GetString(first + 6), reader.GetString(first + 7), Text(reader, first + 8), Text(reader, first + 9), Text(reader, first + 10), Text(reader, first + 11),
        Text(reader, first + 12), reader.GetString(first + 13), Text(reader, first + 14), Text(reader, first + 15), reader.GetBoolean(first + 16));

    private static string? Text(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
