using System.Text.Json;
using Platform.Api.Tests.Identity;

namespace Platform.Api.Tests.Content;

/// <summary>Items in the tenant's pool, and what sites let in of it, over HTTP.</summary>
public sealed class SiteGateOverHttpTests(SharedApp shared) : PeopleOverHttp(shared)
{
    private long _last;

    [Fact]
    public async Task A_site_has_what_is_at_home_on_it_placed_on_it_and_let_in_by_its_gate()
    {
        var home = await Admin.ArticleSiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var own = await Admin.ArticleAsync(other, "own");
        var placed = await SharedAsync(home, "placed", ["sport"]);
        (await Admin.PostAsync($"/api/content/{placed}/place", new { siteId = other })).ShouldBe(200);
        var news = await SharedAsync(home, "news", ["news"], ["AT-9"]);
        await SharedAsync(home, "sport", ["sport"]);
        var draft = await Admin.ArticleAsync(home, "draft");
        (await Admin.PostAsync($"/api/content/{draft}/share")).ShouldBe(200);
        (await ViaAsync(other)).ShouldBe([(own, "home"), (placed, "placed")], ignoreOrder: true);

        await SetAsync(other, """[{"name":"Austria","effect":"include","priority":1,"when":{"regions":["AT"]}}]""");
        (await ViaAsync(other)).ShouldBe([(own, "home"), (placed, "placed"), (news, "pool")], ignoreOrder: true);
        (await ViaAsync(other, "&status=draft")).ShouldBe([(own, "home")]);
        Done(await Admin.PutAsync($"/api/content/{news}", """{"fields":{"title":"Not yet"}}"""));
        (await Admin.AskAsync($"/api/sites/{other}/content?after={_last}")).Items.Single(item => item.GetProperty("id").GetGuid() == news).GetProperty("fields").GetProperty("title").GetString().ShouldBe("First light");
        (await Admin.AskAsync($"/api/sites/{home}/content?after={_last}")).Items.Single(item => item.GetProperty("id").GetGuid() == news).GetProperty("fields").GetProperty("title").GetString().ShouldBe("Not yet");
        (await ViaAsync(other, "&type=nothing")).ShouldBeEmpty();
        (await ViaAsync(home)).Count.ShouldBe(4);
        (await Admin.AskAsync($"/api/content?shared=true&after={_last}")).ShouldBe(200).Items.Count.ShouldBe(4);
        (await Admin.AskAsync($"/api/content?shared=false&after={_last}")).ShouldBe(200).Items.ShouldHaveSingleItem();

        Done(await Admin.PutAsync($"/api/content/{news}/labels", """{"tags":[],"regions":["DE"]}"""));
        (await ViaAsync(other)).ShouldNotContain((news, "pool"));
        Done(await Admin.PutAsync($"/api/content/{news}/labels", """{"tags":[],"regions":["AT"]}"""));
        (await ViaAsync(other)).ShouldContain((news, "pool"));
        Done(await Admin.PostAsync($"/api/content/{news}/unpublish"));
        (await ViaAsync(other)).ShouldNotContain((news, "pool"));
        Done(await Admin.PostAsync($"/api/content/{news}/publish"));
        Done(await Admin.PostAsync($"/api/content/{news}/unshare"));
        (await ViaAsync(other)).ShouldNotContain((news, "pool"));
    }

    [Fact]
    public async Task Of_a_draft_in_the_pool_other_sites_see_nothing_but_where_it_stands_now()
    {
        var home = await Admin.ArticleSiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var item = await Admin.ArticleAsync(home, "first");
        (await Admin.PutAsync($"/api/content/{item}/locales/de", new { slug = "erstes", fields = new { } })).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        Done(await Admin.PostAsync($"/api/content/{item}/share"));
        await SetAsync(other, """[{"name":"All","effect":"include"}]""");
        var before = await PooledAsync();
        Done(await Admin.PostAsync($"/api/content/{item}/place", new { siteId = await Admin.SiteAsync("third.example.org") }));
        Done(await As("editor").PutAsync($"/api/content/{item}", """{"fields":{"title":"Not yet"}}"""));
        Done(await Admin.PostAsync($"/api/content/{item}/slug", new { locale = "de", slug = "neues" }));

        var now = await PooledAsync();
        now.TryGetProperty("updatedBy", out _).ShouldBeFalse();
        now.GetProperty("updatedAt").GetRawText().ShouldBe(before.GetProperty("updatedAt").GetRawText());
        now.GetProperty("placements").GetArrayLength().ShouldBe(0);
        now.GetProperty("fields").GetProperty("title").GetString().ShouldBe("First light");
        now.GetProperty("locales")[0].GetProperty("slug").GetString().ShouldBe("neues");
        (await ViaAsync(other, "&problems=true")).ShouldBeEmpty();
        (await ViaAsync(other, "&problems=false")).ShouldBe([(item, "pool")]);

        async Task<JsonElement> PooledAsync() => (await Admin.AskAsync($"/api/sites/{other}/content?after={_last}")).ShouldBe(200).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Pages_go_on_where_the_gate_lets_in_few()
    {
        var home = await Admin.ArticleSiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var admitted = new List<Guid>();
        for (var n = 0; n < 12; n++)
            if (await SharedAsync(home, $"a-{n}", n % 5 == 0 ? ["news"] : ["sport"]) is var item && n % 5 == 0)
                admitted.Add(item);
        await SetAsync(other, """[{"name":"News","effect":"include","when":{"tags":["news"]}}]""");
        var (seen, cursor) = (new List<Guid>(), "");
        do
        {
            var page = (await Admin.AskAsync($"/api/sites/{other}/content?limit=2&cursor={cursor}&after={_last}")).ShouldBe(200);
            page.Items.Count.ShouldBeLessThanOrEqualTo(2);
            seen.AddRange(page.Items.Select(item => item.GetProperty("id").GetGuid()));
            cursor = page.Next;
        }
        while (cursor is not null);
        seen.ShouldBe(admitted.Order());
    }

    [Fact]
    public async Task A_gate_holds_below_until_a_site_has_its_own_and_says_since_when()
    {
        var home = await Admin.ArticleSiteAsync();
        var top = await Admin.SiteAsync("top.example.org");
        var below = await Admin.SiteAsync("below.example.org", top);
        var item = await SharedAsync(home, "news", ["news"]);
        (await ShouldExplainAsync(below, item, false, "No site up to the top has a gate: nothing of the pool is let in.")).TryGetProperty("gateOf", out _).ShouldBeFalse();
        var before = (await SetAsync(top, """[{"name":"All","effect":"include"}]""")).Receipt;
        (await ShouldExplainAsync(below, item, true, "The rule 'All' says include.")).GetProperty("gateOf").GetGuid().ShouldBe(top);
        var inherited = (await Admin.AskAsync($"/api/sites/{below}/gate")).ShouldBe(200);
        (inherited.Json.GetProperty("from").GetGuid(), inherited.Json.GetProperty("version").GetInt64()).ShouldBe((top, 0));

        await SetAsync(below, "[]");
        await ShouldExplainAsync(below, item, false, "No rule of the gate matches it.");
        (await Admin.AskAsync($"/api/sites/{below}/gate", ("If-None-Match", inherited.Header("ETag")!))).ShouldBe(200).Json.GetProperty("from").GetGuid().ShouldBe(below);
        (await Admin.AskAsync($"/api/sites/{below}/gate?asOf={Uri.EscapeDataString($"{before.Timestamp:O}")}")).ShouldBe(200).Json.GetProperty("from").GetGuid().ShouldBe(top);
        (await Admin.AskAsync($"/api/sites/{below}/gate?asOf=1")).ShouldBeProblem(422, "invalid", "asOf");
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{below}/gate", """{"rules":[]}""", ("If-Match", "\"7\"")), 412, "stale-version");
        (await Admin.PostAsync($"/api/sites/{below}/gate/reset", null, ("If-Match", "\"1\""))).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.site-gate-reset");
        await ShouldExplainAsync(below, item, true, "The rule 'All' says include.");
        (await Admin.AskAsync($"/api/sites/{below}/gate", ("If-None-Match", (await Admin.AskAsync($"/api/sites/{below}/gate")).Header("ETag")!))).Status.ShouldBe(304);
    }

    [Fact]
    public async Task It_says_which_rule_decides_what_fits_and_why_not_the_others()
    {
        var home = await Admin.ArticleSiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var item = await SharedAsync(home, "news", ["news"]);
        await SetAsync(other, """
            [{"name":"All","effect":"include"},
             {"name":"No news","effect":"exclude","priority":5,"when":{"tags":["news"],"locales":["en"]}},
             {"name":"Once","effect":"include","priority":9,"until":"2001-01-01T00:00:00Z"}]
            """);
        var said = await ShouldExplainAsync(other, item, false, "The rule 'No news' says exclude.");
        said.GetProperty("by").GetProperty("rule").GetProperty("priority").GetInt32().ShouldBe(5);
        said.GetProperty("by").GetProperty("matched").GetRawText().ShouldBe("""[{"part":"tags","value":"news"},{"part":"locales","value":"en"}]""");
        said.GetProperty("passedOver").EnumerateArray().Select(reading => reading.GetProperty("against").GetString()).ShouldBe(["It doesn't hold now.", "A rule before it decides."]);
        await ShouldExplainAsync(home, item, true, "It's at home on the site.");
        await ShouldExplainAsync(other, await Admin.ArticleAsync(home, "unshared"), false, "It isn't shared.");
        (await Admin.AskAsync($"/api/sites/{other}/gate/explain")).ShouldBeProblem(422, "invalid", "itemId");
        (await Admin.AskAsync($"/api/sites/{other}/gate/explain?itemId={Guid.NewGuid()}")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("""{}""", "rules")]
    [InlineData("""{"rules":[null]}""", "rules[0].name")]
    [InlineData("""{"rules":[{"name":"A","effect":"admit"}]}""", "rules[0].effect")]
    [InlineData("""{"rules":[{"name":"A","effect":"include","priority":1001}]}""", "rules[0].priority")]
    [InlineData("""{"rules":[{"name":"A","effect":"include","from":"2030-01-02T00:00:00Z","until":"2030-01-01T00:00:00Z"}]}""", "rules[0].until")]
    [InlineData("""{"rules":[{"name":"A","effect":"include","when":{"types":["nothing"]}}]}""", "rules[0].when.types[0]")]
    [InlineData("""{"rules":[{"name":"A","effect":"include","when":{"locales":["No"]}}]}""", "rules[0].when.locales[0]")]
    [InlineData("""{"rules":[{"name":"A","effect":"include","when":{"regions":[null]}}]}""", "rules[0].when.regions[0]")]
    public async Task A_gate_that_is_none_is_422(string body, string field)
    {
        var site = await Admin.SiteAsync();
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{site}/gate", body), 422, "invalid", field);
    }

    [Fact]
    public async Task An_archived_site_takes_no_gate_and_201_rules_are_too_many()
    {
        var site = await Admin.SiteAsync();
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{site}/gate", new { rules = Enumerable.Range(0, 201).Select(n => new { name = $"{n}", effect = "include" }) }), 422, "invalid", "rules");
        (await Admin.PostAsync($"/api/sites/{site}/archive")).ShouldBe(200);
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{site}/gate", """{"rules":[]}"""), 409, "conflict");
    }

    [Fact]
    public async Task Another_tenants_pool_gates_and_items_do_not_exist()
    {
        var home = await Admin.ArticleSiteAsync();
        var item = await SharedAsync(home, "news", ["news"]);
        var stranger = Stranger();
        var theirs = await stranger.SiteAsync("theirs.example.org");
        (await stranger.PutAsync($"/api/sites/{theirs}/gate", """{"rules":[{"name":"All","effect":"include"}]}""")).ShouldBe(200);
        (await stranger.AskAsync($"/api/sites/{theirs}/content?after={_last}")).ShouldBe(200).Items.ShouldBeEmpty();
        (await stranger.AskAsync($"/api/sites/{theirs}/gate/explain?itemId={item}")).ShouldBeProblem(404, "not-found");
        foreach (var path in new[] { "gate", $"gate/explain?itemId={item}", "content", "overrides" })
            (await stranger.AskAsync($"/api/sites/{home}/{path}")).ShouldBeProblem(404, "not-found");
        await RefusedAsync(() => stranger.PutAsync($"/api/sites/{home}/gate", """{"rules":[]}"""), 404, "not-found");
        await RefusedAsync(() => stranger.PostAsync($"/api/sites/{home}/gate/reset"), 404, "not-found");
        await RefusedAsync(() => stranger.PutAsync($"/api/content/{item}/labels", """{"tags":[],"regions":[]}"""), 404, "not-found");
        await RefusedAsync(() => stranger.PostAsync($"/api/content/{item}/unshare"), 404, "not-found");
        await RefusedAsync(() => stranger.PostAsync($"/api/content/{item}/override", new { siteId = theirs }), 404, "not-found");
        await RefusedAsync(() => stranger.PostAsync($"/api/content/{item}/merge-upstream"), 404, "not-found");
    }

    [Fact]
    public async Task Who_has_a_site_only_reads_and_overrides_there_what_its_gate_lets_in()
    {
        var home = await Admin.ArticleSiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var (news, sport) = (await SharedAsync(home, "news", ["news"]), await SharedAsync(home, "sport", ["sport"]));
        await SetAsync(other, """[{"name":"News","effect":"include","when":{"tags":["news"]}}]""");
        await GrantAsync(await RegisterAsync("ann"), "editor", other);
        var ann = SignIn("ann");
        await UntilAsync(() => ann.AskAsync($"/api/sites/{other}"), 200);
        (await ann.AskAsync($"/api/sites/{other}/content?after={_last}")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("id").GetGuid().ShouldBe(news);
        (await ann.AskAsync($"/api/sites/{home}/content")).ShouldBeProblem(403, "forbidden");
        (await ann.AskAsync($"/api/sites/{home}/gate/explain?itemId={news}")).ShouldBeProblem(403, "forbidden");
        await RefusedAsync(() => ann.PostAsync($"/api/content/{news}/unshare"), 403, "forbidden");
        await RefusedAsync(() => ann.PutAsync($"/api/content/{news}/labels", """{"tags":[],"regions":[]}"""), 403, "forbidden");
        await RefusedAsync(() => ann.PutAsync($"/api/sites/{other}/gate", """{"rules":[]}"""), 403, "forbidden");
        await RefusedAsync(() => ann.PostAsync($"/api/content/{news}/override", new { siteId = home }), 403, "forbidden");
        await RefusedAsync(() => ann.PostAsync($"/api/content/{sport}/override", new { siteId = other }), 409, "conflict");
        var made = (await ann.PostAsync($"/api/content/{news}/override", new { siteId = other })).ShouldBe(200).Receipt;
        (await ann.PutAsync($"/api/content/{made.StreamId}", """{"fields":{"title":"Ours"}}""")).ShouldBe(200);
    }

    private async Task<Guid> SharedAsync(Guid site, string slug, string[] tags, string[]? regions = null)
    {
        var item = await Admin.ArticleAsync(site, slug);
        (await Admin.PutAsync($"/api/content/{item}/labels", new { tags, regions = regions ?? [] })).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        Done(await Admin.PostAsync($"/api/content/{item}/share"));
        return item;
    }

    private async Task<Answer> SetAsync(Guid site, string rules) => Done(await Admin.PutAsync($"/api/sites/{site}/gate", $$"""{"rules":{{rules}} }"""));

    private Answer Done(Answer answer)
    {
        _last = answer.ShouldBe(200).Receipt.Events[^1].Sequence;
        return answer;
    }

    private async Task<IReadOnlyList<(Guid, string)>> ViaAsync(Guid site, string filter = "") =>
        [.. (await Admin.AskAsync($"/api/sites/{site}/content?after={_last}{filter}")).ShouldBe(200).Items.Select(item => (item.GetProperty("id").GetGuid(), item.GetProperty("via").GetString()!))];

    private async Task<JsonElement> ShouldExplainAsync(Guid site, Guid item, bool shown, string reason)
    {
        var said = (await Admin.AskAsync($"/api/sites/{site}/gate/explain?itemId={item}")).ShouldBe(200).Json;
        (said.GetProperty("shown").GetBoolean(), said.GetProperty("reason").GetString()).ShouldBe((shown, reason));
        return said;
    }
}
