using Platform.Domain.Analytics;

namespace Platform.Domain.Tests.Analytics;

public sealed class ReportClockTests
{
    [Theory]
    [InlineData("Europe/Vienna", "2026-03-27", 7, "2026-03-28T06:00Z")]
    [InlineData("Europe/Vienna", "2026-03-28", 7, "2026-03-29T05:00Z")]
    // 02:00 to 03:00 isn't there: at 03:00 clocks go on.
    [InlineData("Europe/Vienna", "2026-03-28", 2, "2026-03-29T01:00Z")]
    [InlineData("Europe/Vienna", "2026-03-28", 3, "2026-03-29T01:00Z")]
    // 02:00 comes twice: the first counts.
    [InlineData("Europe/Vienna", "2026-10-24", 2, "2026-10-25T00:00Z")]
    [InlineData("Europe/Vienna", "2026-10-24", 3, "2026-10-25T02:00Z")]
    [InlineData("America/New_York", "2026-03-07", 2, "2026-03-08T07:00Z")]
    [InlineData("America/New_York", "2026-10-31", 1, "2026-11-01T05:00Z")]
    [InlineData("America/New_York", "2026-10-24", 7, "2026-10-25T11:00Z")]
    [InlineData("Asia/Kathmandu", "2026-03-28", 7, "2026-03-29T01:15Z")]
    [InlineData("Asia/Kathmandu", "2026-10-24", 7, "2026-10-25T01:15Z")]
    // Half an hour of it is left out.
    [InlineData("Australia/Lord_Howe", "2026-10-03", 2, "2026-10-03T15:30Z")]
    public void A_day_is_due_at_an_hour_of_the_day_after_it(string zone, string date, int hour, string due) =>
        ReportClock.DueAt(DateOnly.Parse(date, null), hour, Zone(zone)).ShouldBe(DateTimeOffset.Parse(due, null));

    [Theory]
    [InlineData("Europe/Vienna")]
    [InlineData("America/New_York")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/St_Johns")]
    public void Each_day_of_a_year_is_due_once_whatever_the_clocks_do(string name)
    {
        var zone = Zone(name);
        foreach (var hour in new[] { 1, 2, 3, 7, 23 })
        {
            var (made, times) = (new List<DateOnly>(), 0);
            for (var now = At("2026-01-01T12:00Z"); now < At("2027-01-01T12:00Z"); now = now.AddMinutes(15))
                foreach (var date in ReportClock.Due(now, At("2026-01-01T12:00Z"), hour, zone, made))
                {
                    // At the quarter of an hour in which it fell due.
                    (now - ReportClock.DueAt(date, hour, zone)).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(14));
                    made.Add(date);
                    times++;
                }
            made.ShouldBeUnique();
            times.ShouldBeInRange(364, 366);
            made.Zip(made.Skip(1), (one, next) => next.DayNumber - one.DayNumber).ShouldAllBe(days => days == 1);
        }
    }

    [Fact]
    public void After_downtime_the_last_seven_days_are_due_the_oldest_first_but_none_from_before_it_was_scheduled()
    {
        var (now, zone) = (At("2026-04-10T06:00Z"), Zone("Europe/Vienna"));
        ReportClock.Due(now, At("2026-01-01T00:00Z"), 7, zone, [Day("2026-04-05")]).ShouldBe([Day("2026-04-03"), Day("2026-04-04"), Day("2026-04-06"), Day("2026-04-07"), Day("2026-04-08"), Day("2026-04-09")]);
        ReportClock.Due(now, At("2026-04-08T05:00Z"), 7, zone, []).ShouldBe([Day("2026-04-08"), Day("2026-04-09")]);
        ReportClock.Due(At("2026-04-10T04:59Z"), At("2026-04-08T05:00Z"), 7, zone, []).ShouldBe([Day("2026-04-08")]);
    }

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.FindSystemTimeZoneById(name);

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, null);

    private static DateOnly Day(string date) => DateOnly.Parse(date, null);
}
