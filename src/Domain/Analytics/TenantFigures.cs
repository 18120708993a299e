using System.Globalization;

namespace Platform.Domain.Analytics;

/// <summary>What all tenants' visitors did in a week, once and for all: neither what comes late nor who comes and goes changes it. Stands in the platform's own tenant, a stream a week.</summary>
/// <param name="Monday">The week's first day, by UTC.</param>
/// <param name="Figures">Bounded and rounded: none tells of a single tenant.</param>
[EventType("analytics.tenant-figures-published")]
public sealed record TenantFiguresPublished(DateOnly Monday, IReadOnlyList<TenantFigure> Figures);

/// <summary>A figure of at least six tenants together.</summary>
/// <param name="Dimension">country, device, browser or system; empty: the week as a whole.</param>
/// <param name="Value">The dimension's value; empty: the week as a whole.</param>
/// <param name="Measure">page_views, or events: pages that were shown and events of the sites' own.</param>
/// <param name="Total">Each tenant's part bounded, the sum rounded to steps that no part exceeds.</param>
public sealed record TenantFigure(string Dimension, string Value, string Measure, long Total);

/// <summary>Weeks by UTC of which figures of all tenants are published.</summary>
public static class TenantWeeks
{
    /// <summary>How many weeks back.</summary>
    public const int Most = 13;

    /// <summary>After a week's end: most of what comes late has come.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(2);

    public static Guid IdOf(DateOnly monday) => DerivedId.From("analytics.tenant-figures", monday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>Mondays of the last weeks that are over, the latest first.</summary>
    public static IReadOnlyList<DateOnly> Over(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime((now - Grace).UtcDateTime);
        var running = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
        return [.. Enumerable.Range(1, Most).Select(n => running.AddDays(-7 * n))];
    }
}
