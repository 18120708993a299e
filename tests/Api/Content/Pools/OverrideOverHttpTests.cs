using System.Text.Json;

namespace Platform.Api.Tests.Content;

/// <summary>Shared items are overridden on a site, and followed, over HTTP.</summary>
public sealed class OverrideOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task An_override_stands_in_the_shared_items_place_until_it_is_archived()
    {
        var (home, other, item) = await SharedAsync();
        var made = (await Admin.PostAsync($"/api/content/{item}/override", new { siteId = other })).ShouldBe(200).Receipt;
        made.Events.Select(e => e.Type).ShouldBe(["content.item-created", "content.item-overridden"]);
        var details = (await Admin.AskAsync($"/api/content/{made.StreamId}")).ShouldBe(200).Json;
        (details.GetProperty("siteId").GetGuid(), details.GetProperty("slug").GetString(), details.GetProperty("fields").GetRawText()).ShouldBe((other, "first-light", """{"title":"First light"}"""));
        details.GetProperty("upstream").GetRawText().ShouldBe($$"""{"itemId":"{{item}}","version":1}""");
        details.TryGetProperty("upstreamChanged", out _).ShouldBeFalse();
        var listed = (await Admin.AskAsync($"/api/sites/{other}/content?after={made.Events[^1].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (listed.GetProperty("id").GetGuid(), listed.GetProperty("via").GetString()).ShouldBe((made.StreamId, "home"));
        (await Admin.AskAsync($"/api/sites/{home}/content")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("id").GetGuid().ShouldBe(item);
        var said = (await Admin.AskAsync($"/api/sites/{other}/gate/explain?itemId={item}")).ShouldBe(200).Json;
        (said.GetProperty("shown").GetBoolean(), said.GetProperty("overriddenBy").GetGuid()).ShouldBe((false, made.StreamId));

        (await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/override", new { siteId = other }), 409, "conflict")).Json.GetProperty("detail").GetString()!.ShouldContain($"{made.StreamId}");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{made.StreamId}/override", new { siteId = home }), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{made.StreamId}/share"), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/override", new { siteId = other }, ("If-Match", "\"99\"")), 412, "stale-version");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/override", new { siteId = Guid.NewGuid() }), 422, "invalid", "siteId");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/override", "{}"), 422, "invalid", "siteId");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/override", new { siteId = home }), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/merge-upstream"), 409, "conflict");

        var archived = (await Admin.PostAsync($"/api/content/{made.StreamId}/archive")).ShouldBe(200).Receipt.Events[^1].Sequence;
        (await Admin.AskAsync($"/api/sites/{other}/content?status=published&after={archived}")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("via").GetString().ShouldBe("pool");
        var second = (await Admin.PostAsync($"/api/content/{item}/override", new { siteId = other, slug = "second" })).ShouldBe(200).Receipt;
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{made.StreamId}/restore"), 409, "conflict");
        (await Admin.PostAsync($"/api/content/{second.StreamId}/archive")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{made.StreamId}/restore")).ShouldBe(200);
    }

    [Fact]
    public async Task What_became_of_the_shared_item_is_noticed_and_merged()
    {
        var (_, other, item) = await SharedAsync();
        var ours = (await Admin.PostAsync($"/api/content/{item}/override", new { siteId = other })).ShouldBe(200).Receipt.StreamId;
        (await Admin.PutAsync($"/api/content/{ours}", """{"fields":{"title":"First light","rating":5}}""")).ShouldBe(200);
        (await Admin.AskAsync($"/api/sites/{other}/overrides?changed=true")).ShouldBe(200).Items.ShouldBeEmpty();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second light","body":"More"}}""")).ShouldBe(200);
        // A draft is nobody's business yet.
        (await Admin.AskAsync($"/api/content/{ours}")).ShouldBe(200).Json.TryGetProperty("upstreamChanged", out _).ShouldBeFalse();
        var published = (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200).Receipt;

        var changed = (await Admin.AskAsync($"/api/content/{ours}", ("If-None-Match", "*"))).ShouldBe(200).Json;
        changed.GetProperty("upstreamChanged").GetRawText().ShouldBe($$"""{"from":1,"to":{{published.Version - 1}}}""");
        (await Admin.AskAsync($"/api/content/{ours}?asOf=2")).ShouldBe(200).Json.TryGetProperty("upstreamChanged", out _).ShouldBeFalse();
        foreach (var list in new[] { "overrides?changed=true&", "overrides?", "content?" })
            (await Admin.AskAsync($"/api/sites/{other}/{list}after={published.Events[^1].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("upstreamChanged").GetProperty("from").GetInt32().ShouldBe(1);

        var merged = (await Admin.PostAsync($"/api/content/{ours}/merge-upstream", null, ("Idempotency-Key", "merge"))).ShouldBe(200).Receipt;
        merged.Events.Select(e => e.Type).ShouldBe(["content.item-edited", "content.upstream-merged"]);
        (await Admin.PostAsync($"/api/content/{ours}/merge-upstream", null, ("Idempotency-Key", "merge"))).ShouldBe(200).Receipt.Version.ShouldBe(merged.Version);
        var now = (await Admin.AskAsync($"/api/content/{ours}")).ShouldBe(200).Json;
        now.GetProperty("fields").GetRawText().ShouldBe("""{"body":"More","rating":5,"title":"Second light"}""");
        now.TryGetProperty("upstreamChanged", out _).ShouldBeFalse();
        (await Admin.AskAsync($"/api/sites/{other}/overrides?changed=true&after={merged.Events[^1].Sequence}")).ShouldBe(200).Items.ShouldBeEmpty();
        (await Admin.AskAsync($"/api/sites/{other}/overrides?changed=false")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (await Admin.PostAsync($"/api/content/{ours}/merge-upstream")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Contradictions_are_409_with_both_values_until_they_are_resolved()
    {
        var (_, other, item) = await SharedAsync();
        var ours = (await Admin.PostAsync($"/api/content/{item}/override", new { siteId = other })).ShouldBe(200).Receipt.StreamId;
        (await Admin.PutAsync($"/api/content/{ours}", """{"fields":{"title":"Our light"}}""")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second light"}}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        var refused = await RefusedAsync(() => Admin.PostAsync($"/api/content/{ours}/merge-upstream"), 409, "conflict", "fields.title");
        var side = refused.Json.GetProperty("fields").EnumerateArray().ShouldHaveSingleItem();
        new[] { "name", "base", "current", "yours" }.Select(name => side.GetProperty(name).GetString()).ShouldBe(["title", "First light", "Second light", "Our light"]);
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{ours}/merge-upstream", """{"resolve":{"title":"mine"}}"""), 422, "invalid", "resolve.title");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{ours}/merge-upstream", """{"resolve":{"body":"ours"}}"""), 422, "invalid", "resolve.body");
        (await Admin.PostAsync($"/api/content/{ours}/merge-upstream", """{"resolve":{"title":"theirs"}}""")).ShouldBe(200);
        (await Admin.AskAsync($"/api/content/{ours}")).Json.GetProperty("fields").GetProperty("title").GetString().ShouldBe("Second light");
    }

    [Fact]
    public async Task Of_eight_overrides_at_once_one_is_accepted()
    {
        var (_, other, item) = await SharedAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Admin.PostAsync($"/api/content/{item}/override", new { siteId = other, slug = $"s-{n}" })));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 409).ShouldBe(7);
    }

    private async Task<(Guid Home, Guid Other, Guid Item)> SharedAsync()
    {
        var home = await Admin.ArticleSiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var item = await Admin.ArticleAsync(home);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/share")).ShouldBe(200);
        (await Admin.PutAsync($"/api/sites/{other}/gate", """{"rules":[{"name":"All","effect":"include"}]}""")).ShouldBe(200);
        return (home, other, item);
    }
}
