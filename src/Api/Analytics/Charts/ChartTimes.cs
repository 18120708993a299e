using System.Collections.Immutable;
using System.Globalization;

namespace Platform.Api.Analytics;

/// <summary>All times of an axis, those too at which nothing was.</summary>
/// <param name="Keys">As questions are answered: 2026-11-05, 2026-11-05T13:00, 2026-11, 13, 1...</param>
/// <param name="Starts">When each begins, by the clocks of the place; empty: they come again and again.</param>
/// <param name="Dimension">What divides them.</param>
public sealed record ChartTimes(ImmutableArray<string> Keys, ImmutableArray<DateTime> Starts, string Dimension)
{
    // From fine to coarse: where the axis has room for no more names, those of the next stand there.
    private static readonly (Func<DateTime, bool> Has, Func<DateTime, DateTime?, ChartWords, string> Name)[] Steps =
    [
        (_ => true, Hour), (at => at.Hour % 3 == 0, Hour), (at => at.Hour % 6 == 0, Hour), (at => at.Hour % 12 == 0, Hour),
        (at => at.Hour == 0, Day), (at => at is { Hour: 0, DayOfWeek: DayOfWeek.Monday }, Day), (at => at is { Hour: 0, Day: 1 }, Month), (at => at is { Hour: 0, Day: 1, Month: 1 or 4 or 7 or 10 }, Month),
        (at => at is { Hour: 0, Day: 1, Month: 1 }, Month),
    ];

    /// <summary>Dimensions of questions that are times.</summary>
    public static IReadOnlyList<string> Dimensions { get; } = ["hour", "day", "week", "month", "hour_of_day", "weekday"];

    /// <param name="dimension">A time.</param>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    /// <param name="zone">Where: an hour that its clocks leave out isn't there.</param>
    public static ChartTimes Of(string dimension, DateOnly from, DateOnly to, TimeZoneInfo zone)
    {
        var (first, end) = (from.ToDateTime(TimeOnly.MinValue), to.AddDays(1).ToDateTime(TimeOnly.MinValue));
        return dimension switch
        {
            "hour_of_day" => Again(dimension, 0, 24, "00"),
            "weekday" => Again(dimension, 1, 7, "0"),
            "hour" => Until(first, at => at.AddHours(1), "yyyy-MM-dd'T'HH:00"),
            "week" => Until(first.AddDays(-(((int)first.DayOfWeek + 6) % 7)), at => at.AddDays(7), "yyyy-MM-dd"),
            "month" => Until(new DateTime(first.Year, first.Month, 1), at => at.AddMonths(1), "yyyy-MM"),
            _ => Until(first, at => at.AddDays(1), "yyyy-MM-dd"),
        };

        ChartTimes Until(DateTime start, Func<DateTime, DateTime> next, string form)
        {
            var starts = ImmutableArray.CreateBuilder<DateTime>();
            for (var at = start; at < end; at = next(at))
                if (dimension != "hour" || !zone.IsInvalidTime(at))
                    starts.Add(at);
            return new ChartTimes([.. starts.Select(at => at.ToString(form, CultureInfo.InvariantCulture))], starts.ToImmutable(), dimension);
        }
    }

    /// <summary>What a time is called.</summary>
    public string NameOf(int index, ChartWords words) => (Dimension, Starts) switch
    {
        (_, { IsEmpty: true }) => words.ValueOf(Dimension, Keys[index]),
        ("month", _) => Month(Starts[index], null, words),
        ("hour", _) => $"{words.DayOf(DateOnly.FromDateTime(Starts[index]), true)} {Hour(Starts[index], Starts[index], words, isBare: true)}",
        _ => words.DayOf(DateOnly.FromDateTime(Starts[index]), true),
    };

    /// <summary>Times whose names stand at the axis.</summary>
    /// <param name="most">There is room for so many.</param>
    /// <param name="words">The language.</param>
    public ImmutableArray<(int Index, string Label)> Ticks(int most, ChartWords words)
    {
        if (Starts.IsEmpty)
        {
            var every = Math.Max(1, (Keys.Length + most - 1) / most);
            every = Dimension == "hour_of_day" && every > 1 ? (every + 2) / 3 * 3 : every;
            return [.. Enumerable.Range(0, Keys.Length).Where(index => index % every == 0).Select(index => (index, words.ValueOf(Dimension, Keys[index])))];
        }
        // What isn't divided so finely has no names of that kind, and weeks begin on any day of a month.
        foreach (var (has, name) in Dimension == "week" ? [] : Steps.Skip(Dimension switch { "hour" => 0, "month" => 6, _ => 4 }))
        {
            var at = Enumerable.Range(0, Starts.Length).Where(index => has(Starts[index])).ToList();
            if (at.Count > 0 && at.Count <= most && (at.Count > 1 || Starts.Length == 1))
                return [.. at.Select((index, n) => (index, name(Starts[index], n == 0 ? null : Starts[at[n - 1]], words)))];
        }
        var stride = (Starts.Length + most - 1) / Math.Max(1, most);
        return [.. Enumerable.Range(0, Starts.Length).Where(index => index % stride == 0).Select(index => (index, Dimension == "month" ? Month(Starts[index], null, words) : Day(Starts[index], index == 0 ? null : Starts[index - stride], words)))];
    }

    private static ChartTimes Again(string dimension, int first, int count, string form) =>
        new([.. Enumerable.Range(first, count).Select(n => n.ToString(form, CultureInfo.InvariantCulture))], [], dimension);

    private static string Hour(DateTime at, DateTime? last, ChartWords words) => Hour(at, last, words, isBare: false);

    private static string Hour(DateTime at, DateTime? last, ChartWords words, bool isBare) =>
        !isBare && (last is null || last.Value.Date != at.Date) ? words.DayOf(DateOnly.FromDateTime(at), false) : at.ToString("HH:mm", CultureInfo.InvariantCulture);

    // The year is said once, and where it changes.
    private static string Day(DateTime at, DateTime? last, ChartWords words) => words.DayOf(DateOnly.FromDateTime(at), last?.Year != at.Year);

    private static string Month(DateTime at, DateTime? last, ChartWords words) =>
        words.Months[at.Month - 1] + (last?.Year != at.Year ? $" {at.Year.ToString("0000", CultureInfo.InvariantCulture)}" : "");
}
