using Platform.Processors;

namespace Platform.Api.Tests.Content;

/// <summary>Slugs, fields and types as the API refuses them.</summary>
public sealed class ItemRulesTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_slug_is_taken_once_in_a_site_and_locale()
    {
        var site = await Admin.ArticleSiteAsync();
        await Admin.ArticleAsync(site);
        await RefusedAsync(() => Admin.PostAsync("/api/content", Examples.NewArticle(site)), 409, "conflict");
        (await Admin.PostAsync("/api/content", new { siteId = site, type = "article", locale = "de", slug = "first-light" })).ShouldBe(201);
        await Admin.ArticleAsync(await Admin.SiteAsync("other.example.org"));
    }

    [Fact]
    public async Task Of_ten_items_that_want_a_slug_at_once_one_gets_it()
    {
        var site = await Admin.ArticleSiteAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Admin.PostAsync("/api/content", Examples.NewArticle(site))));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        foreach (var refused in answers.Where(a => a.Status != 201))
            refused.ShouldBeProblem(409, "conflict");
    }

    [Fact]
    public async Task A_changed_slug_frees_the_old_one_at_once()
    {
        var site = await Admin.ArticleSiteAsync();
        var item = await Admin.ArticleAsync(site, "old");
        (await Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"new"}""")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.item-slug-changed");
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("slug").GetString().ShouldBe("new");
        await Admin.ArticleAsync(site, "old");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"old"}"""), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"Not A Slug"}"""), 422, "invalid", "slug");
    }

    [Fact]
    public async Task An_archived_items_slug_is_free_and_must_be_free_again_to_restore_it()
    {
        var site = await Admin.ArticleSiteAsync();
        var first = await Admin.ArticleAsync(site);
        (await Admin.PostAsync($"/api/content/{first}/archive")).ShouldBe(200);
        var second = await Admin.ArticleAsync(site);
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{first}/restore"), 409, "conflict");
        (await Admin.PostAsync($"/api/content/{second}/archive")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{first}/restore")).ShouldBe(200);
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "fields.colour")]
    [InlineData("""{"title":1}""", "fields.title")]
    [InlineData("""{"rating":"high"}""", "fields.rating")]
    public async Task An_unknown_field_or_a_value_of_another_type_is_422_and_named(string fields, string path)
    {
        var site = await Admin.ArticleSiteAsync();
        await RefusedAsync(() => Admin.PostAsync("/api/content", $$"""{"siteId":"{{site}}","type":"article","locale":"en","slug":"a","fields":{{fields}} }"""), 422, "invalid", path);
        var item = await Admin.ArticleAsync(site);
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", $$"""{"fields":{{fields}} }"""), 422, "invalid", path);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        await Admin.ArticleSiteAsync();
        var answer = await RefusedAsync(
            () => Admin.PostAsync("/api/content", $$"""{"siteId":"{{Guid.Empty}}","type":"poem","locale":"?","slug":"A B"}"""), 422, "invalid", "type");
        answer.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe(["locale", "siteId", "slug", "type"]);
    }

    [Fact]
    public async Task Fields_of_more_than_512_kibibytes_are_422()
    {
        var item = await Admin.ArticleAsync();
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", new { fields = new { title = "A", body = new string('a', 513 * 1024) } }), 422, "invalid", "fields");
    }

    [Fact]
    public async Task A_large_field_is_kept_whole()
    {
        var text = string.Concat(Enumerable.Repeat("ünï🌍 <b>\"\\\n", 10_000));
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", new { fields = new { title = "A", body = text } })).ShouldBe(200);
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("fields").GetProperty("body").GetString().ShouldBe(text);
    }

    [Fact]
    public async Task An_item_as_deep_as_a_body_may_be_is_read_listed_and_published_and_stops_no_read_model()
    {
        var site = await Admin.ArticleSiteAsync();
        var deep = new string('[', 30) + new string(']', 30);
        var body = $$"""{"siteId":"{{site}}","type":"article","locale":"en","slug":"a","fields":{"title":"A","extra":{{deep}} } }""";
        var item = (await Admin.PostAsync("/api/content", body)).ShouldBe(201).Receipt.StreamId;
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        var last = (await Admin.PutAsync($"/api/content/{item}", $$"""{"fields":{"title":"B","extra":{{deep}} } }""")).ShouldBe(200).Receipt;
        (await Admin.AskAsync($"/api/content/{item}")).ShouldBe(200);
        (await Admin.AskAsync($"/api/content/{item}/history")).ShouldBe(200).Items.Count.ShouldBe(3);
        var listed = (await Admin.AskAsync($"/api/content?after={last.Events[0].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem();
        listed.GetProperty("live").GetProperty("fields").GetProperty("extra").GetRawText().ShouldBe(deep);
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", $$"""{"fields":{"title":"B","extra":[{{deep}}] } }"""), 400, "malformed");
    }

    [Theory]
    [InlineData("content/{0}", "{}", "fields")]
    [InlineData("content/{0}/locales/de", "{}", "fields")]
    [InlineData("content-types/article", "{}", "fields")]
    public async Task A_replacement_that_names_nothing_empties_nothing(string path, string body, string field)
    {
        var item = await Admin.ArticleAsync();
        await RefusedAsync(() => Admin.PutAsync("/api/" + string.Format(null, path, item), body), 422, "invalid", field);
    }

    [Fact]
    public async Task A_release_without_items_in_its_body_keeps_those_it_has()
    {
        var release = (await Admin.PostAsync("/api/releases", """{"name":"Spring"}""")).ShouldBe(201).Receipt.StreamId;
        await RefusedAsync(() => Admin.PutAsync($"/api/releases/{release}", """{"name":"Summer"}"""), 422, "invalid", "items");
    }
}
