using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Personalization;

/// <summary>What visitors did who agreed to be recognised, visitor by visitor: what profiles are made of. Who takes the consent back isn't in it any more.</summary>
public sealed class VisitorActs : FlatTableProjection
{
    public const string ReadModel = "visitor_acts";

    public override string Name => ReadModel;

    public override TimeSpan Rest => VisitorColumns.Rest;

    public override int Version => 2;

    public override IReadOnlyList<string> EventTypes { get; } = VisitorColumns.EventTypesOfRows;

    protected override bool IsAppendOnly => true;

    public override ReadTable Table { get; } = new(
        [new("visitor_id", "uuid not null", NpgsqlDbType.Uuid), new("at", "timestamptz not null", NpgsqlDbType.TimestampTz), new("event_id", "uuid not null", NpgsqlDbType.Uuid)],
        [
            new("site_id", "uuid not null", NpgsqlDbType.Uuid),
            new("name", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
            new("page", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
            .. VisitorColumns.All,
            new("props", "jsonb", NpgsqlDbType.Jsonb),
            new("consents", "boolean", NpgsqlDbType.Boolean),
            new("position", "bigint", NpgsqlDbType.Bigint),
        ],
        // For who looks at what came since, and at what has come to lie some days back.
        ["position", "at"]);

    public override AnalystView Analysts { get; } = new(
        "visitor_acts", "What did visitors do who agreed to be recognised?", "an event of a visitor, also in hits, in the visitor's order", ["visitor_id", "at", "event_id"],
        [
            new("visitor_id", "A number for the visitor, as in hits."),
            new("at", "When it happened, UTC."),
            new("event_id", "The event in the ledger; its proof is at /api/ledger/proof?event=."),
            new("site_id", "The site: sites.id."),
            new("name", "page_view, engagement, web_vital, consent, or the site's own word."),
            new("page", "Path of the page, without query."),
            .. VisitorColumns.ForAnalysts,
            new("props", "Of a page view or an event of the site's own: what the site says of it, as JSON."),
            new("consents", "Of consent: whether it was given."),
        ],
        "select visitor_id, count(*) as acts, max(at) as last_seen from analytics.visitor_acts group by visitor_id order by 2 desc limit 20", Permission.ProfilesRead, Changed: "at");

    protected override void Apply(Event e, RowBatch rows)
    {
        VisitorColumns.LetGo(e, rows);
        if (e.Data is not IHitEvent { Hit: { IsRecognised: true, IsBot: false } hit } data)
            return;
        var consents = (data as ConsentChanged)?.Analytics;
        // What comes late of somebody who has taken the consent back finds this row, and isn't looked at: the last word is no.
        if (consents is false)
            rows.DeleteRange(e.TenantId, new RowRange("at", null, DateTimeOffset.MaxValue, ("visitor_id", hit.VisitorId)));
        rows.Upsert(e.TenantId, [hit.VisitorId, hit.At, e.Id], [hit.SiteId, Hits.NameOf(data), hit.Page, .. VisitorColumns.Of(hit), VisitorColumns.PropsOf(data), consents, e.Index]);
    }
}
