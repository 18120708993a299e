using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>When days are summed up. Clocks that are changed make days of 23 and 25 hours; each has one summary.</summary>
public static class ReportClock
{
    /// <summary>Days that are made up for after downtime.</summary>
    public const int MostDays = 7;

    /// <summary>When a day is due: at an hour of the day after it. One that a place's clocks leave out is when they go on; of one that comes twice it's the first.</summary>
    /// <param name="date">The day.</param>
    /// <param name="hour">By the place's clock.</param>
    /// <param name="zone">The place's time zone.</param>
    /// <returns>UTC.</returns>
    public static DateTimeOffset DueAt(DateOnly date, int hour, TimeZoneInfo zone)
    {
        var local = date.AddDays(1).ToDateTime(new TimeOnly(hour, 0));
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The day that was over last.</summary>
    public static DateOnly Yesterday(DateTimeOffset now, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime).AddDays(-1);

    /// <summary>Days that are due and weren't made, the oldest first.</summary>
    /// <param name="now">When.</param>
    /// <param name="since">When the report was scheduled: what was due before isn't.</param>
    /// <param name="hour">The report's.</param>
    /// <param name="zone">The site's time zone.</param>
    /// <param name="made">Days that were.</param>
    public static ImmutableArray<DateOnly> Due(DateTimeOffset now, DateTimeOffset since, int hour, TimeZoneInfo zone, IReadOnlyCollection<DateOnly> made)
    {
        var last = Yesterday(now, zone);
        return [.. Enumerable.Range(0, MostDays).Select(days => last.AddDays(days + 1 - MostDays)).Where(date => !made.Contains(date) && DueAt(date, hour, zone) is var due && due > since && due <= now)];
    }
}
