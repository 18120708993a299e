using Platform.Processors;

namespace Platform.Api.Tests;

/// <summary>A site, a content type and an item, as most tests need them.</summary>
internal static class Examples
{
    public const string Article = """
        {"name":"article","fields":[
          {"name":"title","type":"text","required":true,"rules":{"maxLength":80}},
          {"name":"body","type":"markdown","localized":true},
          {"name":"rating","type":"number"},
          {"name":"extra","type":"json"}]}
        """;

    public static async Task<Guid> SiteAsync(this HttpClient client, string domain = "www.example.org", Guid? parent = null) =>
        (await client.PostAsync("/api/sites", new { name = domain, domain, parentId = parent })).ShouldBe(201).Receipt.StreamId;

    /// <summary>The site that articles go to, with the type article defined.</summary>
    public static async Task<Guid> ArticleSiteAsync(this HttpClient client)
    {
        (await client.PostAsync("/api/content-types", Article)).ShouldBe(201);
        return await client.SiteAsync();
    }

    public static object NewArticle(Guid site, string slug = "first-light", object? fields = null) =>
        new { siteId = site, type = "article", locale = "en", slug, fields = fields ?? new { title = "First light" } };

    public static async Task<Guid> ArticleAsync(this HttpClient client, Guid site, string slug = "first-light", object? fields = null) =>
        (await client.PostAsync("/api/content", NewArticle(site, slug, fields))).ShouldBe(201).Receipt.StreamId;

    /// <summary>An article on a site of its own.</summary>
    public static async Task<Guid> ArticleAsync(this HttpClient client) => await client.ArticleAsync(await client.ArticleSiteAsync());
}
