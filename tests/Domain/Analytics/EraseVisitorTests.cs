using Platform.Domain.Analytics;

namespace Platform.Domain.Tests.Analytics;

public sealed class EraseVisitorTests
{
    private static readonly Guid _visitor = new("0198c5a0-0000-8000-8000-000000000001"), _site = new("0198c5a0-0000-7000-8000-000000000002");
    private static readonly DateTimeOffset _at = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Visits_are_named_with_the_pause_within_which_something_would_belong_to_them()
    {
        var erased = EraseVisitor.Decide(new EraseVisitor(_visitor), [new VisitSpan(_site, _at, _at.AddMinutes(5))], isKnown: false).Events.ShouldHaveSingleItem().ShouldBeOfType<VisitorErased>();
        (erased.VisitorId, erased.Visits.ShouldHaveSingleItem()).ShouldBe((_visitor, new VisitSpan(_site, _at.AddMinutes(-30), _at.AddMinutes(35))));
    }

    [Fact]
    public void Very_many_visits_are_several_events_and_too_many_are_nobodys()
    {
        VisitSpan[] visits = [.. Enumerable.Range(0, EraseVisitor.MostVisits + 1).Select(n => new VisitSpan(_site, _at.AddHours(n), _at.AddHours(n)))];
        EraseVisitor.Decide(new EraseVisitor(_visitor), visits[..2_001], isKnown: false).Events.Select(e => ((VisitorErased)e).Visits.Length).ShouldBe([1_000, 1_000, 1]);
        EraseVisitor.Decide(new EraseVisitor(_visitor), visits[..EraseVisitor.MostVisits], isKnown: false).Accepted.ShouldBeTrue();
        EraseVisitor.Decide(new EraseVisitor(_visitor), visits, isKnown: false).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
        EraseVisitor.Decide(new EraseVisitor(_visitor), [], isKnown: false).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
        EraseVisitor.Decide(new EraseVisitor(_visitor), [], isKnown: true).Accepted.ShouldBeTrue("who was never seen may have said something of themselves");
    }
}
