using System.Collections.Frozen;
using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Analytics;

namespace Platform.Projections.Analytics;

/// <summary>What is asked of visitors' behaviour.</summary>
/// <param name="SiteIds">Empty: all sites of the tenant.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included.</param>
/// <param name="TimeZone">Of the days, by the IANA database.</param>
/// <param name="Metrics">Names, in the answer's order.</param>
/// <param name="Dimensions">Names, in the answer's order.</param>
/// <param name="Filters">All of them hold.</param>
/// <param name="WithBots">Programs count too.</param>
/// <param name="Limit">Rows at most.</param>
public sealed record BehaviourQuery(
    ImmutableArray<Guid> SiteIds, DateOnly From, DateOnly To, string TimeZone, ImmutableArray<string> Metrics, ImmutableArray<string> Dimensions, ImmutableArray<BehaviourFilter> Filters,
    bool WithBots, int Limit)
{
    /// <summary>How often visitors did what before the end: who didn't, doesn't count. All of them hold.</summary>
    public ImmutableArray<BehaviourCondition> Conditions { get; init; } = [];

    /// <summary>The end, for <see cref="Conditions"/>; null: of the last day.</summary>
    public DateTimeOffset? ConditionsAt { get; init; }

    /// <summary>How it's said that there is no value.</summary>
    public const string None = "(none)";

    public const int MaxDays = 731, MaxDaysByHour = 93, MaxMetrics = 12, MaxDimensions = 3, MaxFilters = 10, MaxSegmentFilters = 10, MaxValues = 50, MaxSites = 100, MaxRows = 10_000;

    /// <summary>A condition on <c>read.hits h</c>: pages that were shown, and events of the site's own.</summary>
    internal const string Actions = "h.name not in ('engagement', 'web_vital', 'consent')";

    /// <summary>Metrics of events: SQL over <c>read.hits h</c>.</summary>
    internal static FrozenDictionary<string, string> OfHits { get; } = new Dictionary<string, string>
    {
        ["page_views"] = "count(*) filter (where h.name = 'page_view')",
        ["events"] = $"count(*) filter (where {Actions})",
        ["visitors"] = "count(distinct h.visitor_id)",
        ["engaged_ms"] = "coalesce(sum(h.engaged_ms), 0)",
        ["scroll"] = "avg(h.scroll) filter (where h.name = 'engagement')",
        ["lcp_p75"] = Vital("LCP"),
        ["inp_p75"] = Vital("INP"),
        ["cls_p75"] = Vital("CLS"),
        ["fcp_p75"] = Vital("FCP"),
        ["ttfb_p75"] = Vital("TTFB"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Metrics of visits: SQL over <c>read.visits v</c>.</summary>
    internal static FrozenDictionary<string, string> OfVisits { get; } = new Dictionary<string, string>
    {
        ["visits"] = "count(*)",
        ["bounces"] = "count(*) filter (where v.actions = 1)",
        ["bounce_rate"] = "avg((v.actions = 1)::int)",
        ["visit_ms"] = "avg(extract(epoch from v.ended_at - v.started_at) * 1000)",
        ["visit_ms_median"] = "percentile_cont(0.5) within group (order by extract(epoch from v.ended_at - v.started_at) * 1000)",
        ["pages_per_visit"] = "avg(v.page_views)",
        ["events_per_visit"] = "avg(v.actions)",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Both tables have these columns.
    private static readonly FrozenDictionary<string, string> Shared = new Dictionary<string, string>
    {
        ["site"] = "site_id::text",
        ["referrer"] = "referrer",
        ["campaign_source"] = "campaign_source",
        ["campaign_medium"] = "campaign_medium",
        ["campaign"] = "campaign",
        ["country"] = "country",
        ["device"] = "device",
        ["browser"] = "browser",
        ["system"] = "system",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Times = new Dictionary<string, string>
    {
        ["hour"] = "to_char({0}, 'YYYY-MM-DD\"T\"HH24:00')",
        ["day"] = "to_char({0}, 'YYYY-MM-DD')",
        ["week"] = "to_char(date_trunc('week', {0}), 'YYYY-MM-DD')",
        ["month"] = "to_char({0}, 'YYYY-MM')",
        ["hour_of_day"] = "to_char({0}, 'HH24')",
        ["weekday"] = "to_char({0}, 'ID')",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyList<string> MetricNames { get; } = [.. OfHits.Keys.Concat(OfVisits.Keys).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> DimensionNames { get; } = [.. Shared.Keys.Concat(Times.Keys).Concat(["page", "event", "entry_page", "exit_page"]).Order(StringComparer.Ordinal)];

    /// <summary>Dimensions that filters may be of.</summary>
    public static IReadOnlyList<string> FilterNames { get; } = [.. DimensionNames.Where(name => !Times.ContainsKey(name))];

    /// <summary>What is wrong with the question; null: it can be answered.</summary>
    public Rejection? Refuse()
    {
        var errors = new FieldErrors();
        var days = To.DayNumber - From.DayNumber + 1;
        errors.Add("to", days < 1 ? "Must not be before from." : days > MaxDays ? $"At most {MaxDays} days can be asked for at once."
            : Dimensions.Contains("hour") && days > MaxDaysByHour ? $"By the hour at most {MaxDaysByHour} days can be asked for at once." : null);
        errors.Add("siteId", SiteIds.Length > MaxSites ? $"At most {MaxSites} sites." : null);
        errors.Add("metrics", Names(Metrics, MetricNames, 1, MaxMetrics));
        errors.Add("dimensions", Names(Dimensions, DimensionNames, 0, MaxDimensions));
        errors.Add("filter", Filters.Length > MaxFilters + MaxSegmentFilters ? $"At most {MaxFilters} filters." : null);
        foreach (var filter in Filters)
            errors.Add("filter", Times.ContainsKey(filter.Dimension) ? "Times are said by from and to." : Names([filter.Dimension], DimensionNames, 1, 1)
                ?? (filter.Values.Length is 0 or > MaxValues ? $"A filter has 1 to {MaxValues} values." : null));
        if (errors.Rejection is { } rejected)
            return rejected;
        // What is about visits alone and what is about events alone have no row in common.
        foreach (var metric in Metrics)
            foreach (var dimension in Dimensions.Concat(Filters.Select(filter => filter.Dimension)))
                if ((OfVisits.ContainsKey(metric) ? Column(dimension, "v") : Column(dimension, "h")) is null)
                    errors.Add("metrics", $"{metric} can't be told by {dimension}{(OfVisits.ContainsKey(metric) ? "; visits have entry_page and exit_page" : "; events have page")}.");
        return errors.Rejection;
    }

    /// <summary>A dimension as SQL; null: the table doesn't have it.</summary>
    /// <param name="dimension">Its name.</param>
    /// <param name="table">h: events, v: visits, q: sums of visits, of which only what <see cref="VisitsByQuarterHour.Answers"/> is asked.</param>
    internal static string? Column(string dimension, string table) =>
        Shared.TryGetValue(dimension, out var column) ? $"{table}.{column}"
        : TimeSql(dimension, table == "v" ? "(v.started_at at time zone $4)" : $"({table}.at at time zone $4)") ?? (table, dimension) switch
        {
            ("h", "page") => "h.page",
            ("h", "event") => "h.name",
            ("v", "entry_page") => "v.entry_page",
            ("v", "exit_page") => "v.exit_page",
            _ => null,
        };

    /// <summary>A dimension of time as SQL; null: it's none.</summary>
    /// <param name="dimension">Its name.</param>
    /// <param name="local">SQL of a time of the question's time zone.</param>
    internal static string? TimeSql(string dimension, string local) =>
        Times.TryGetValue(dimension, out var form) ? string.Format(System.Globalization.CultureInfo.InvariantCulture, form, local) : null;

    internal static bool IsTime(string dimension) => Times.ContainsKey(dimension);

    private static string? Names(ImmutableArray<string> names, IReadOnlyList<string> known, int least, int most) =>
        names.Length < least || names.Length > most ? $"{least} to {most} of {string.Join(", ", known)}."
        : names.FirstOrDefault(name => !known.Contains(name)) is { } unknown ? $"There is no {unknown}; there are {string.Join(", ", known)}."
        : names.Distinct().Count() < names.Length ? "Each once."
        : null;

    private static string Vital(string name) => $"percentile_cont(0.75) within group (order by h.value) filter (where h.vital = '{name}')";
}
