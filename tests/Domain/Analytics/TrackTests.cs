using Platform.Domain.Analytics;

namespace Platform.Domain.Tests.Analytics;

public sealed class TrackTests
{
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid EventId = new("0198c0de-0000-7000-8000-000000000001");
    private static readonly TrackingSource Source = new(
        new Guid("0198c0de-0000-7000-8000-000000000002"), new HashSet<string> { "www.example.org", "example.org" }, new Guid("0198c0de-0000-7000-8000-000000000003"), Noon,
        new Device("Firefox", "140", "Android", "mobile", IsBot: false), "AT");

    private static readonly Track View = new(EventId, "page_view", "https://www.example.org/news?utm_source=letter&utm_campaign=Spring+%26+more&x=1#top", "https://www.search.example/q?name=ann");

    [Fact]
    public void A_page_view_keeps_path_campaign_and_host_of_the_referrer_and_nothing_more()
    {
        var viewed = Event<PageViewed>(View);
        viewed.Hit.ShouldBe(new Hit(EventId, Source.SiteId, Source.VisitorId, Noon, "/news", "mobile", "search.example", new Campaign("letter", null, "Spring & more"), "AT", "Firefox", "140", "Android"));
    }

    [Theory]
    [InlineData("https://example.org/before")]
    [InlineData("https://WWW.EXAMPLE.ORG/")]
    [InlineData("android-app://com.example")]
    [InlineData("")]
    public void The_sites_own_pages_and_what_is_no_address_are_no_referrer(string referrer) => Event<PageViewed>(View with { Referrer = referrer }).Hit.Referrer.ShouldBeNull();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-7_200, -7_190, 10)]
    [InlineData(86_400 * 400, 86_400 * 400 + 60, 60)]
    [InlineData(-86_400, 0, 86_400)]
    [InlineData(-86_401, 0, 0)]
    [InlineData(10, 0, 0)]
    public void What_is_wrong_with_a_clients_clock_is_wrong_with_both_of_its_times(int at, int sent, int ago) =>
        Event<PageViewed>(View with { At = Noon.AddSeconds(at), Sent = Noon.AddSeconds(sent) }).Hit.At.ShouldBe(Noon.AddSeconds(-ago));

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2100-01-01T00:00:00Z")]
    public void A_time_that_cannot_be_is_the_servers(string at) => Event<PageViewed>(View with { At = DateTimeOffset.Parse(at, null) }).Hit.At.ShouldBe(Noon);

    [Fact]
    public void A_replayed_event_keeps_its_time()
    {
        var then = Noon.AddYears(-14);
        var hit = Event<PageViewed>(View with { At = then }, Source with { IsReplay = true }).Hit;
        (hit.At, hit.IsReplayed).ShouldBe((then, true));
        Fields(View, Source with { IsReplay = true }).ShouldBe(["at"]);
        Fields(View with { At = Noon.AddSeconds(1) }, Source with { IsReplay = true }).ShouldBe(["at"]);
    }

    [Fact]
    public void Each_name_has_parts_of_its_own()
    {
        Event<EngagementMeasured>(View with { Name = "engagement", Engaged = 1_500, Scroll = 100 }).ShouldSatisfyAllConditions(e => e.EngagedMs.ShouldBe(1_500), e => e.Scroll.ShouldBe(100));
        Event<VitalMeasured>(View with { Name = "web_vital", Vital = "CLS", Value = 0.01 }).Value.ShouldBe(0.01);
        Event<EventTracked>(View with { Name = "signed_up", Props = Platform.Domain.Fields.Parse("""{"plan":"free","seats":3,"trial":true}""") }).Name.ShouldBe("signed_up");
        Event<ConsentChanged>(View with { Name = "consent", Props = Platform.Domain.Fields.Parse("""{"analytics":false}""") }).Analytics.ShouldBeFalse();
    }

    public static TheoryData<Track, string[]> Wrong => new()
    {
        { View with { Id = Guid.Empty }, ["id"] },
        { View with { Name = "Page View" }, ["name"] },
        { View with { Name = new string('a', 51) }, ["name"] },
        { View with { Url = "https://other.example/" }, ["url"] },
        { View with { Url = "javascript:alert(1)" }, ["url"] },
        { View with { Url = "/news" }, ["url"] },
        { View with { Engaged = 5 }, ["engaged"] },
        { View with { Scroll = 5 }, ["scroll"] },
        { View with { Vital = "LCP", Value = 5 }, ["value", "vital"] },
        { View with { Name = "engagement" }, ["engaged"] },
        { View with { Name = "engagement", Engaged = -1, Scroll = 101 }, ["engaged", "scroll"] },
        { View with { Name = "web_vital", Vital = "TBT", Value = double.NaN }, ["value", "vital"] },
        { View with { Name = "web_vital", Vital = "LCP", Value = -1 }, ["value"] },
        { View with { Name = "consent" }, ["props.analytics"] },
        { View with { Name = "engagement", Engaged = 1, Props = Platform.Domain.Fields.Parse("""{"a":1}""") }, ["props"] },
        { View with { Name = "own", Props = Platform.Domain.Fields.Parse("""{"A":1,"b":[1],"c":{"d":1}}""") }, ["props.A", "props.b", "props.c"] },
        { View with { Name = "", Url = "" }, ["name", "url"] },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named(Track command, string[] fields) => Fields(command, Source).ShouldBe(fields);

    [Fact]
    public void A_long_path_is_cut_at_whole_characters_and_says_so()
    {
        var hit = Event<PageViewed>(View with { Url = $"https://example.org/{new string('a', 2_000)}" }).Hit;
        (hit.Page.Length, hit.IsCut).ShouldBe((Track.MaxPath, true));
        Event<PageViewed>(View with { Url = $"https://example.org/?utm_source={string.Concat(Enumerable.Repeat("%F0%9F%98%80", 60))}x" }).Hit.Campaign!.Source.ShouldBe(string.Concat(Enumerable.Repeat("😀", 50)));
    }

    private static T Event<T>(Track command, TrackingSource? source = null)
    {
        var decision = Track.Decide(command, source ?? Source);
        decision.Rejection.ShouldBeNull(decision.Rejection?.Summary);
        return decision.Events.ShouldHaveSingleItem().ShouldBeOfType<T>();
    }

    private static IEnumerable<string> Fields(Track command, TrackingSource source) => Track.Decide(command, source).Rejection.ShouldNotBeNull().Errors.Keys;
}
