using System.Text.Json;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>Where a visitor comes from and with what: columns that events and visits have in common, so that one question asks both.</summary>
internal static class VisitorColumns
{
    private const string Text = "varchar collate \"C\"";

    /// <summary>Whatever visitors do.</summary>
    public static IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(PageViewed), typeof(EngagementMeasured), typeof(VitalMeasured), typeof(EventTracked), typeof(ConsentChanged));

    /// <summary>Whatever visitors do, and that it isn't shown any more.</summary>
    public static IReadOnlyList<string> EventTypesOfRows { get; } = [.. EventTypes, .. Aliases.Of(typeof(VisitorErased), typeof(VisitorsForgotten))];

    /// <summary>What is asked of very many events may be half a second old: a live counter promises two.</summary>
    public static TimeSpan Rest => TimeSpan.FromMilliseconds(500);

    public static IReadOnlyList<ReadColumn> All { get; } =
    [
        new("referrer", Text, NpgsqlDbType.Varchar),
        new("campaign_source", Text, NpgsqlDbType.Varchar),
        new("campaign_medium", Text, NpgsqlDbType.Varchar),
        new("campaign", Text, NpgsqlDbType.Varchar),
        new("country", Text, NpgsqlDbType.Varchar),
        new("device", $"{Text} not null", NpgsqlDbType.Varchar),
        new("browser", Text, NpgsqlDbType.Varchar),
        new("system", Text, NpgsqlDbType.Varchar),
        new("is_bot", "boolean not null", NpgsqlDbType.Boolean),
    ];

    /// <summary>Their values.</summary>
    public static object?[] Of(Hit hit) =>
        [hit.Referrer, hit.Campaign?.Source, hit.Campaign?.Medium, hit.Campaign?.Name, hit.Country, hit.Device, hit.Browser, hit.System, hit.IsBot];

    /// <summary>What the site says of an event, as JSON; null: nothing.</summary>
    public static byte[]? PropsOf(IHitEvent e) =>
        (e switch { PageViewed viewed => viewed.Props, EventTracked tracked => tracked.Props, _ => null }) is { } props ? JsonSerializer.SerializeToUtf8Bytes(props, AnalyticsReadJson.Default.Fields) : null;

    /// <summary>Deletes rows, one an event by its time, of whom or of when nothing is shown any more.</summary>
    public static void LetGo(Event e, RowBatch rows)
    {
        if (e.Data is VisitorErased erased)
            foreach (var visit in erased.Visits)
                rows.DeleteRange(e.TenantId, new RowRange("at", visit.From, visit.To, ("site_id", visit.SiteId), ("visitor_id", erased.VisitorId)));
        if (e.Data is VisitorsForgotten forgotten)
            rows.DeleteRange(e.TenantId, new RowRange("at", null, forgotten.Before));
    }

    public static IReadOnlyList<AnalystColumn> ForAnalysts { get; } =
    [
        new("referrer", "Host that led there; null: none, or the site's own."),
        new("campaign_source", "utm_source of the page's address."),
        new("campaign_medium", "utm_medium of the page's address."),
        new("campaign", "utm_campaign of the page's address."),
        new("country", "Two letters of ISO 3166-1; null: unknown."),
        new("device", "desktop, mobile, tablet, tv or other."),
        new("browser", "Family of the browser."),
        new("system", "Operating system."),
        new("is_bot", "A program by its user agent: left out of what is counted unless asked for."),
    ];
}
