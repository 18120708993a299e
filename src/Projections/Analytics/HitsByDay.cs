using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>A value of a dimension on a site's day.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Dimension">Name; empty: the day as a whole.</param>
/// <param name="Day">By UTC.</param>
/// <param name="Value">What it is; empty: the day as a whole.</param>
public readonly record struct SiteDayValue(Guid SiteId, string Dimension, DateOnly Day, string Value);

/// <summary>A row of <see cref="HitsByDay"/>.</summary>
public sealed class DaySum
{
    public HitSum Sum { get; internal init; } = new();

    /// <summary>Of the row of <see cref="HitsByDay.Other"/>: how many values of its dimension have rows of their own.</summary>
    public int Values { get; internal set; }
}

/// <summary>
/// What visitors did on a site's day, by each dimension alone. Of a dimension the first <see cref="MostValues"/> values of a day have rows of their own, and what comes with others is
/// added up as <see cref="Other"/>: who sends names without end fills no table.
/// </summary>
public sealed class HitsByDay : RollUpProjection<SiteDayValue, DaySum>
{
    public const string ReadModel = "hits_by_day";

    /// <summary>Stands for all values that have no row of their own.</summary>
    public const string Other = "(other)";

    public const int MostValues = 2_000;

    private static readonly (string Dimension, Func<IHitEvent, string?> Value)[] Dimensions =
    [
        ("page", e => e.Hit.Page),
        ("event", Hits.NameOf),
        ("referrer", e => e.Hit.Referrer),
        ("campaign_source", e => e.Hit.Campaign?.Source),
        ("campaign_medium", e => e.Hit.Campaign?.Medium),
        ("campaign", e => e.Hit.Campaign?.Name),
        ("country", e => e.Hit.Country),
        ("device", e => e.Hit.Device),
        ("browser", e => e.Hit.Browser),
        ("system", e => e.Hit.System),
    ];

    /// <summary>Dimensions that can be told by it.</summary>
    public static IReadOnlySet<string> DimensionNames { get; } = Dimensions.Select(d => d.Dimension).ToHashSet(StringComparer.Ordinal);

    public override string Name => ReadModel;

    public override TimeSpan Rest => VisitorColumns.Rest;

    public override IReadOnlyList<string> EventTypes { get; } = VisitorColumns.EventTypes;

    protected override IReadOnlyList<ReadColumn> Key { get; } =
    [
        new("site_id", "uuid not null", NpgsqlDbType.Uuid), new("dimension", "varchar collate \"C\" not null", NpgsqlDbType.Varchar), new("day", "date not null", NpgsqlDbType.Date),
        new("value", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
    ];

    protected override IReadOnlyList<ReadColumn> Columns { get; } = [.. HitSum.Columns, new("value_count", "integer not null", NpgsqlDbType.Integer)];

    protected override IReadOnlyList<string> Indexes => ["dimension, day"];

    public override string? Functions => FiguresOfTenants.Functions;

    public override AnalystView Analysts { get; } = new(
        ReadModel, "How much did visitors do on a day, by what?", "a value of a dimension on a day of a site, bots left out", ["site_id", "dimension", "day", "value"],
        [
            new("site_id", "The site: sites.id."),
            new("dimension", $"{string.Join(", ", Dimensions.Select(d => d.Dimension))}; empty: the day as a whole."),
            new("day", "By UTC."),
            new("value", $"The dimension's value; {BehaviourQuery.None}: there is none; {Other}: all beyond the first {MostValues} values of the day; empty: the day as a whole."),
            .. HitSum.ForAnalysts,
        ],
        "select value as page, sum(page_views) as page_views from analytics.hits_by_day where dimension = 'page' and day >= current_date - 30 group by value order by 2 desc limit 20",
        Permission.AnalyticsRead);

    protected override IEnumerable<SiteDayValue> KeysOf(Event e)
    {
        if (e.Data is not IHitEvent { Hit: { IsBot: false } hit } data)
            yield break;
        var day = DayOf(hit);
        yield return new(hit.SiteId, "", day, "");
        foreach (var (dimension, value) in Dimensions)
        {
            yield return new(hit.SiteId, dimension, day, value(data) ?? BehaviourQuery.None);
            yield return new(hit.SiteId, dimension, day, Other);
        }
    }

    public override void Add(Event e, IRollUp<SiteDayValue, DaySum> rows)
    {
        if (e.Data is not IHitEvent { Hit: { IsBot: false } hit } data)
            return;
        var day = DayOf(hit);
        rows.Of(new(hit.SiteId, "", day, "")).Sum.Add(data);
        foreach (var (dimension, value) in Dimensions)
        {
            var (key, other) = (new SiteDayValue(hit.SiteId, dimension, day, value(data) ?? BehaviourQuery.None), new SiteDayValue(hit.SiteId, dimension, day, Other));
            if (rows.Find(key) is null && key.Value != Other)
                if (rows.Find(other) is { Values: >= MostValues })
                    key = other;
                else
                    rows.Of(other).Values++;
            rows.Of(key).Sum.Add(data);
        }
    }

    public override DaySum Zero() => new();

    protected override object[] Values(SiteDayValue key) => [key.SiteId, key.Dimension, key.Day, key.Value];

    protected override object?[] Values(DaySum sum) => [.. sum.Sum.ToColumns(), sum.Values];

    protected override (SiteDayValue Key, DaySum Sum) Read(NpgsqlDataReader reader, int first) => (
        new SiteDayValue(reader.GetGuid(first), reader.GetString(first + 1), reader.GetFieldValue<DateOnly>(first + 2), reader.GetString(first + 3)),
        new DaySum { Sum = HitSum.Read(reader, first + 4), Values = reader.GetInt32(first + 4 + HitSum.Columns.Count) });

    protected override int BytesOf(DaySum sum) => sum.Sum.Bytes;

    private static DateOnly DayOf(Hit hit) => DateOnly.FromDateTime(hit.At.UtcDateTime);
}
