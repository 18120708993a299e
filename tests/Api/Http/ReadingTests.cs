using System.Diagnostics;
using System.Globalization;
using Platform.Processors;

namespace Platform.Api.Tests.Http;

/// <summary>What every query understands: after, X-Ledger-Index, asOf, ETag.</summary>
public sealed class ReadingTests(SharedApp shared) : OverHttp(shared)
{
    [Theory]
    [InlineData("/api/content")]
    [InlineData("/api/content-types")]
    [InlineData("/api/sites")]
    [InlineData("/api/roles")]
    public async Task An_event_that_is_yet_to_come_is_503_when_the_wait_is_over(string path)
    {
        var clock = Stopwatch.StartNew();
        var answer = await Admin.AskAsync($"{path}?after=9000000000000&wait=1");
        answer.ShouldBeProblem(503, "unavailable");
        answer.Header("Retry-After").ShouldBe("1");
        clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData("31")]
    [InlineData("-1")]
    [InlineData("abc")]
    public async Task A_wait_out_of_bounds_is_422(string wait) => (await Admin.AskAsync($"/api/content?after=1&wait={wait}")).ShouldBeProblem(422, "invalid", "wait");

    [Fact]
    public async Task The_index_of_a_list_covers_the_event_waited_for_and_grows()
    {
        var site = await Admin.ArticleSiteAsync();
        long last = -1;
        for (var n = 0; n < 5; n++)
        {
            var receipt = (await Admin.PostAsync("/api/content", Examples.NewArticle(site, $"item-{n}"))).Receipt;
            var index = Index(await Admin.AskAsync($"/api/content?after={receipt.Events[0].Sequence}"));
            index.ShouldBeGreaterThan(last);
            last = index;
        }
    }

    [Fact]
    public async Task Every_answer_of_a_query_says_which_part_of_the_log_it_has()
    {
        var item = await Admin.ArticleAsync();
        var site = (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("siteId").GetGuid();
        foreach (var path in new[]
                 {
                     "content", $"content/{item}", $"content/{item}/history", "content-types", "content-types/article", "sites", $"sites/{site}", $"sites/{site}/content", "roles",
                 })
            Index((await Admin.AskAsync($"/api/{path}")).ShouldBe(200)).ShouldBeGreaterThanOrEqualTo(0, path);
        foreach (var path in new[] { "tenants", "projections" })
            Index((await As("operator").AskAsync($"/api/{path}")).ShouldBe(200)).ShouldBeGreaterThanOrEqualTo(0, path);
    }

    [Fact]
    public async Task A_resource_is_read_as_it_was_at_a_version()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
        var then = (await Admin.AskAsync($"/api/content/{item}?asOf=1")).ShouldBe(200);
        then.Json.GetProperty("fields").GetProperty("title").GetString().ShouldBe("First light");
        then.Header("ETag").ShouldBe("\"1\"");
        (await Admin.AskAsync($"/api/content/{item}?asOf=2")).ShouldBe(200).Json.GetProperty("fields").GetProperty("title").GetString().ShouldBe("Second");
        (await Admin.AskAsync($"/api/content/{item}?asOf=3")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("o")]
    [InlineData("yyyy-MM-ddTHH:mm:ss.ffffffZ")]
    [InlineData("yyyy-MM-ddTHH:mm:ss.ffffff+00:00")]
    public async Task A_resource_is_read_as_it_was_at_a_time(string format)
    {
        var site = await Admin.SiteAsync();
        var created = (await Admin.AskAsync($"/api/sites/{site}")).Json.GetProperty("createdAt").GetDateTimeOffset();
        (await Admin.PutAsync($"/api/sites/{site}", """{"name":"New name","domain":"www.example.org"}""")).ShouldBe(200);
        (await Admin.AskAsync($"/api/sites/{site}?asOf={At(created)}")).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("www.example.org");
        (await Admin.AskAsync($"/api/sites/{site}?asOf={At(created.AddDays(1))}")).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("New name");
        (await Admin.AskAsync($"/api/sites/{site}?asOf={At(created.AddSeconds(-1))}")).ShouldBeProblem(404, "not-found");

        string At(DateTimeOffset time) => time.ToString(format, CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("October 2020")]
    [InlineData("2020-02-31T00:00:00Z")]
    [InlineData("2020-01-01")]
    [InlineData("T")]
    public async Task A_garbage_as_of_is_422(string asOf)
    {
        var site = await Admin.SiteAsync();
        (await Admin.AskAsync($"/api/sites/{site}?asOf={asOf}")).ShouldBeProblem(422, "invalid", "asOf");
    }

    [Theory]
    [InlineData("\"1\"", 304)]
    [InlineData("W/\"1\"", 304)]
    [InlineData("\"7\", \"1\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"2\"", 200)]
    [InlineData("1", 200)]
    public async Task A_resource_that_the_caller_has_is_304_without_a_body(string tag, int status)
    {
        var item = await Admin.ArticleAsync();
        var site = (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("siteId").GetGuid();
        foreach (var path in new[] { $"content/{item}", $"sites/{site}", "content-types/article" })
        {
            var answer = (await Admin.AskAsync($"/api/{path}", ("If-None-Match", tag))).ShouldBe(status);
            answer.Header("ETag").ShouldBe("\"1\"");
            (answer.Text.Length == 0).ShouldBe(status == 304);
        }
    }

    private static long Index(Answer answer) => long.Parse(answer.Header("X-Ledger-Index").ShouldNotBeNull(), CultureInfo.InvariantCulture);
}
