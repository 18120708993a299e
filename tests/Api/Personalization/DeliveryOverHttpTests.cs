using Platform.Api.Tests.Analytics;
using Platform.Api.Tests.Sites;
using Platform.Projections.Content;
using Platform.Projections.Personalization;
using Platform.Tests;

namespace Platform.Api.Tests.Personalization;

/// <summary>Pages as a visitor is shown them.</summary>
public sealed class DeliveryOverHttpTests(SharedApp shared) : OverVisitedSite(shared)
{
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

    private readonly Guid _cookie = Guid.NewGuid();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        (await Admin.PostAsync("/api/content-types", """{"name":"post","fields":[{"name":"title","type":"text"}]}""")).ShouldBe(201);
    }

    [Fact]
    public async Task A_page_without_rules_is_its_item_and_everybodys()
    {
        var item = await PostAsync("news", "News");
        var answer = await Until.AnsweredAsync(() => DeliverAsync("news"), 200);
        (answer.Json.GetProperty("item").GetProperty("item").GetProperty("id").GetGuid(), Title(answer)).ShouldBe((item, "News"));
        (answer.Header("Cache-Control"), answer.Header("Vary")).ShouldBe(("public, max-age=10", null));
        answer.Json.TryGetProperty("why", out _).ShouldBeFalse();
        (await DeliverAsync("nothing")).ShouldBeProblem(404, "not-found");
        (await DeliverAsync("No_thing")).ShouldBeProblem(404, "not-found");
        (await DeliverAsync("")).ShouldBe(200).Json.TryGetProperty("item", out _).ShouldBeFalse("a home page may have slots alone");
        (await Admin.AskAsync($"/api/delivery/{Host}/news")).ShouldBeProblem(422, "invalid", "locale");
        (await Admin.AskAsync("/api/delivery/nobody.example/news?locale=en")).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync($"/api/delivery/{Host}/news?locale=en")).ShouldBeProblem(404, "not-found");
        (await As("analyst").AskAsync($"/api/delivery/{Host}/news?locale=en")).ShouldBeProblem(403, "forbidden");
        (await DeliverAsync("news", ("X-Visitor", "ann"))).ShouldBeProblem(422, "invalid", "X-Visitor");
    }

    [Fact]
    public async Task Rules_replace_items_fill_slots_speak_to_templates_and_say_what_caches_have_to_tell_apart()
    {
        var (item, phones, hero) = (await PostAsync("news", "News"), await PostAsync("news-short", "News, short"), await PostAsync("hero", "Hero"));
        await RuleAsync("phones", new { attribute = "device", equals = "mobile" }, new { kind = "variant", of = item, itemId = phones });
        await RuleAsync("austria", new { attribute = "country", equals = "AT" }, new { kind = "slot", name = "hero", itemId = hero }, new { kind = "attribute", name = "tone", value = "warm" });
        await Until.HoldsAsync(async () => await DeliverAsync("news", ("X-Visitor-User-Agent", Phone)) is { Status: 200 } answer && Title(answer) == "News, short" && (await DeliverAsync("news", ("X-Country", "AT"))).Json.GetProperty("slots").EnumerateObject().Any());
        var phone = await DeliverAsync("news", ("X-Visitor-User-Agent", Phone));
        phone.Json.GetProperty("insteadOf").GetGuid().ShouldBe(item);
        (phone.Header("Vary"), phone.Header("Cache-Control")).ShouldBe(("X-Country, X-Visitor-User-Agent", "public, max-age=10"));
        var (austrian, other) = (await DeliverAsync("news", ("X-Country", "AT"), ("X-Visitor-User-Agent", Firefox)), await DeliverAsync("news", ("X-Country", "DE")));
        austrian.Json.GetProperty("slots").GetProperty("hero").GetProperty("item").GetProperty("id").GetGuid().ShouldBe(hero);
        austrian.Json.GetProperty("attributes").GetRawText().ShouldBe("""{"tone":"warm"}""");
        austrian.Header("X-Audience").ShouldBe(austrian.Json.GetProperty("audience").GetString());
        austrian.Header("X-Audience").ShouldNotBe(other.Header("X-Audience"));
        (await DeliverAsync("news", ("X-Country", "CH"))).Header("X-Audience").ShouldBe(other.Header("X-Audience"));
    }

    [Fact]
    public async Task What_is_known_of_a_visitor_counts_and_is_explained_to_those_who_may_know()
    {
        await PostAsync("news", "News");
        await RuleAsync("fans", new { attribute = "profile.top.topic", equals = "sport" }, new { kind = "attribute", name = "tone", value = "loud" });
        (await Page.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "page_view", url = $"https://{Host}/", visitor = _cookie, props = new { topic = "sport" } })).ShouldBe(200);
        (await App.Store.QuerySession(Tenant).WaitForAllAsync(VisitorActs.ReadModel, TimeSpan.FromSeconds(20))).ShouldBeTrue();
        await Until.HoldsAsync(async () => await ToneAsync(("X-Visitor", $"{_cookie}")) == "loud");
        (await ToneAsync()).ShouldBeNull();
        var answer = await DeliverAsync("news", ("X-Visitor", $"{_cookie}"));
        (answer.Header("Cache-Control"), answer.Header("Vary")).ShouldBe(("no-cache, private", "X-Visitor, Cookie"));

        var why = (await Admin.AskAsync($"/api/delivery/{Host}/news?locale=en&explain=true", ("X-Visitor", $"{_cookie}"))).ShouldBe(200);
        why.Header("Cache-Control").ShouldBe("no-store");
        why.Json.GetProperty("why").GetProperty("trace")[0].GetProperty("status").GetString().ShouldBe("holds");
        why.Json.GetProperty("why").GetProperty("visitor").GetProperty("profile").GetProperty("top").GetProperty("topic").GetString().ShouldBe("sport");

        // What a browser kept of what was said stands in where nothing else is known.
        var cookie = (await Page.PostAsync("/api/track/preferences", new { visitor = _cookie, preferences = new { language = "de" } })).ShouldBe(200).Header("Set-Cookie")!.Split(';')[0];
        (await ToneAsync(("Cookie", cookie))).ShouldBe("loud");
        (await ToneAsync(("Cookie", cookie[..^2] + "AA"))).ShouldBeNull();
    }

    [Fact]
    public async Task Items_that_the_site_may_not_show_arent_shown_and_redirects_are_told()
    {
        var (item, other) = (await PostAsync("news", "News"), await Admin.SiteAsync($"other.{Host}"));
        var foreign = (await Admin.PostAsync("/api/content", new { siteId = other, type = "post", locale = "en", slug = "secret", fields = new { title = "Secret" } })).ShouldBe(201).Receipt.StreamId;
        (await Admin.PostAsync($"/api/content/{foreign}/publish", "{}")).ShouldBe(200);
        await RuleAsync("leak", null, new { kind = "variant", of = item, itemId = foreign }, new { kind = "slot", name = "hero", itemId = foreign });
        await RuleAsync("gone", null, ["/old"], new { kind = "redirect", to = "/news" });
        await Until.HoldsAsync(async () => (await DeliverAsync("old")) is { Status: 200 } moved && moved.Json.GetProperty("redirect").GetString() == "/news");
        await Until.HoldsAsync(async () => (await Admin.AskAsync($"/api/delivery/{Host}/news?locale=en&explain=true")).Json.GetProperty("why").GetProperty("notShown").GetArrayLength() == 1);
        await RuleAsync("mood", new { attribute = "country", equals = "AT" }, ["/old"], new { kind = "attribute", name = "tone", value = "warm" });
        // What is said to templates is part of who is shown the same, also where visitors are sent elsewhere.
        await Until.HoldsAsync(async () => (await DeliverAsync("old", ("X-Country", "AT"))).Header("X-Audience") != (await DeliverAsync("old", ("X-Country", "DE"))).Header("X-Audience"));
        var answer = await DeliverAsync("news");
        (Title(answer), answer.Json.GetProperty("slots").EnumerateObject().Any(), answer.Text.Contains("Secret", StringComparison.Ordinal)).ShouldBe(("News", false, false));
        (await Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"today"}""")).ShouldBe(200);
        await Until.HoldsAsync(async () => (await DeliverAsync("news")) is { Status: 200 } moved && moved.Json.TryGetProperty("redirect", out var to) && to.GetString() == "/today");
    }

    [Fact]
    public async Task Experiments_and_recommendations_are_part_of_the_page()
    {
        var (item, other) = (await PostAsync("news", "News"), await PostAsync("more", "More"));
        await RuleAsync("more", null, new { kind = "recommend", name = "more", count = 3 });
        await RuleAsync("tone", new { attribute = "experiments.headline", equals = "new" }, new { kind = "attribute", name = "tone", value = "loud" });
        var experiment = (await Admin.PostAsync("/api/experiments", new
        {
            key = "headline",
            name = "Headline",
            control = "old",
            metric = new { name = "reads", kind = "count", @event = "page_view" },
            pages = new[] { "/news" },
            siteIds = new[] { Site },
            variants = new object[] { new { key = "old", name = "Old", weight = 0.5 }, new { key = "new", name = "New", weight = 0.5, value = "b", actions = new[] { new { kind = "slot", name = "hero", itemId = other } } } },
        })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        (await Admin.PostAsync($"/api/experiments/{experiment}/start", "{}")).ShouldBe(200);
        var (old, fresh) = await BothAsync();
        (fresh.Json.GetProperty("slots").GetProperty("hero").GetProperty("item").GetProperty("id").GetGuid(), old.Json.GetProperty("slots").EnumerateObject().Any()).ShouldBe((other, false));
        fresh.Json.GetProperty("experiments")[0].GetRawText().ShouldBe("""{"experiment":"headline","variant":"new","value":"b","reason":"allocated","expose":true}""");
        (fresh.Json.GetProperty("attributes").GetRawText(), old.Json.GetProperty("attributes").GetRawText()).ShouldBe(("""{"tone":"loud"}""", "{}"), "rules may ask for the variant");
        fresh.Header("X-Audience").ShouldNotBe(old.Header("X-Audience"));
        (fresh.Header("Vary"), fresh.Header("Cache-Control")).ShouldBe(("X-Visitor, Cookie", "no-cache, private"));

        await Until.HoldsAsync(async () => (await DeliverAsync("news")).Json.GetProperty("recommended").GetProperty("more").GetArrayLength() == 1);
        var recommended = (await DeliverAsync("news")).Json.GetProperty("recommended").GetProperty("more")[0];
        recommended.GetProperty("item").GetProperty("item").GetProperty("id").GetGuid().ShouldBe(other, "what is being read isn't recommended");
        recommended.GetProperty("because").GetString().ShouldBe("new");
        (await DeliverAsync("more")).Json.GetProperty("experiments").GetArrayLength().ShouldBe(0, "it's on another page");
        (await Admin.PostAsync($"/api/content/{other}/unpublish", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => (await DeliverAsync("news")).Json.GetProperty("recommended").GetProperty("more").GetArrayLength() == 0);

        var answer = await DeliverAsync("news");
        (await DeliverAsync("news", ("If-None-Match", answer.Header("ETag")!))).ShouldBe(304);
        answer.Json.GetProperty("item").GetProperty("item").GetProperty("id").GetGuid().ShouldBe(item);
    }

    // Answers for a visitor of each variant.
    private async Task<(Answer Old, Answer New)> BothAsync()
    {
        var found = new Dictionary<string, Answer>();
        await Until.HoldsAsync(async () =>
        {
            var answer = await DeliverAsync("news", ("X-Visitor", $"{Guid.NewGuid()}"));
            if (answer is { Status: 200 } && answer.Json.GetProperty("experiments") is var given && given.GetArrayLength() > 0)
                found[given[0].GetProperty("variant").GetString()!] = answer;
            return found.Count == 2;
        });
        return (found["old"], found["new"]);
    }

    private Task<Answer> DeliverAsync(string path, params (string, string)[] headers) => Admin.AskAsync($"/api/delivery/{Host}/{path}?locale=en", headers);

    private async Task<string?> ToneAsync(params (string, string)[] headers) =>
        (await DeliverAsync("news", headers)) is { Status: 200 } answer && answer.Json.GetProperty("attributes").TryGetProperty("tone", out var tone) ? tone.GetString() : null;

    private static string? Title(Answer answer) => answer.Json.GetProperty("item").GetProperty("item").GetProperty("fields").GetProperty("title").GetString();

    private async Task<Guid> PostAsync(string slug, string title)
    {
        var item = (await Admin.PostAsync("/api/content", new { siteId = Site, type = "post", locale = "en", slug, fields = new { title } })).ShouldBe(201).Receipt.StreamId;
        (await Admin.PostAsync($"/api/content/{item}/publish", "{}")).ShouldBe(200);
        foreach (var model in new[] { ItemDetails.ReadModel, SiteContent.ReadModel })
            (await App.Store.QuerySession(Tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
        return item;
    }

    private Task RuleAsync(string key, object? condition, params object[] actions) => RuleAsync(key, condition, [], actions);

    private async Task RuleAsync(string key, object? condition, string[] pages, params object[] actions)
    {
        var rule = (await Admin.PostAsync("/api/personalization/rules", new { siteId = Site, key, name = key, condition, pages, actions })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        (await Admin.PostAsync($"/api/personalization/rules/{rule}/publish", "{}")).ShouldBe(200);
    }
}
