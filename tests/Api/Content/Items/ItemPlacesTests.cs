using System.Text.Json;

namespace Platform.Api.Tests.Content;

/// <summary>An item in further locales, on further sites, under other slugs, and with what it refers to.</summary>
public sealed class ItemPlacesTests(SharedApp shared) : OverHttp(shared)
{
    private const string Post = """
        {"name":"post","fields":[
          {"name":"title","type":"text","required":true,"localized":true},
          {"name":"sku","type":"text","rules":{"unique":true}},
          {"name":"author","type":"reference","rules":{"targets":["person"]}},
          {"name":"related","type":"reference","many":true}]}
        """;

    [Fact]
    public async Task A_reader_sees_each_field_in_the_closest_locale()
    {
        var item = await PostAsync(await SiteAsync(), new { title = "Light", sku = "a-1" });
        (await Admin.PutAsync($"/api/content/{item}/locales/de", """{"slug":"licht","fields":{"title":"Licht"}}""")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.item-locale-added");
        (await Admin.PutAsync($"/api/content/{item}/locales/de-AT", """{"fields":{}}""")).ShouldBe(200);
        var published = await PublishAsync(item);

        var view = (await Admin.AskAsync($"/api/content/{item}/view?locale=de-AT&after={published}")).ShouldBe(200).Json.GetProperty("item");
        view.GetProperty("locale").GetString().ShouldBe("de-AT");
        view.GetProperty("slug").GetString().ShouldBe("p");
        view.GetProperty("fields").GetProperty("title").GetString().ShouldBe("Licht");
        view.GetProperty("fields").GetProperty("sku").GetString().ShouldBe("a-1");
        view.GetProperty("fallbacks").GetRawText().ShouldBe("""{"title":"de"}""");
        (await Admin.AskAsync($"/api/content/{item}/view?locale=fr")).ShouldBe(200).Json.GetProperty("item").GetProperty("fields").GetProperty("title").GetString().ShouldBe("Light");
    }

    [Fact]
    public async Task A_removed_locale_is_live_until_the_next_publication()
    {
        var item = await PostAsync(await SiteAsync(), new { title = "Light" });
        (await Admin.PutAsync($"/api/content/{item}/locales/de", """{"slug":"licht","fields":{"title":"Licht"}}""")).ShouldBe(200);
        await PublishAsync(item);
        var removed = (await Admin.PostAsync($"/api/content/{item}/locales/de/remove", "{}")).ShouldBe(200).Receipt.Events[^1].Sequence;
        (await Admin.AskAsync($"/api/content/{item}/view?locale=de&after={removed}")).ShouldBe(200).Json.GetProperty("item").GetProperty("locale").GetString().ShouldBe("de");
        var published = await PublishAsync(item);
        (await Admin.AskAsync($"/api/content/{item}/view?locale=de&after={published}")).ShouldBe(200).Json.GetProperty("item").GetProperty("locale").GetString().ShouldBe("en");
    }

    [Theory]
    [InlineData("x_y", """{"fields":{}}""", "locale")]
    [InlineData("en", """{"fields":{}}""", "locale")]
    [InlineData("de", """{"fields":{"sku":"b"}}""", "fields.sku")]
    [InlineData("de", """{"slug":"No","fields":{}}""", "slug")]
    public async Task A_variant_that_does_not_fit_is_422(string locale, string body, string field)
    {
        var item = await PostAsync(await SiteAsync(), new { title = "Light" });
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}/locales/{locale}", body), 422, "invalid", field);
    }

    [Fact]
    public async Task An_item_on_two_sites_redirects_its_old_slug_on_both()
    {
        var home = await SiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var item = await PostAsync(home, new { title = "Light" });
        (await Admin.PostAsync($"/api/content/{item}/place", new { siteId = other })).ShouldBe(200);
        var moved = (await Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"light"}""")).ShouldBe(200);
        var after = moved.Receipt.Events[^1].Sequence;

        foreach (var site in new[] { home, other })
        {
            (await EventuallyAsync($"/api/sites/{site}/resolve?locale=en&slug=p", json => json.TryGetProperty("currentSlug", out var slug) && slug.GetString() == "light"))
                .GetProperty("itemId").GetGuid().ShouldBe(item);
            (await Admin.AskAsync($"/api/sites/{site}/resolve?locale=EN&slug=light")).ShouldBe(422);
            (await Admin.AskAsync($"/api/sites/{site}/resolve?locale=en&slug=light")).ShouldBe(200).Json.TryGetProperty("currentSlug", out _).ShouldBeFalse();
            (await Admin.AskAsync($"/api/sites/{site}/content?after={after}")).ShouldBe(200).Json.GetProperty("items")[0].GetProperty("id").GetGuid().ShouldBe(item);
        }
        // Another item may take the old slug; the redirect then ends.
        var second = await PostAsync(home, new { title = "Second" });
        (await EventuallyAsync($"/api/sites/{home}/resolve?locale=en&slug=p", json => !json.TryGetProperty("currentSlug", out _))).GetProperty("itemId").GetGuid().ShouldBe(second);

        (await Admin.PostAsync($"/api/content/{item}/unplace", new { siteId = other })).ShouldBe(200);
        await EventuallyAsync($"/api/sites/{other}/resolve?locale=en&slug=light", _ => false, gone: true);
        (await Stranger().AskAsync($"/api/sites/{home}/resolve?locale=en&slug=p")).ShouldBe(404);
    }

    [Fact]
    public async Task A_slug_taken_on_the_other_site_keeps_an_item_off_it()
    {
        var home = await SiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var item = await PostAsync(home, new { title = "Light" });
        await PostAsync(other, new { title = "There first" });
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/place", new { siteId = other }), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/place", new { siteId = Guid.NewGuid() }), 422, "invalid", "siteId");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/unplace", new { siteId = home }), 409, "conflict");
    }

    [Fact]
    public async Task Of_16_items_with_the_same_unique_value_one_is_accepted()
    {
        var site = await SiteAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(n =>
            Admin.PostAsync("/api/content", new { siteId = site, type = "post", locale = "en", slug = $"p-{n}", fields = new { title = $"{n}", sku = "one" } })));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Count(a => a.Status == 409).ShouldBe(15);
    }

    [Fact]
    public async Task References_are_resolved_with_what_they_refer_to_and_back()
    {
        var site = await SiteAsync();
        (await Admin.PostAsync("/api/content-types", """{"name":"person","fields":[{"name":"name","type":"text"},{"name":"boss","type":"reference"}]}""")).ShouldBe(201);
        var boss = await PersonAsync("boss", new { name = "Bea" });
        var ann = await PersonAsync("ann", new { name = "Ann", boss });
        var post = await PostAsync(site, new { title = "Light", author = ann, related = new[] { boss, ann } });
        foreach (var live in new[] { ann, post })
            await PublishAsync(live);
        var after = await PublishAsync(boss);

        var answer = (await Admin.AskAsync($"/api/content/{post}/view?depth=2&after={after}")).ShouldBe(200).Json;
        answer.GetProperty("includes").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()).ShouldBe([ann, boss]);
        (await Admin.AskAsync($"/api/content/{post}/view?depth=0")).ShouldBe(200).Json.GetProperty("includes").GetArrayLength().ShouldBe(0);

        var off = (await Admin.PostAsync($"/api/content/{boss}/unpublish", "{}")).ShouldBe(200).Receipt.Events[^1].Sequence;
        (await Admin.AskAsync($"/api/content/{post}/view?after={off}")).ShouldBe(200).Json.GetProperty("missing")[0].GetGuid().ShouldBe(boss);

        var back = (await Admin.AskAsync($"/api/content/{boss}/referenced-by")).ShouldBe(200).Json.GetProperty("items");
        back.EnumerateArray().Select(b => (b.GetProperty("itemId").GetGuid(), b.GetProperty("draft")[0].GetString())).ShouldBe([(ann, "boss"), (post, "related")], ignoreOrder: true);
        (await Stranger().AskAsync($"/api/content/{boss}/referenced-by")).ShouldBe(404);

        await RefusedAsync(() => Admin.PutAsync($"/api/content/{post}", JsonSerializer.Serialize(new { fields = new { title = "Light", author = post } })), 422, "invalid", "fields.author");

        async Task<Guid> PersonAsync(string slug, object fields) =>
            (await Admin.PostAsync("/api/content", new { siteId = site, type = "person", locale = "en", slug, fields })).ShouldBe(201).Receipt.StreamId;
    }

    [Fact]
    public async Task An_old_slug_redirects_however_its_locale_was_cased()
    {
        var site = await SiteAsync();
        var item = await PostAsync(site, new { title = "Light" });
        (await Admin.PutAsync($"/api/content/{item}/locales/de-at", """{"slug":"a","fields":{}}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"b","locale":"de-at"}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/locales/de-at/remove", "{}")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{item}/locales/de-AT", """{"slug":"c","fields":{}}""")).ShouldBe(200);
        await EventuallyAsync($"/api/sites/{site}/resolve?locale=de-AT&slug=a", json => json.TryGetProperty("currentSlug", out var slug) && slug.GetString() == "c");
    }

    [Fact]
    public async Task What_is_live_keeps_its_references_when_its_type_renames_their_field()
    {
        var site = await SiteAsync();
        (await Admin.PostAsync("/api/content-types", """{"name":"person","fields":[{"name":"boss","type":"reference"}]}""")).ShouldBe(201);
        var boss = await PersonAsync("boss", new { });
        var ann = await PersonAsync("ann", new { boss });
        await PublishAsync(boss);
        await PublishAsync(ann);
        (await Admin.PutAsync("/api/content-types/person", """{"fields":[{"name":"chief","type":"reference"}],"renames":{"boss":"chief"}}""")).ShouldBe(200);
        await EventuallyAsync($"/api/content/{ann}", json => json.GetProperty("typeVersion").GetInt64() == 2);
        (await EventuallyAsync($"/api/content/{ann}/view", json => json.GetProperty("includes").GetArrayLength() > 0))
            .GetProperty("includes")[0].GetProperty("id").GetGuid().ShouldBe(boss);

        async Task<Guid> PersonAsync(string slug, object fields) =>
            (await Admin.PostAsync("/api/content", new { siteId = site, type = "person", locale = "en", slug, fields })).ShouldBe(201).Receipt.StreamId;
    }

    [Theory]
    [InlineData("2099-12-31T23:59:59")]
    [InlineData("2099-12-31")]
    [InlineData("tomorrow")]
    public async Task A_time_without_its_offset_is_422(string time)
    {
        var item = await PostAsync(await SiteAsync(), new { title = "Light" });
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/schedule", new { publishAt = time }), 422, "invalid", "publishAt");
        (await Admin.PostAsync($"/api/content/{item}/schedule", new { publishAt = "2099-12-31T23:59:59+01:00" })).ShouldBe(200);
    }

    private async Task<JsonElement> EventuallyAsync(string path, Func<JsonElement, bool> holds, bool gone = false)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var answer = await Admin.AskAsync(path);
            if (answer.Status == (gone ? 404 : 200) && (gone || holds(answer.Json)))
                return answer.Json;
            await Task.Delay(25);
        }
        throw new TimeoutException(path);
    }

    private async Task<Guid> SiteAsync()
    {
        (await Admin.PostAsync("/api/content-types", Post)).ShouldBe(201);
        return await Admin.SiteAsync();
    }

    private async Task<Guid> PostAsync(Guid site, object fields) =>
        (await Admin.PostAsync("/api/content", new { siteId = site, type = "post", locale = "en", slug = "p", fields })).ShouldBe(201).Receipt.StreamId;

    private async Task<long> PublishAsync(Guid item) => (await Admin.PostAsync($"/api/content/{item}/publish", "{}")).ShouldBe(200).Receipt.Events[^1].Sequence;
}
