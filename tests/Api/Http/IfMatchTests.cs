using Platform.Processors;

namespace Platform.Api.Tests.Http;

public sealed class IfMatchTests(SharedApp shared) : OverHttp(shared)
{
    private const string Edit = """{"fields":{"title":"Second"}}""";

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("*")]
    public async Task A_command_for_the_current_version_is_accepted(string tag)
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", Edit, ("If-Match", tag))).ShouldBe(200).Receipt.Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_command_for_an_older_version_is_412_with_the_current_one()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", Edit)).ShouldBe(200);
        var answer = await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/publish", null, ("If-Match", "\"1\"")), 412, "stale-version");
        answer.Json.GetProperty("currentVersion").GetInt64().ShouldBe(2);
        answer.Header("ETag").ShouldBe("\"2\"");
    }

    [Fact]
    public async Task A_version_that_is_yet_to_come_is_stale_too()
    {
        var item = await Admin.ArticleAsync();
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", Edit, ("If-Match", "\"7\"")), 412, "stale-version");
    }

    [Fact]
    public async Task A_stale_version_is_said_before_a_rule_that_may_no_longer_hold()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PostAsync($"/api/content/{item}/archive")).ShouldBe(200);
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", Edit, ("If-Match", "\"1\"")), 412, "stale-version");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"\"")]
    [InlineData("\"0\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"abc\"")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("\"99999999999999999999\"")]
    public async Task A_malformed_tag_is_400(string tag)
    {
        var item = await Admin.ArticleAsync();
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", Edit, ("If-Match", tag)), 400, "malformed", "If-Match");
    }

    [Fact]
    public async Task Of_ten_writers_with_the_same_version_one_is_accepted()
    {
        var item = await Admin.ArticleAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n =>
            Admin.PutAsync($"/api/content/{item}", new { fields = new { title = $"Writer {n}" } }, ("If-Match", "\"1\""))));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        foreach (var refused in answers.Where(a => a.Status != 200))
            refused.ShouldBeProblem(412, "stale-version");
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("version").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_version_ten_writers_at_once_are_all_accepted()
    {
        var item = await Admin.ArticleAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Admin.PutAsync($"/api/content/{item}", new { fields = new { title = $"Writer {n}" } })));
        answers.Select(a => a.Status).ShouldAllBe(status => status == 200);
        answers.Select(a => a.Receipt.Version).Order().ShouldBe(Enumerable.Range(2, 10).Select(v => (long)v));
    }

    [Fact]
    public async Task A_conflict_over_another_stream_does_not_pass_for_a_stale_version()
    {
        var site = await Admin.ArticleSiteAsync();
        var items = new List<Guid>();
        for (var n = 0; n < 8; n++)
            items.Add(await Admin.ArticleAsync(site, $"item-{n}"));
        var answers = await Task.WhenAll(items.Select(item => Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"wanted"}""", ("If-Match", "\"1\""))));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        foreach (var refused in answers.Where(a => a.Status != 200))
            refused.ShouldBeProblem(409, "conflict");
    }
}
