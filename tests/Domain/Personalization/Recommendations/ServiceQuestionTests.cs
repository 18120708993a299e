using System.Collections.Immutable;
using System.Text;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class ServiceQuestionTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Site = Deskdrop.Id(99), Elsewhere = Deskdrop.Id(98);

    [Fact]
    public void Of_a_visitor_it_says_what_they_are_drawn_to_and_had_here()
    {
        var visitor = Told(Act(1, item: 1, topic: "sea"), Act(2, item: 2, topic: "sea"), Act(3, item: 1, topic: "land"), Act(4, item: 3, topic: "air", site: Elsewhere))!;
        visitor.Recent.ShouldBe([Deskdrop.Id(1), Deskdrop.Id(2)], "the latest first, each once");
        visitor.Affinities.Where(affinity => affinity.Dimension == "topic").ShouldBe([new("topic", "sea", 0.67), new("topic", "land", 0.33)]);
        visitor.Affinities.ShouldNotContain(affinity => affinity.Dimension == "item", "that is what they had");
    }

    [Fact]
    public void It_stays_the_same_while_nothing_is_done()
    {
        ImmutableArray<VisitorAct> acts = [Act(1, item: 1, topic: "sea"), Act(2, item: 2, topic: "land"), Act(9, item: 2, topic: "sea")];
        string Asked(DateTimeOffset now) => Json(new ServiceQuestion(1, Site, 10, [], Visitor: ServiceVisitor.Of(acts, Site, ProfileSettings.Initial, now, _ => true)));
        Asked(Noon.AddDays(3)).ShouldBe(Asked(Noon.AddHours(1)));
    }

    [Fact]
    public void Of_items_that_the_site_may_not_show_nothing_is_told() =>
        ServiceVisitor.Of([Act(1, item: 1), Act(2, item: 2)], Site, ProfileSettings.Initial, Noon, id => id == Deskdrop.Id(2))!.Recent.ShouldBe([Deskdrop.Id(2)]);

    [Fact]
    public void Of_somebody_of_whom_nothing_is_known_nothing_is_said()
    {
        Told().ShouldBeNull();
        Told(Act(1, item: 1, site: Elsewhere)).ShouldBeNull();
        Told(new VisitorAct(Deskdrop.Id(50), Site, Noon, "consent", "/", "desktop", Consents: true)).ShouldBeNull();
    }

    [Fact]
    public void It_has_bounds()
    {
        var visitor = Told([.. Enumerable.Range(1, 300).Select(n => Act(n, item: n, topic: $"t{n}"))])!;
        visitor.Recent.Length.ShouldBe(50);
        visitor.Affinities.CountBy(affinity => affinity.Dimension).ShouldAllBe(pair => pair.Value <= 20);
    }

    [Fact]
    public void Neither_numbers_nor_times_nor_pages_nor_what_else_is_known_is_in_it()
    {
        var act = Act(1, item: 1, topic: "sea") with { Referrer = "search.example", Country = "AT", Browser = "Firefox" };
        Json(new ServiceQuestion(1, Site, 10, [Deskdrop.Id(5)], Deskdrop.Id(6), "de-AT", Told(act))).ShouldBe(
            $$$"""{"version":1,"site":"{{{Site}}}","limit":10,"candidates":["{{{Deskdrop.Id(5)}}}"],"item":"{{{Deskdrop.Id(6)}}}","locale":"de-AT","visitor":{"affinities":[{"dimension":"topic","value":"sea","share":1}],"recent":["{{{Deskdrop.Id(1)}}}"]}}""");
        Json(new ServiceQuestion(1, Site, 10, [])).ShouldBe($$"""{"version":1,"site":"{{Site}}","limit":10,"candidates":[]}""");
    }

    private static string Json(ServiceQuestion question) => Encoding.UTF8.GetString(question.ToJson());

    private static ServiceVisitor? Told(params VisitorAct[] acts) => ServiceVisitor.Of([.. acts], Site, ProfileSettings.Initial, Noon.AddHours(1), _ => true);

    private static VisitorAct Act(int minute, int item, string? topic = null, Guid? site = null)
    {
        var props = topic is null ? $$"""{"item":"{{Deskdrop.Id(item)}}"}""" : $$"""{"item":"{{Deskdrop.Id(item)}}","topic":"{{topic}}"}""";
        return new(Deskdrop.Id(1_000 + minute), site ?? Site, Noon.AddSeconds(minute), "page_view", "/", "desktop", Props: Fields.Parse(props));
    }
}
