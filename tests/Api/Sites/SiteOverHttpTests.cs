using Platform.Processors;

namespace Platform.Api.Tests.Sites;

public sealed class SiteOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_site_is_read_with_what_was_sent_its_domain_in_lower_case()
    {
        var site = (await Admin.PostAsync("/api/sites", """{"name":"  One ","domain":"WWW.Example.ORG","settings":{"theme":{"dark":true}}}""")).ShouldBe(201).Receipt.StreamId;
        var read = (await Admin.AskAsync($"/api/sites/{site}")).ShouldBe(200).Json;
        read.GetProperty("id").GetGuid().ShouldBe(site);
        read.GetProperty("name").GetString().ShouldBe("One");
        read.GetProperty("domain").GetString().ShouldBe("www.example.org");
        read.GetProperty("settings").GetProperty("theme").GetProperty("dark").GetBoolean().ShouldBeTrue();
        read.GetProperty("version").GetInt64().ShouldBe(1);
        read.TryGetProperty("parentId", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_site_is_replaced_whole()
    {
        var site = (await Admin.PostAsync("/api/sites", """{"name":"One","domain":"one.example.org","settings":{"theme":"dark"}}""")).Receipt.StreamId;
        var answer = (await Admin.PutAsync($"/api/sites/{site}", """{"name":"Two","domain":"one.example.org"}""", ("If-Match", "\"1\""))).ShouldBe(200);
        answer.Receipt.Events.Select(e => e.Type).ShouldBe(["sites.site-renamed", "sites.site-settings-changed"]);
        (await Admin.AskAsync($"/api/sites/{site}")).Json.GetProperty("settings").EnumerateObject().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"domain":"a.example.org"}""", "name")]
    [InlineData("""{"name":"a","domain":"127.0.0.1"}""", "domain")]
    [InlineData("""{"name":"a","domain":"bücher.example"}""", "domain")]
    [InlineData("""{"name":"a","domain":"a.example.org","parentId":"0198c5a0-0000-7000-8000-000000000001"}""", "parentId")]
    public async Task A_wrong_site_is_422_and_named(string body, string member)
    {
        await RefusedAsync(() => Admin.PostAsync("/api/sites", body), 422, "invalid", member);
        var site = await Admin.SiteAsync();
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{site}", body), 422, "invalid", member);
    }

    [Fact]
    public async Task Settings_have_bounds_of_size_and_depth()
    {
        var large = new { name = "a", domain = "a.example.org", settings = new { text = new string('a', 65 * 1024) } };
        await RefusedAsync(() => Admin.PostAsync("/api/sites", large), 422, "invalid", "settings");
        var deep = new string('[', 16) + new string(']', 16);
        await RefusedAsync(() => Admin.PostAsync("/api/sites", $$"""{"name":"a","domain":"a.example.org","settings":{"x":{{deep}} } }"""), 422, "invalid", "settings");
    }

    [Fact]
    public async Task A_domain_is_taken_once_and_free_again_when_left()
    {
        var one = await Admin.SiteAsync("one.example.org");
        await RefusedAsync(() => Admin.PostAsync("/api/sites", """{"name":"Two","domain":"ONE.example.org"}"""), 409, "conflict");
        (await Admin.PutAsync($"/api/sites/{one}", """{"name":"One","domain":"moved.example.org"}""")).ShouldBe(200);
        await Admin.SiteAsync("one.example.org");
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{one}", """{"name":"One","domain":"one.example.org"}"""), 409, "conflict");
    }

    [Fact]
    public async Task Of_ten_sites_that_want_a_domain_at_once_one_gets_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Admin.PostAsync("/api/sites", new { name = $"S {n}", domain = "wanted.example.org" })));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        foreach (var refused in answers.Where(a => a.Status != 201))
            refused.ShouldBeProblem(409, "conflict");
    }

    [Fact]
    public async Task A_site_that_is_not_there_is_404()
    {
        var id = Guid.CreateVersion7();
        (await Admin.AskAsync($"/api/sites/{id}")).ShouldBeProblem(404, "not-found");
        (await Admin.AskAsync($"/api/sites/{id}/content")).ShouldBeProblem(404, "not-found");
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{id}", """{"name":"One","domain":"one.example.org"}"""), 404, "not-found");
    }

    [Fact]
    public async Task A_sites_content_is_its_items_and_no_others()
    {
        var site = await Admin.ArticleSiteAsync();
        var mine = await Admin.ArticleAsync(site);
        var other = await Admin.SiteAsync("other.example.org");
        var after = (await Admin.PostAsync("/api/content", Examples.NewArticle(other))).Receipt.Events[0].Sequence;
        (await Admin.AskAsync($"/api/sites/{site}/content?after={after}")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("id").GetGuid().ShouldBe(mine);
        (await Admin.AskAsync($"/api/sites/{site}/content?status=published")).ShouldBe(200).Items.ShouldBeEmpty();
    }
}
