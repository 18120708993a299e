namespace Platform.Projections;

/// <summary>Quarters of an hour: what hours and days of every time zone are made of.</summary>
internal static class QuarterHour
{
    private static readonly long Ticks = TimeSpan.FromMinutes(15).Ticks;

    /// <summary>When the one begins that a time falls into.</summary>
    public static DateTimeOffset Of(DateTimeOffset at) => new(at.UtcTicks / Ticks * Ticks, TimeSpan.Zero);
}
