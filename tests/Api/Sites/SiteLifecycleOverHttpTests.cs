namespace Platform.Api.Tests.Sites;

/// <summary>Sites are set up, launched, paused, archived and restored over HTTP.</summary>
public sealed class SiteLifecycleOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private const string SetUp = """
        {"name":"Main","domain":"www.example.org","aliases":["example.org"],"settings":{"theme":"dark"},"values":{"timezone":"Europe/Vienna"},"locks":["timezone"],
         "below":[{"name":"Shop","domain":"shop.example.org","values":{"content.page-size":10}}]}
        """;

    [Fact]
    public async Task A_set_up_is_previewed_and_done_as_it_was_previewed()
    {
        var before = await CountEventsAsync();
        var preview = (await Admin.PostAsync("/api/sites/set-up/preview", SetUp)).ShouldBe(200).Json;
        (await CountEventsAsync()).ShouldBe(before);
        var (main, shop) = (preview.GetProperty("sites")[0], preview.GetProperty("sites")[1]);
        main.GetProperty("domains").EnumerateArray().Select(domain => domain.GetProperty("record").GetString()).ShouldBe(["_platform-challenge.www.example.org", "_platform-challenge.example.org"]);
        main.GetProperty("events").EnumerateArray().Select(e => e.GetString()).ShouldBe(
            ["sites.site-created", "sites.domain-reserved", "sites.site-domain-added", "sites.domain-reserved", "sites.configuration-values-set", "sites.configuration-keys-locked"]);
        var timezone = shop.GetProperty("configuration").EnumerateArray().Single(value => value.GetProperty("key").GetString() == "timezone");
        (timezone.GetProperty("value").GetString(), timezone.GetProperty("from").GetString(), timezone.GetProperty("locked").GetBoolean()).ShouldBe(("Europe/Vienna", "master", true));

        var token = preview.GetProperty("token").GetString();
        (await Admin.PostAsync("/api/tenant/config/set", """{"values":{"seo.index":false}}""")).ShouldBe(200);
        await RefusedAsync(() => Admin.PostAsync("/api/sites/set-up", WithToken(token!, SetUp)), 409, "conflict", "token");
        token = (await Admin.PostAsync("/api/sites/set-up/preview", SetUp)).ShouldBe(200).Json.GetProperty("token").GetString();
        var made = (await Admin.PostAsync("/api/sites/set-up", WithToken(token!, SetUp))).ShouldBe(201);
        made.Header("Location").ShouldBe($"/api/sites/{made.Receipt.StreamId}");
        var site = (await Admin.AskAsync(made.Header("Location")!)).ShouldBe(200).Json;
        (site.GetProperty("status").GetString(), site.GetProperty("domains").GetArrayLength()).ShouldBe(("draft", 2));
        var below = (await Admin.AskAsync($"/api/sites?parentId={made.Receipt.StreamId}&after={made.Receipt.Events[^1].Sequence}")).ShouldBe(200).Items.Single();
        (await Admin.AskAsync($"/api/sites/{below.GetProperty("id").GetGuid()}/config?after={made.Receipt.Events[^1].Sequence}")).Json.GetProperty("values").GetProperty("timezone").GetString().ShouldBe("Europe/Vienna");
        // The same again: its domains are taken, and nothing is half done.
        await RefusedAsync(() => Admin.PostAsync("/api/sites/set-up", SetUp), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync("/api/sites/set-up", """{"name":"New","domain":"new.example.org","below":[{"name":"","domain":"x y"}]}"""), 422, "invalid", "below[0].domain");
    }

    [Fact]
    public async Task A_set_up_is_copied_from_another_site()
    {
        (await Admin.PostAsync("/api/sites/set-up", SetUp)).ShouldBe(201);
        var from = (await Admin.PostAsync("/api/sites/set-up", """{"name":"From","domain":"from.example.org","settings":{"theme":"light","logo":"a"},"values":{"content.page-size":20}}""")).ShouldBe(201).Receipt.StreamId;
        var made = (await Admin.PostAsync("/api/sites/set-up", $$"""{"name":"To","domain":"to.example.org","copyFrom":"{{from}}","settings":{"theme":"dark"} }""")).ShouldBe(201).Receipt;
        (await Admin.AskAsync($"/api/sites/{made.StreamId}")).Json.GetProperty("settings").GetRawText().ShouldBe("""{"logo":"a","theme":"dark"}""");
        (await Admin.AskAsync($"/api/sites/{made.StreamId}/config?after={made.Events[^1].Sequence}")).Json.GetProperty("values").GetProperty("content.page-size").GetInt32().ShouldBe(20);
        var theirs = await Stranger().SiteAsync("theirs.example.org");
        await RefusedAsync(() => Admin.PostAsync("/api/sites/set-up", $$"""{"name":"To","domain":"to2.example.org","copyFrom":"{{theirs}}"}"""), 422, "invalid", "copyFrom");
    }

    [Fact]
    public async Task A_site_lives_and_is_archived_with_nothing_in_use_below_and_takes_nothing_new_then()
    {
        var top = await Admin.ArticleSiteAsync();
        var below = await Admin.SiteAsync("below.example.org", top);
        var item = await Admin.ArticleAsync(below);
        foreach (var (verb, status) in new[] { ("launch", "live"), ("pause", "paused"), ("resume", "live") })
        {
            (await Admin.PostAsync($"/api/sites/{top}/{verb}")).ShouldBe(200);
            (await Admin.AskAsync($"/api/sites/{top}")).Json.GetProperty("status").GetString().ShouldBe(status);
        }
        await RefusedAsync(() => Admin.PostAsync($"/api/sites/{top}/archive", """{"reason":"Merged"}"""), 409, "conflict");
        (await Admin.PostAsync($"/api/sites/{below}/archive", """{"reason":"Merged"}""")).ShouldBe(200);
        var last = (await Admin.PostAsync($"/api/sites/{top}/archive")).ShouldBe(200).Receipt;
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{below}", """{"name":"New","domain":"below.example.org"}"""), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync("/api/content", Examples.NewArticle(below, "new")), 422, "invalid", "siteId");
        await RefusedAsync(() => Admin.PostAsync("/api/sites", $$"""{"name":"New","domain":"new.example.org","parentId":"{{top}}"}"""), 422, "invalid", "parentId");
        await RefusedAsync(() => Admin.PostAsync($"/api/sites/{below}/restore"), 409, "conflict");
        (await Admin.AskAsync($"/api/content/{item}")).ShouldBe(200);
        (await Admin.AskAsync($"/api/sites?status=archived&after={last.Events[^1].Sequence}")).ShouldBe(200).Items.Count.ShouldBe(2);
        (await Admin.AskAsync("/api/sites?status=gone")).ShouldBeProblem(422, "invalid", "status");

        (await Admin.PostAsync($"/api/sites/{top}/restore")).ShouldBe(200);
        await Admin.SiteAsync("below.example.org");
        await RefusedAsync(() => Admin.PostAsync($"/api/sites/{below}/restore"), 409, "conflict");
    }

    private static string WithToken(string token, string body) => body.TrimEnd()[..^1] + $",\"token\":\"{token}\"}}";
}
