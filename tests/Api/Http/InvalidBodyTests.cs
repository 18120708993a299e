namespace Platform.Api.Tests.Http;

/// <summary>Bodies that can be read but aren't what the command takes: 422, and the member is named.</summary>
public sealed class InvalidBodyTests(SharedApp shared) : OverHttp(shared)
{
    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("true")]
    public Task A_body_that_is_no_object_is_422(string body) => RefuseAsync("/api/sites", body, "$");

    [Theory]
    [InlineData("/api/sites", """{"name":"a","domain":"a.example.org","colour":"red"}""", "colour")]
    [InlineData("/api/sites", """{"Name":"a","domain":"a.example.org"}""", "Name")]
    [InlineData("/api/content-types", """{"name":"a","fields":[{"name":"x","type":"text"},{"name":"y","type":"text","colour":1}]}""", "fields[1].colour")]
    public Task An_unknown_member_is_422_and_named(string path, string body, string member) => RefuseAsync(path, body, member);

    [Theory]
    [InlineData("/api/sites", """{"name":"a","name":"b","domain":"a.example.org"}""", "name")]
    [InlineData("/api/sites", """{"name":"a","domain":"a.example.org","settings":{"x":1,"x":2}}""", "settings.x")]
    [InlineData("/api/sites", """{"name":"a","domain":"a.example.org","settings":{"x":[{"y":1,"y":1}]}}""", "settings.x[0].y")]
    public Task A_member_that_stands_twice_is_422(string path, string body, string member) => RefuseAsync(path, body, member);

    [Theory]
    [InlineData("/api/sites", """{"name":1,"domain":"a.example.org"}""", "name")]
    [InlineData("/api/sites", """{"name":"a","domain":"a.example.org","settings":[]}""", "settings")]
    [InlineData("/api/sites", """{"name":"a","domain":"a.example.org","parentId":"nobody"}""", "parentId")]
    [InlineData("/api/content-types", """{"name":"a","fields":{}}""", "fields")]
    [InlineData("/api/content-types", """{"name":"a","fields":[1]}""", "fields[0]")]
    [InlineData("/api/content-types", """{"name":"a","fields":[null]}""", "fields[0]")]
    [InlineData("/api/content-types", """{"name":"a","fields":[{"name":"x","type":3}]}""", "fields[0].type")]
    [InlineData("/api/content-types", """{"name":"a","fields":[{"name":"x","type":"text","required":"yes"}]}""", "fields[0].required")]
    [InlineData("/api/content", """{"siteId":{},"type":"article"}""", "siteId")]
    public Task A_value_of_the_wrong_type_is_422_and_named(string path, string body, string member) => RefuseAsync(path, body, member);

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("{}")]
    public async Task A_version_that_is_no_version_is_422(string version)
    {
        var item = await Admin.ArticleAsync();
        await RefuseAsync($"/api/content/{item}/publish", $$"""{"version":{{version}}}""", "version");
    }

    [Theory]
    [InlineData("/api/sites", "name", "domain")]
    [InlineData("/api/content-types", "name")]
    [InlineData("/api/content", "siteId", "type", "locale", "slug")]
    public async Task An_empty_body_names_all_members_that_are_needed(string path, params string[] members)
    {
        foreach (var body in new string?[] { null, "", "{}" })
        {
            var answer = await RefuseAsync(path, body, members[0]);
            answer.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe(members, ignoreOrder: true);
        }
    }

    [Theory]
    [InlineData("""{"name":"a","fields":[{}]}""", "fields[0].name")]
    [InlineData("""{"name":"a","fields":[{"name":"x"}]}""", "fields[0].type")]
    [InlineData("""{"name":"a","fields":[{"type":"text"}]}""", "fields[0].name")]
    [InlineData("""{"name":"a","fields":[{"name":null,"type":null}]}""", "fields[0].name")]
    public Task A_field_definition_without_a_name_or_type_is_422(string body, string member) => RefuseAsync("/api/content-types", body, member);

    [Fact]
    public async Task A_slug_of_65_kilobytes_is_422()
    {
        var site = await Admin.ArticleSiteAsync();
        await RefusedAsync(() => Admin.PostAsync("/api/content", Examples.NewArticle(site, new string('a', 65 * 1024))), 422, "invalid", "slug");
    }

    private Task<Answer> RefuseAsync(string path, object? body, string field) => RefusedAsync(() => Admin.PostAsync(path, body), 422, "invalid", field);
}
