using Platform.Processors;

namespace Platform.Api.Tests.Content;

public sealed class ItemListTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Items_are_listed_by_site_status_type_and_locale()
    {
        var site = await Admin.ArticleSiteAsync();
        (await Admin.PostAsync("/api/content-types", """{"name":"note"}""")).ShouldBe(201);
        var (draft, live, away) = (await Admin.ArticleAsync(site, "draft"), await Admin.ArticleAsync(site, "live"), await Admin.ArticleAsync(site, "away"));
        (await Admin.PostAsync($"/api/content/{live}/publish")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{away}/archive")).ShouldBe(200);
        var elsewhere = await Admin.ArticleAsync(await Admin.SiteAsync("other.example.org"), "elsewhere");
        var last = (await Admin.PostAsync("/api/content", new { siteId = site, type = "note", locale = "de", slug = "note" })).ShouldBe(201).Receipt;

        await ListsAsync($"siteId={site}", draft, live, away, last.StreamId);
        await ListsAsync("status=draft", draft, elsewhere, last.StreamId);
        await ListsAsync("status=published", live);
        await ListsAsync("status=archived", away);
        await ListsAsync("type=note", last.StreamId);
        await ListsAsync("type=unknown");
        await ListsAsync("locale=de", last.StreamId);
        await ListsAsync($"siteId={site}&status=draft&type=article&locale=en", draft);

        async Task ListsAsync(string query, params Guid[] expected) =>
            (await Admin.AskAsync($"/api/content?after={last.Events[0].Sequence}&{query}")).ShouldBe(200).Items.Select(i => i.GetProperty("id").GetGuid())
                .ShouldBe(expected, ignoreOrder: true, query);
    }

    [Fact]
    public async Task An_item_in_a_list_is_the_item_read_alone()
    {
        var item = await Admin.ArticleAsync();
        var receipt = (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200).Receipt;
        var listed = (await Admin.AskAsync($"/api/content?after={receipt.Events[0].Sequence}")).Items.ShouldHaveSingleItem();
        System.Text.Json.JsonElement.DeepEquals(listed, (await Admin.AskAsync($"/api/content/{item}")).Json).ShouldBeTrue();
    }

    [Fact]
    public async Task A_page_of_large_items_ends_before_its_limit_and_says_so()
    {
        var site = await Admin.ArticleSiteAsync();
        var last = 0L;
        for (var n = 0; n < 20; n++)
            last = (await Admin.PostAsync("/api/content", Examples.NewArticle(site, $"a-{n}", new { title = "T", body = new string('x', 500_000) }))).ShouldBe(201).Receipt.Events[0].Sequence;
        var first = (await Admin.AskAsync($"/api/content?limit=200&after={last}")).ShouldBe(200).Json;
        first.GetProperty("items").GetArrayLength().ShouldBe(16);
        var second = (await Admin.AskAsync($"/api/content?limit=200&cursor={first.GetProperty("next").GetString()}")).ShouldBe(200).Json;
        second.GetProperty("items").GetArrayLength().ShouldBe(4);
        second.GetProperty("next").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }
}
