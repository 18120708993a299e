using System.Text.Json;

namespace Platform.Api.Tests.Content;

public sealed class ReleaseOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_release_goes_out_at_once_and_back_at_once()
    {
        var site = await Admin.ArticleSiteAsync();
        var (old, fresh) = (await Admin.ArticleAsync(site, "old"), await Admin.ArticleAsync(site, "fresh"));
        (await Admin.PostAsync($"/api/content/{old}/publish", "{}")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{old}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
        var release = await ReleaseAsync(old, fresh);

        var published = (await Admin.PostAsync($"/api/releases/{release}/publish", "{}")).ShouldBe(200);
        published.Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.release-published");
        (await LiveTitleAsync(old)).ShouldBe("Second");
        (await LiveTitleAsync(fresh)).ShouldBe("First light");
        (await Admin.PostAsync($"/api/releases/{release}/publish", "{}")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        await RefusedAsync(() => Admin.PutAsync($"/api/releases/{release}", """{"name":"Other","items":[]}"""), 409, "conflict");

        (await Admin.PostAsync($"/api/releases/{release}/undo", "{}")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.release-undone");
        (await LiveTitleAsync(old)).ShouldBe("First light");
        (await LiveTitleAsync(fresh)).ShouldBeNull();
        var read = (await Admin.AskAsync($"/api/releases/{release}")).ShouldBe(200).Json;
        (read.GetProperty("status").GetString(), read.GetProperty("items").GetArrayLength()).ShouldBe(("open", 2));
    }

    [Fact]
    public async Task One_item_that_cannot_go_keeps_back_all_and_is_named()
    {
        var site = await Admin.ArticleSiteAsync();
        var (good, bad) = (await Admin.ArticleAsync(site, "good"), await Admin.ArticleAsync(site, "bad", new { rating = 1 }));
        var release = await ReleaseAsync(good, bad);
        var refused = await RefusedAsync(() => Admin.PostAsync($"/api/releases/{release}/publish", "{}"), 409, "conflict", $"items.{bad}");
        refused.Json.GetProperty("errors").GetProperty($"items.{bad}")[0].GetString().ShouldBe("fields.title: Is required.");
        (await LiveTitleAsync(good)).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_published_since_is_not_undone()
    {
        var item = await Admin.ArticleAsync();
        var release = await ReleaseAsync(item);
        (await Admin.PostAsync($"/api/releases/{release}/publish", "{}")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Since"}}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish", "{}")).ShouldBe(200);
        await RefusedAsync(() => Admin.PostAsync($"/api/releases/{release}/undo", "{}"), 409, "conflict", $"items.{item}");
    }

    [Fact]
    public async Task Two_items_of_a_release_do_not_go_live_with_the_same_unique_value()
    {
        var site = await Admin.SiteAsync();
        (await Admin.PostAsync("/api/content-types", """{"name":"part","fields":[{"name":"sku","type":"text","rules":{"unique":true}}]}""")).ShouldBe(201);
        var items = new List<Guid>();
        foreach (var slug in new[] { "a", "b" })
        {
            var item = (await Admin.PostAsync("/api/content", new { siteId = site, type = "part", locale = "en", slug, fields = new { sku = "same" } })).ShouldBe(201).Receipt.StreamId;
            (await Admin.PutAsync($"/api/content/{item}", """{"fields":{}}""")).ShouldBe(200);
            items.Add(item);
        }
        var release = (await Admin.PostAsync("/api/releases", """{"name":"Spring"}""")).ShouldBe(201).Receipt.StreamId;
        (await Admin.PutAsync($"/api/releases/{release}", JsonSerializer.Serialize(new { name = "Spring", items = items.Select(itemId => new { itemId, version = 1 }) }))).ShouldBe(200);
        await RefusedAsync(() => Admin.PostAsync($"/api/releases/{release}/publish", "{}"), 409, "conflict");
    }

    [Fact]
    public async Task Of_8_publishers_at_once_one_publishes()
    {
        var item = await Admin.ArticleAsync();
        var release = await ReleaseAsync(item);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Admin.PostAsync($"/api/releases/{release}/publish", "{}")));
        answers.ShouldAllBe(a => a.Status == 200);
        answers.Count(a => a.Receipt.Events.Count == 1).ShouldBe(1);
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("version").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Bad_input_is_named_and_permissions_and_tenants_hold()
    {
        var item = await Admin.ArticleAsync();
        var release = await ReleaseAsync(item);
        await RefusedAsync(() => Admin.PostAsync("/api/releases", """{"name":" "}"""), 422, "invalid", "name");
        await RefusedAsync(() => Admin.PutAsync($"/api/releases/{release}", """{"name":"x","items":[null]}"""), 422, "invalid", "items[0]");
        await RefusedAsync(() => Admin.PutAsync($"/api/releases/{release}", """{"name":"x","items":[{"action":"explode"}]}"""), 422, "invalid");
        await RefusedAsync(() => Stranger().PostAsync($"/api/releases/{release}/publish", "{}"), 404, "not-found");
        (await Stranger().AskAsync($"/api/releases/{release}")).ShouldBe(404);
        await RefusedAsync(() => As("analyst").PostAsync($"/api/releases/{release}/publish", "{}"), 403, "forbidden");
        var listed = (await Admin.AskAsync($"/api/releases?status=open&after={(await Admin.PostAsync("/api/releases", """{"name":"Last"}""")).Receipt.Events[0].Sequence}")).ShouldBe(200);
        listed.Json.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("name").GetString()).ShouldBe(["Spring", "Last"]);
    }

    private async Task<Guid> ReleaseAsync(params Guid[] items)
    {
        var release = (await Admin.PostAsync("/api/releases", """{"name":"Spring"}""")).ShouldBe(201).Receipt.StreamId;
        (await Admin.PutAsync($"/api/releases/{release}", JsonSerializer.Serialize(new { name = "Spring", items = items.Select(itemId => new { itemId }) }))).ShouldBe(200);
        return release;
    }

    private async Task<string?> LiveTitleAsync(Guid item) =>
        (await Admin.AskAsync($"/api/content/{item}")).ShouldBe(200).Json.TryGetProperty("live", out var live) ? live.GetProperty("fields").GetProperty("title").GetString() : null;
}
