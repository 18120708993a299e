using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>What visitors did: a row an event, for whatever is asked of it.</summary>
public sealed class Hits : FlatTableProjection
{
    public const string ReadModel = "hits";

    public override string Name => ReadModel;

    public override TimeSpan Rest => VisitorColumns.Rest;

    public override int Version => 2;

    public override IReadOnlyList<string> EventTypes { get; } = VisitorColumns.EventTypesOfRows;

    protected override bool IsAppendOnly => true;

    // There will be very many rows, read by site and time: that order is the key, and there's no other index.
    public override ReadTable Table { get; } = new(
        [new("site_id", "uuid not null", NpgsqlDbType.Uuid), new("at", "timestamptz not null", NpgsqlDbType.TimestampTz), new("event_id", "uuid not null", NpgsqlDbType.Uuid)],
        [
            new("visitor_id", "uuid not null", NpgsqlDbType.Uuid),
            new("name", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
            new("page", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
            .. VisitorColumns.All,
            new("is_replayed", "boolean not null", NpgsqlDbType.Boolean),
            new("engaged_ms", "integer", NpgsqlDbType.Integer),
            new("scroll", "integer", NpgsqlDbType.Integer),
            new("vital", "varchar collate \"C\"", NpgsqlDbType.Varchar),
            new("value", "double precision", NpgsqlDbType.Double),
            new("props", "jsonb", NpgsqlDbType.Jsonb),
        ],
        []);

    public override AnalystView Analysts { get; } = new(
        "hits", "What did visitors do?", "an event of a visitor", ["site_id", "at", "event_id"],
        [
            new("site_id", "The site: sites.id."),
            new("at", "When it happened, UTC."),
            new("event_id", "The event in the ledger; its proof is at /api/ledger/proof?event=."),
            new("visitor_id", "A number for the visitor: without a cookie another one each day and site."),
            new("name", "page_view, engagement, web_vital, consent, or the site's own word."),
            new("page", "Path of the page, without query."),
            .. VisitorColumns.ForAnalysts,
            new("is_replayed", "Brought in from a record of the past."),
            new("engaged_ms", "Of an engagement: milliseconds of attention."),
            new("scroll", "Of an engagement: per cent of the page that was reached."),
            new("vital", "Of a web vital: LCP, CLS, INP, FCP or TTFB."),
            new("value", "Of a web vital: milliseconds; CLS without unit."),
            new("props", "Of a page view or an event of the site's own: what the site says of it, as JSON."),
        ],
        "select page, count(*) as views, count(distinct visitor_id) as visitors from analytics.hits where name = 'page_view' and not is_bot and at >= now() - interval '30 days' group by page order by 2 desc limit 20",
        Permission.AnalyticsRead, Changed: "at");

    protected override void Apply(Event e, RowBatch rows)
    {
        VisitorColumns.LetGo(e, rows);
        if (e.Data is not IHitEvent { Hit: var hit } data)
            return;
        var (engagement, vital) = (data as EngagementMeasured, data as VitalMeasured);
        rows.Upsert(e.TenantId, [hit.SiteId, hit.At, e.Id],
        [
            hit.VisitorId, NameOf(data), hit.Page, .. VisitorColumns.Of(hit), hit.IsReplayed, engagement?.EngagedMs, engagement?.Scroll, vital?.Vital, vital?.Value, VisitorColumns.PropsOf(data),
        ]);
    }

    /// <summary>As trackers name it.</summary>
    internal static string NameOf(IHitEvent e) => e switch
    {
        PageViewed => "page_view",
        EngagementMeasured => "engagement",
        VitalMeasured => "web_vital",
        ConsentChanged => "consent",
        EventTracked tracked => tracked.Name,
        _ => throw new ArgumentOutOfRangeException(nameof(e)),
    };
}
