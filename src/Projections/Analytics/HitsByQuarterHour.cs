using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>A site's quarter of an hour.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="At">When it begins.</param>
public readonly record struct SiteQuarterHour(Guid SiteId, DateTimeOffset At);

/// <summary>What visitors did on a site in each quarter of an hour: hours and days of every time zone are made of those, also where clocks change.</summary>
public sealed class HitsByQuarterHour : RollUpProjection<SiteQuarterHour, HitSum>
{
    public const string ReadModel = "hits_by_quarter_hour";

    public override string Name => ReadModel;

    public override TimeSpan Rest => VisitorColumns.Rest;

    public override IReadOnlyList<string> EventTypes { get; } = VisitorColumns.EventTypes;

    protected override IReadOnlyList<ReadColumn> Key { get; } = [new("site_id", "uuid not null", NpgsqlDbType.Uuid), new("at", "timestamptz not null", NpgsqlDbType.TimestampTz)];

    protected override IReadOnlyList<ReadColumn> Columns => HitSum.Columns;

    protected override IReadOnlyList<string> Indexes => ["at"];

    public override AnalystView Analysts { get; } = new(
        ReadModel, "How much did visitors do, over time?", "a quarter of an hour of a site, bots left out", ["site_id", "at"],
        [new("site_id", "The site: sites.id."), new("at", "When the quarter of an hour begins, UTC."), .. HitSum.ForAnalysts],
        "select date_trunc('hour', at) as hour, sum(page_views) as page_views from analytics.hits_by_quarter_hour where at >= now() - interval '2 days' group by 1 order by 1",
        Permission.AnalyticsRead);

    protected override IEnumerable<SiteQuarterHour> KeysOf(Event e) => e.Data is IHitEvent { Hit: { IsBot: false } hit } ? [KeyOf(hit)] : [];

    public override void Add(Event e, IRollUp<SiteQuarterHour, HitSum> rows)
    {
        if (e.Data is IHitEvent { Hit: { IsBot: false } hit } data)
            rows.Of(KeyOf(hit)).Add(data);
    }

    public override HitSum Zero() => new();

    protected override object[] Values(SiteQuarterHour key) => [key.SiteId, key.At];

    protected override object?[] Values(HitSum sum) => sum.ToColumns();

    protected override (SiteQuarterHour Key, HitSum Sum) Read(NpgsqlDataReader reader, int first) =>
        (new SiteQuarterHour(reader.GetGuid(first), reader.GetFieldValue<DateTimeOffset>(first + 1)), HitSum.Read(reader, first + 2));

    protected override int BytesOf(HitSum sum) => sum.Bytes;

    private static SiteQuarterHour KeyOf(Hit hit) => new(hit.SiteId, QuarterHour.Of(hit.At));
}
