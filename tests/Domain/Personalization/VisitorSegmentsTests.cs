using Platform.Domain.Analytics;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class VisitorSegmentsTests
{
    private static readonly Guid _visitor = new("0198c5a0-0000-7000-8000-000000000001"), _fans = new("0198c5a0-0000-7000-8000-00000000000a"), _phones = new("0198c5a0-0000-7000-8000-00000000000b");
    private static readonly DateTimeOffset _noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Who_comes_into_segments_joins_them_once()
    {
        var joined = Place(VisitorSegments.Initial, _noon, _phones, _fans).Events.ShouldHaveSingleItem().ShouldBeOfType<VisitorJoinedSegments>();
        joined.Segments.ShouldBe([_fans, _phones]);
        joined.At.ShouldBe(_noon);
        Place(After(joined), _noon.AddDays(1), _fans, _phones).Events.ShouldBeEmpty();
        Place(VisitorSegments.Initial, _noon).Events.ShouldBeEmpty();
    }

    [Fact]
    public void Who_leaves_one_leaves_it_with_since_when_they_were_in_it_and_may_come_again()
    {
        var state = After(new VisitorJoinedSegments(_visitor, [_fans], _noon), new VisitorJoinedSegments(_visitor, [_phones], _noon.AddHours(1)));
        var events = Place(state, _noon.AddDays(1), _phones, _visitor).Events;
        var left = events[0].ShouldBeOfType<VisitorLeftSegments>();
        left.Memberships.ShouldBe([new SegmentMembership(_fans, _noon)]);
        left.At.ShouldBe(_noon.AddDays(1));
        events[1].ShouldBeOfType<VisitorJoinedSegments>().Segments.ShouldBe([_visitor]);
        state = events.Aggregate(state, (so, e) => so.Evolve(e, 3));
        Place(state, _noon.AddDays(2), _fans, _phones, _visitor).Events.ShouldHaveSingleItem().ShouldBeOfType<VisitorJoinedSegments>().At.ShouldBe(_noon.AddDays(2));
    }

    [Fact]
    public void Of_whom_nothing_is_known_any_more_the_past_is_forgotten_too()
    {
        var state = After(new VisitorJoinedSegments(_visitor, [_fans], _noon), new VisitorLeftSegments(_visitor, [new(_fans, _noon)], _noon.AddDays(1)));
        PlaceVisitor.Decide(new(_visitor, null, _noon), state).Events.ShouldBe([new VisitorSegmentsForgotten(_visitor)]);
        var forgotten = state.Evolve(new VisitorSegmentsForgotten(_visitor), 3);
        forgotten.WasForgotten.ShouldBeTrue();
        PlaceVisitor.Decide(new(_visitor, null, _noon), forgotten).Events.ShouldBeEmpty();
        Place(forgotten, _noon.AddDays(3), _fans).Events.ShouldHaveSingleItem().ShouldBeOfType<VisitorJoinedSegments>();
        PlaceVisitor.Decide(new(_visitor, null, _noon), VisitorSegments.Initial).Events.ShouldBeEmpty();
    }

    private static Decision Place(VisitorSegments state, DateTimeOffset at, params Guid[] segments) => PlaceVisitor.Decide(new(_visitor, [.. segments], at), state);

    private static VisitorSegments After(params object[] events) => events.Aggregate(VisitorSegments.Initial, (state, e) => state.Evolve(e, 1));
}
