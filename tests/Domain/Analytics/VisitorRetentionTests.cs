using Platform.Domain.Analytics;

namespace Platform.Domain.Tests.Analytics;

public sealed class VisitorRetentionTests
{
    private static readonly DateTimeOffset _noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Days_are_said_once_and_within_limits()
    {
        SetVisitorRetention.Decide(new SetVisitorRetention(30, _noon), VisitorRetention.Initial).Events.ShouldBe([new VisitorRetentionSet(_noon, 30)]);
        SetVisitorRetention.Decide(new SetVisitorRetention(30, _noon.AddDays(1)), Of(new VisitorRetentionSet(_noon, 30))).Events.ShouldBeEmpty();
        SetVisitorRetention.Decide(new SetVisitorRetention(null, _noon), Of(new VisitorRetentionSet(_noon, 30))).Events.ShouldBe([new VisitorRetentionSet(_noon, null)]);
        SetVisitorRetention.Decide(new SetVisitorRetention(null, _noon), VisitorRetention.Initial).Events.ShouldBeEmpty();
        foreach (var days in new[] { 9, 0, -1, 3_651 })
            SetVisitorRetention.Decide(new SetVisitorRetention(days, _noon), VisitorRetention.Initial).Rejection!.Errors.Keys.ShouldBe(["days"]);
    }

    [Fact]
    public void What_is_older_is_forgotten_once_a_day_from_a_day_after_it_was_said()
    {
        var set = Of(new VisitorRetentionSet(_noon, 30));
        Forget(set, _noon.AddHours(23)).ShouldBeEmpty("it may have been a mistake");
        Forget(set, _noon.AddHours(24)).ShouldBe([new VisitorsForgotten(new(2030, 5, 3, 0, 0, 0, TimeSpan.Zero))]);
        var forgotten = set.Evolve(new VisitorsForgotten(new(2030, 5, 3, 0, 0, 0, TimeSpan.Zero)), 2);
        Forget(forgotten, _noon.AddHours(35.9)).ShouldBeEmpty("the same day");
        Forget(forgotten, _noon.AddHours(36)).ShouldBe([new VisitorsForgotten(new(2030, 5, 4, 0, 0, 0, TimeSpan.Zero))]);
        Forget(forgotten.Evolve(new VisitorRetentionSet(_noon, 60), 3), _noon.AddDays(2)).ShouldBeEmpty("what is gone doesn't come back");
        Forget(forgotten.Evolve(new VisitorRetentionSet(_noon, null), 3), _noon.AddDays(2)).ShouldBeEmpty();
        Forget(VisitorRetention.Initial, _noon).ShouldBeEmpty();
    }

    private static VisitorRetention Of(VisitorRetentionSet set) => VisitorRetention.Initial.Evolve(set, 1);

    private static IEnumerable<object> Forget(VisitorRetention state, DateTimeOffset now) => ForgetVisitors.Decide(new ForgetVisitors(now), state).Events;
}
