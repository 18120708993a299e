using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Analytics;
using Platform.Api.Tests.Sites;
using Platform.EventStore;
using Platform.Processors.Personalization;
using Platform.Projections.Personalization;

namespace Platform.Api.Tests.Personalization;

/// <summary>What is recommended on a site: from its events and its catalogue, for its tenant alone.</summary>
public sealed class RecommendationsOverHttpTests(SharedApp shared) : OverVisitedSite(shared)
{

    public override async ValueTask InitializeAsync()
    {
        (await Admin.PostAsync("/api/content-types", Examples.Article)).ShouldBe(201);
        await base.InitializeAsync();
    }

    [Fact]
    public async Task A_new_item_is_recommended_soon_and_one_that_is_put_away_no_more()
    {
        (await ItemsAsync()).ShouldBeEmpty();
        var item = await PublishedAsync("whales", "Whales swim in the ocean");
        await UntilAsync([item]);
        (await AskAsync()).Json.GetProperty("items")[0].GetProperty("title").GetString().ShouldBe("Whales swim in the ocean");
        (await Admin.PostAsync($"/api/content/{item}/unpublish")).ShouldBe(200);
        await UntilAsync([]);
    }

    [Fact]
    public async Task An_event_moves_what_trends()
    {
        var (first, second, third) = (await PublishedAsync("one", "One"), await PublishedAsync("two", "Two"), await PublishedAsync("three", "Three"));
        // The newest first, as long as nothing happened.
        await UntilAsync([third, second, first], "diversity=0");
        await TrackAsync(Guid.NewGuid(), second);
        await UntilAsync([second, third, first], "diversity=0");
        await Until.HoldsAsync(async () => (await ItemsAsync("model=trending")).FirstOrDefault() == second);
        var told = (await AskAsync("explain=true&diversity=0")).Json.GetProperty("items")[0];
        told.GetProperty("because").GetString()!.ShouldStartWith("trending in the last ");
        told.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("value").GetDouble()).ShouldBe(told.GetProperty("score").GetDouble(), 1e-9);
        (await AskAsync("limit=1")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_a_visitor_had_says_what_comes_next_and_is_said()
    {
        var (whales, boats, bread) = (
            await PublishedAsync("whales", "Whales", "Whales swim in the deep ocean"), await PublishedAsync("boats", "Boats", "Boats sail the deep ocean"),
            await PublishedAsync("bread", "Bread", "Bread comes from an oven"));
        var (cookie, other) = (Guid.NewGuid(), Guid.NewGuid());
        await TrackAsync(other, whales, boats);
        await TrackAsync(cookie, whales);
        var visitor = await VisitorAsync(cookie);
        await Until.HoldsAsync(async () => (await AskAsync($"visitor={visitor}")).Json.GetProperty("visitorKnown").GetBoolean());
        (await ItemsAsync($"visitor={visitor}")).ShouldNotContain(whales);
        (await ItemsAsync($"visitor={visitor}&model=item-knn"))[0].ShouldBe(boats);
        var near = (await AskAsync($"visitor={visitor}&model=item-knn&explain=true")).Json.GetProperty("items")[0];
        near.GetProperty("because").GetString().ShouldBe("because you read Whales");
        near.GetProperty("parts")[0].GetProperty("items")[0].GetGuid().ShouldBe(whales);
        // To whom nothing is known of, what is being read says it.
        (await ItemsAsync($"item={whales}&model=content"))[0].ShouldBe(boats);
        (await ItemsAsync($"visitor={Guid.NewGuid()}")).ShouldBe(await ItemsAsync());
        (await ItemsAsync()).ShouldContain(bread);
    }

    [Fact]
    public async Task Editors_pin_bury_and_exclude()
    {
        var items = new List<Guid>();
        foreach (var slug in new[] { "one", "two", "three", "four" })
            items.Add(await PublishedAsync(slug, slug));
        var url = $"/api/sites/{Site}/recommendation-rules";
        (await Admin.AskAsync(url)).ShouldBe(200).Json.GetProperty("version").GetInt32().ShouldBe(0);
        (await As("editor").PutAsync(url, new { pinned = new[] { items[0] }, buried = new[] { items[3] }, excluded = new[] { items[1] } })).ShouldBe(200);
        await UntilAsync([items[0], items[2], items[3]], "diversity=0");
        (await AskAsync()).Json.GetProperty("items").EnumerateArray().Select(item => item.TryGetProperty("rule", out var rule) ? rule.GetString() : null).ShouldBe(["pinned", null, "buried"]);
        (await Admin.PutAsync(url, new { pinned = Array.Empty<Guid>() }, ("If-Match", "\"7\""))).ShouldBeProblem(412, "stale-version");
        (await As("analyst").PutAsync(url, new { })).ShouldBeProblem(403, "forbidden");
        await RefusedAsync(() => Admin.PutAsync(url, new { pinned = new[] { items[0] }, excluded = new[] { items[0] } }), 422, "invalid", "excluded[0]");
        await RefusedAsync(() => Admin.PutAsync(url, new { pinned = Enumerable.Range(0, 21).Select(_ => Guid.NewGuid()) }), 422, "invalid", "pinned");
        (await Admin.PutAsync(url, new { }, ("If-Match", "\"1\""))).ShouldBe(200);
        await UntilAsync([items[3], items[2], items[1], items[0]], "diversity=0");
        (await Admin.AskAsync($"{url}?asOf=1")).ShouldBe(200).Json.GetProperty("pinned")[0].GetGuid().ShouldBe(items[0]);
    }

    [Fact]
    public async Task Of_the_pool_a_site_recommends_what_its_gate_lets_in()
    {
        var other = await Admin.SiteAsync("other.example.org");
        var (news, sport) = (await PublishedAsync("news", "News", tag: "news"), await PublishedAsync("sport", "Sport", tag: "sport"));
        (await ItemsAsync(site: other)).ShouldBeEmpty();
        (await Admin.PutAsync($"/api/sites/{other}/gate", """{"rules":[{"name":"News","effect":"include","when":{"tags":["news"]}}]}""")).ShouldBe(200);
        await UntilAsync([news], site: other);
        (await Admin.PostAsync($"/api/content/{sport}/place", new { siteId = other })).ShouldBe(200);
        await UntilAsync([sport, news], "diversity=0", other);
        (await Admin.PutAsync($"/api/sites/{other}/gate", """{"rules":[]}""")).ShouldBe(200);
        await UntilAsync([sport], site: other);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_who_is_erased_or_takes_the_consent_back_nothing_is_left_in_any_model(bool isErased)
    {
        var (whales, boats) = (await PublishedAsync("whales", "Whales"), await PublishedAsync("boats", "Boats"));
        var (cookie, other) = (Guid.NewGuid(), Guid.NewGuid());
        await TrackAsync(cookie, whales, boats);
        await TrackAsync(other, whales);
        var visitor = await VisitorAsync(cookie);
        await Until.HoldsAsync(async () => (await AskAsync($"visitor={visitor}")).Json.GetProperty("visitorKnown").GetBoolean());
        await Until.HoldsAsync(async () => (await AskAsync($"item={whales}&model=item-knn&explain=true")).Json.GetProperty("items")[0].GetProperty("score").GetDouble() > 0);
        (await (isErased
            ? Page.PostAsync("/api/track/erase", new { visitor = cookie })
            : Page.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "consent", url = $"https://{Host}/", visitor = cookie, props = new { analytics = false } }))).ShouldBe(200);
        await Until.HoldsAsync(async () => !(await AskAsync($"visitor={visitor}")).Json.GetProperty("visitorKnown").GetBoolean());
        (await AskAsync($"item={whales}&model=item-knn")).Json.GetProperty("items")[0].GetProperty("score").GetDouble().ShouldBe(0, "they had both");
        (await AskAsync("model=popularity&explain=true")).Json.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("score").GetDouble() > 0).Select(item => item.GetProperty("itemId").GetGuid()).ShouldBe([whales]);
        // What a node learns of that starts now is the same.
        var fresh = new SiteRecommenders(App.Store, TimeProvider.System);
        var built = (await fresh.OfAsync(Tenant, Site, isLatest: true, CancellationToken.None))!;
        built.Recommend(new(DateTimeOffset.UtcNow, visitor)).VisitorIsKnown.ShouldBeFalse();
        (await Interactions.SinceAsync(App.Store.QuerySession(Tenant), Site, -1, 10, CancellationToken.None)).Items.Count(entry => entry.ItemId is not null).ShouldBe(1);
        // Who comes again is known again.
        await TrackAsync(cookie, boats);
        await Until.HoldsAsync(async () => (await AskAsync($"visitor={visitor}")).Json.GetProperty("visitorKnown").GetBoolean());
    }

    [Fact]
    public async Task Another_tenants_events_and_items_say_nothing_here()
    {
        var item = await PublishedAsync("one", "One");
        await TrackAsync(Guid.NewGuid(), item);
        await UntilAsync([item]);
        var stranger = Stranger();
        (await stranger.AskAsync($"/api/sites/{Site}/recommendations")).ShouldBeProblem(404, "not-found");
        (await stranger.PutAsync($"/api/sites/{Site}/recommendation-rules", new { })).ShouldBeProblem(404, "not-found");
        var own = await stranger.SiteAsync();
        (await stranger.AskAsync($"/api/sites/{own}/recommendations")).ShouldBe(200).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await Admin.AskAsync($"/api/sites/{Guid.NewGuid()}/recommendations")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("model=magic", "model")]
    [InlineData("limit=51", "limit")]
    [InlineData("visitor=ann", "visitor")]
    [InlineData("diversity=101", "diversity")]
    public async Task What_makes_no_sense_is_refused(string question, string field) => (await Admin.AskAsync($"/api/sites/{Site}/recommendations?{question}")).ShouldBeProblem(422, "invalid", field);

    [Fact]
    public async Task Another_node_recommends_the_same()
    {
        var (first, second) = (await PublishedAsync("one", "One"), await PublishedAsync("two", "Two"));
        await TrackAsync(Guid.NewGuid(), first);
        await UntilAsync([first, second], "diversity=0");
        await using var node = await SecondNode.StartAsync(App);
        var client = node.Client(Tenant, "ann", "admin");
        (await client.AskAsync($"/api/sites/{Site}/recommendations?diversity=0")).ShouldBe(200).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("itemId").GetGuid()).ShouldBe([first, second]);
        await TrackAsync(Guid.NewGuid(), second);
        await TrackAsync(Guid.NewGuid(), second);
        await Until.HoldsAsync(async () => (await client.AskAsync($"/api/sites/{Site}/recommendations?model=trending")).Json.GetProperty("items")[0].GetProperty("itemId").GetGuid() == second);
        node.Services.GetRequiredService<SiteRecommenders>().Count.ShouldBe(1);
    }

    private async Task<Guid> PublishedAsync(string slug, string title, string? body = null, string? tag = null)
    {
        var item = await Admin.ArticleAsync(Site, slug, body is null ? new { title } : new { title, body });
        if (tag is not null)
        {
            (await Admin.PutAsync($"/api/content/{item}/labels", new { tags = new[] { tag }, regions = Array.Empty<string>() })).ShouldBe(200);
            (await Admin.PostAsync($"/api/content/{item}/share")).ShouldBe(200);
        }
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        return item;
    }

    private async Task TrackAsync(Guid cookie, params Guid[] items)
    {
        var views = items.Select(item => new { id = Guid.NewGuid(), name = "page_view", url = $"https://{Host}/{item}", visitor = cookie, props = new { item } });
        (await Page.PostAsync("/api/track", views)).ShouldBe(200);
    }

    // What the platform calls whoever has a cookie.
    private async Task<Guid> VisitorAsync(Guid cookie) => (await Page.PostAsync("/api/track/visitor", new { visitor = cookie })).ShouldBe(200).Json.GetProperty("visitor").GetGuid();

    private async Task<Answer> AskAsync(string question = "", Guid? site = null) => (await Admin.AskAsync($"/api/sites/{site ?? Site}/recommendations?{question}")).ShouldBe(200);

    private async Task<List<Guid>> ItemsAsync(string question = "", Guid? site = null) =>
        [.. (await AskAsync(question, site)).Json.GetProperty("items").EnumerateArray().Select((JsonElement item) => item.GetProperty("itemId").GetGuid())];

    private Task UntilAsync(Guid[] items, string question = "", Guid? site = null) => Until.HoldsAsync(async () => (await ItemsAsync(question, site)).SequenceEqual(items), seconds: 20);
}
