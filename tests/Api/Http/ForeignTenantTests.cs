using Platform.Processors;

namespace Platform.Api.Tests.Http;

/// <summary>Another tenant's resources don't exist: 404 on every route, and no reference to them holds.</summary>
public sealed class ForeignTenantTests(SharedApp shared) : OverHttp(shared)
{
    [Theory]
    [InlineData("")]
    [InlineData("?asOf=1")]
    [InlineData("/history")]
    [InlineData("/history?cursor=MQ")]
    public async Task Another_tenants_item_cannot_be_read(string rest)
    {
        var item = await Admin.ArticleAsync();
        (await Admin.AskAsync($"/api/content/{item}{rest}")).ShouldBe(200);
        (await Stranger().AskAsync($"/api/content/{item}{rest}")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("PUT", "", """{"fields":{}}""")]
    [InlineData("POST", "/publish", """{"version":1}""")]
    [InlineData("POST", "/unpublish", null)]
    [InlineData("POST", "/archive", null)]
    [InlineData("POST", "/restore", null)]
    [InlineData("POST", "/revert", """{"version":1}""")]
    [InlineData("POST", "/slug", """{"slug":"other"}""")]
    public async Task Another_tenants_item_takes_no_command(string method, string verb, string? body)
    {
        var item = await Admin.ArticleAsync();
        var stranger = Stranger();
        foreach (var headers in new (string, string)[][] { [], [("If-Match", "\"1\"")], [("If-Match", "\"9\"")], [("Idempotency-Key", "k")] })
            await RefusedAsync(() => stranger.SendAsync(new HttpMethod(method), $"/api/content/{item}{verb}", body, headers), 404, "not-found");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/content")]
    public async Task Another_tenants_site_cannot_be_read(string rest)
    {
        var site = await Admin.SiteAsync();
        (await Admin.AskAsync($"/api/sites/{site}{rest}")).ShouldBe(200);
        (await Stranger().AskAsync($"/api/sites/{site}{rest}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Another_tenants_site_cannot_be_changed()
    {
        var site = await Admin.SiteAsync();
        await RefusedAsync(() => Stranger().PutAsync($"/api/sites/{site}", """{"name":"Mine","domain":"mine.example.org"}"""), 404, "not-found");
    }

    [Fact]
    public async Task Another_tenants_content_type_cannot_be_read_by_name_or_id()
    {
        var type = (await Admin.PostAsync("/api/content-types", Examples.Article)).ShouldBe(201).Receipt.StreamId;
        (await Admin.AskAsync($"/api/content-types/{type}")).ShouldBe(200);
        (await Stranger().AskAsync($"/api/content-types/{type}")).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync("/api/content-types/article")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task An_item_cannot_be_put_on_another_tenants_site()
    {
        await Admin.ArticleSiteAsync();
        var foreign = await Stranger().SiteAsync();
        await RefusedAsync(() => Admin.PostAsync("/api/content", Examples.NewArticle(foreign)), 422, "invalid", "siteId");
    }

    [Fact]
    public async Task A_site_cannot_hang_below_another_tenants()
    {
        var foreign = await Stranger().SiteAsync();
        await RefusedAsync(() => Admin.PostAsync("/api/sites", new { name = "A", domain = "a.example.org", parentId = foreign }), 422, "invalid", "parentId");
    }

    [Fact]
    public async Task Lists_show_none_of_another_tenants_resources()
    {
        var site = await Admin.ArticleSiteAsync();
        var receipt = (await Admin.PostAsync("/api/content", Examples.NewArticle(site))).Receipt;
        foreach (var list in new[] { "content", "sites", "content-types" })
        {
            (await Admin.AskAsync($"/api/{list}?after={receipt.Events[0].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem(list);
            (await Stranger().AskAsync($"/api/{list}?after={receipt.Events[0].Sequence}")).ShouldBe(200).Items.ShouldBeEmpty(list);
        }
        (await Stranger().AskAsync($"/api/content?siteId={site}")).ShouldBe(200).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Slugs_and_domains_and_type_names_of_tenants_do_not_meet()
    {
        await Admin.ArticleAsync();
        await Stranger().ArticleAsync();
    }
}
