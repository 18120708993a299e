using System.Text.Json;

namespace Platform.Api.Tests.Content;

public sealed class SearchOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Words_are_found_in_other_forms_where_readers_of_the_locale_see_them()
    {
        var site = await SiteAsync();
        var light = await NoteAsync(site, "light", "First light", "The houses shone <b>brightly</b> & the lamps were running.");
        await NoteAsync(site, "dark", "Darkness", "Nothing shone.");
        (await Admin.PutAsync($"/api/content/{light}/locales/de", """{"slug":"licht","fields":{"title":"Erstes Licht"}}""")).ShouldBe(200);
        var after = await PublishAsync(light);

        var hit = (await SearchAsync($"q=house+run&locale=en&after={after}")).ShouldHaveSingleItem();
        hit.GetProperty("itemId").GetGuid().ShouldBe(light);
        hit.GetProperty("slug").GetString().ShouldBe("light");
        hit.GetProperty("snippet").GetString().ShouldBe("<mark>houses</mark> shone &lt;b&gt;brightly&lt;/b&gt; &amp; the lamps were <mark>running</mark>");
        // The German variant has no body of its own: its readers see, and find, that of the item's own locale.
        (await SearchAsync("q=lichter&locale=de-AT")).ShouldHaveSingleItem().GetProperty("slug").GetString().ShouldBe("licht");
        (await SearchAsync("q=lamps&locale=de")).ShouldHaveSingleItem().GetProperty("locale").GetString().ShouldBe("de");
        (await SearchAsync("q=darkness&locale=de")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Titles_rank_before_bodies_and_pages_follow()
    {
        var site = await SiteAsync();
        var inBody = await NoteAsync(site, "a", "Other", "A comet.");
        var inTitle = await NoteAsync(site, "b", "A comet", "Other.");
        await PublishAsync(inBody);
        var after = await PublishAsync(inTitle);
        (await SearchAsync($"q=comet&locale=en&after={after}")).Select(h => h.GetProperty("itemId").GetGuid()).ShouldBe([inTitle, inBody]);
        var first = (await Admin.AskAsync("/api/content/search?q=comet&locale=en&limit=1")).ShouldBe(200).Json;
        var second = (await SearchAsync($"q=comet&locale=en&limit=1&cursor={first.GetProperty("next").GetString()}")).ShouldHaveSingleItem();
        second.GetProperty("itemId").GetGuid().ShouldBe(inBody);
    }

    [Fact]
    public async Task Only_live_items_of_the_site_the_type_and_the_tenant_are_found()
    {
        var site = await SiteAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var live = await NoteAsync(site, "live", "Comet", "");
        var placed = await NoteAsync(site, "placed", "Comet", "");
        await NoteAsync(site, "draft", "Comet", "");
        await PublishAsync(live);
        await PublishAsync(placed);
        var after = (await Admin.PostAsync($"/api/content/{placed}/place", new { siteId = other })).ShouldBe(200).Receipt.Events[^1].Sequence;

        (await SearchAsync($"q=comet&locale=en&siteId={site}&after={after}")).Count.ShouldBe(2);
        (await SearchAsync($"q=comet&locale=en&siteId={other}")).ShouldHaveSingleItem().GetProperty("itemId").GetGuid().ShouldBe(placed);
        (await SearchAsync("q=comet&locale=en&type=nope")).ShouldBeEmpty();
        (await Stranger().AskAsync("/api/content/search?q=comet&locale=en")).ShouldBe(200).Json.GetProperty("items").GetArrayLength().ShouldBe(0);

        var off = (await Admin.PostAsync($"/api/content/{live}/unpublish", "{}")).ShouldBe(200).Receipt.Events[^1].Sequence;
        (await SearchAsync($"q=comet&locale=en&siteId={site}&after={off}")).ShouldHaveSingleItem().GetProperty("itemId").GetGuid().ShouldBe(placed);
    }

    [Fact]
    public async Task Words_that_are_not_there_are_found_in_nothing_that_is_not_live()
    {
        var site = await SiteAsync();
        await NoteAsync(site, "draft", "Fox", "");
        var live = await NoteAsync(site, "live", "Owl", "");
        var after = await PublishAsync(live);
        (await SearchAsync($"q=-zebra&locale=en&after={after}")).ShouldHaveSingleItem().GetProperty("itemId").GetGuid().ShouldBe(live);
    }

    [Theory]
    [InlineData("q=&locale=en", "q")]
    [InlineData("q=a", "locale")]
    [InlineData("q=a&locale=e_n", "locale")]
    [InlineData("q=a&locale=en&siteId=1", "siteId")]
    public async Task Bad_input_is_named(string query, string field) =>
        await RefusedAsync(() => Admin.AskAsync($"/api/content/search?{query}"), 422, "invalid", field);

    [Theory]
    [InlineData("%22unclosed+or+-+%26%7C!()")]
    [InlineData("%3A*%27%5C")]
    public async Task Nothing_that_people_type_is_an_error(string words) => (await Admin.AskAsync($"/api/content/search?q={words}&locale=en")).ShouldBe(200);

    private async Task<List<JsonElement>> SearchAsync(string query) =>
        [.. (await Admin.AskAsync($"/api/content/search?{query}")).ShouldBe(200).Json.GetProperty("items").EnumerateArray()];

    private async Task<Guid> SiteAsync()
    {
        (await Admin.PostAsync("/api/content-types", """{"name":"note","fields":[{"name":"title","type":"text","localized":true},{"name":"body","type":"markdown","localized":true}]}""")).ShouldBe(201);
        return await Admin.SiteAsync();
    }

    private async Task<Guid> NoteAsync(Guid site, string slug, string title, string body) =>
        (await Admin.PostAsync("/api/content", new { siteId = site, type = "note", locale = "en", slug, fields = new { title, body } })).ShouldBe(201).Receipt.StreamId;

    private async Task<long> PublishAsync(Guid item) => (await Admin.PostAsync($"/api/content/{item}/publish", "{}")).ShouldBe(200).Receipt.Events[^1].Sequence;
}
