using Platform.Domain.Analytics;
using Platform.Processors.Analytics;

namespace Platform.Processors.Tests.Analytics;

/// <summary>Which stream a visitor's next event belongs to.</summary>
public sealed class OpenVisitsTests
{
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Site = Guid.NewGuid(), Visitor = Guid.NewGuid();

    [Fact]
    public void A_visit_goes_on_past_its_half_hour_and_ends_with_a_longer_pause()
    {
        var visits = new OpenVisits();
        var first = visits.StreamOf(Site, Visitor, Noon);
        first.ShouldBe(Visit.IdOf(Site, Visitor, Noon));
        visits.StreamOf(Site, Visitor, Noon.AddMinutes(30)).ShouldBe(first);
        visits.StreamOf(Site, Visitor, Noon.AddMinutes(60)).ShouldBe(first);
        visits.StreamOf(Site, Visitor, Noon.AddMinutes(91)).ShouldNotBe(first);
    }

    [Fact]
    public void What_comes_late_from_an_earlier_visit_does_not_become_the_latest()
    {
        var visits = new OpenVisits();
        var latest = visits.StreamOf(Site, Visitor, Noon);
        visits.StreamOf(Site, Visitor, Noon.AddHours(-5)).ShouldNotBe(latest);
        visits.StreamOf(Site, Visitor, Noon.AddMinutes(-20)).ShouldBe(latest);
        visits.StreamOf(Site, Visitor, Noon.AddMinutes(10)).ShouldBe(latest);
    }

    [Fact]
    public void Sites_and_visitors_have_streams_of_their_own()
    {
        var visits = new OpenVisits();
        new[] { visits.StreamOf(Site, Visitor, Noon), visits.StreamOf(Guid.NewGuid(), Visitor, Noon), visits.StreamOf(Site, Guid.NewGuid(), Noon) }.ShouldBeUnique();
    }

    [Fact]
    public void Two_nodes_that_see_a_visit_begin_agree() => new OpenVisits().StreamOf(Site, Visitor, Noon).ShouldBe(new OpenVisits().StreamOf(Site, Visitor, Noon.AddMinutes(29)));

    [Fact]
    public void Those_that_are_over_are_forgotten_first()
    {
        var visits = new OpenVisits(most: 3);
        visits.StreamOf(Site, Guid.NewGuid(), Noon.AddHours(-2));
        visits.StreamOf(Site, Guid.NewGuid(), Noon.AddHours(-2));
        var open = visits.StreamOf(Site, Visitor, Noon.AddMinutes(-29));
        visits.StreamOf(Site, Guid.NewGuid(), Noon);
        visits.StreamOf(Site, Visitor, Noon).ShouldBe(open);
        visits.IsOpen(Site, Visitor, Noon).ShouldBeTrue();
    }
}
