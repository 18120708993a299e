namespace Platform.Api.Tests.Content;

public sealed class ItemHistoryTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task The_history_has_every_event_in_order_with_who_did_it_and_its_hash()
    {
        var item = await Admin.ArticleAsync();
        (await As("editor").PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""", ("X-Correlation-Id", "work-1"))).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        var history = (await Admin.AskAsync($"/api/content/{item}/history")).ShouldBe(200).Items;
        history.Select(e => e.GetProperty("type").GetString()).ShouldBe(["content.item-created", "content.item-edited", "content.item-published"]);
        history.Select(e => e.GetProperty("version").GetInt64()).ShouldBe([1, 2, 3]);
        history.Select(e => e.GetProperty("user").GetString()).ShouldBe(["test-admin", "test-editor", "test-admin"]);
        history[1].GetProperty("correlationId").GetString().ShouldBe("work-1");
        history[1].GetProperty("data").GetProperty("set").GetProperty("title").GetString().ShouldBe("Second");
        history.Select(e => e.GetProperty("hash").GetString()).Distinct().Count().ShouldBe(3);
        history.Select(e => e.GetProperty("sequence").GetInt64()).ShouldBeInOrder();
    }

    [Fact]
    public async Task The_correlation_id_is_the_traces_where_the_caller_gives_none()
    {
        var item = await Admin.ArticleAsync();
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        (await Admin.PostAsync($"/api/content/{item}/publish", null, ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"))).ShouldBe(200);
        (await Admin.AskAsync($"/api/content/{item}/history")).Items[^1].GetProperty("correlationId").GetString().ShouldBe(trace);
    }

    [Fact]
    public async Task The_history_is_paged_from_the_oldest_on()
    {
        var item = await Admin.ArticleAsync();
        for (var n = 2; n <= 7; n++)
            (await Admin.PutAsync($"/api/content/{item}", new { fields = new { title = $"Title {n}" } })).ShouldBe(200);
        var versions = new List<long>();
        string? next = "";
        for (var pages = 0; next is not null && pages < 10; pages++)
        {
            var page = (await Admin.AskAsync($"/api/content/{item}/history?limit=3&cursor={next}")).ShouldBe(200);
            versions.AddRange(page.Items.Select(e => e.GetProperty("version").GetInt64()));
            next = page.Next;
        }
        versions.ShouldBe([1, 2, 3, 4, 5, 6, 7]);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("cursor=LTE", "cursor")]
    public async Task A_parameter_out_of_bounds_is_422(string query, string name)
    {
        var item = await Admin.ArticleAsync();
        (await Admin.AskAsync($"/api/content/{item}/history?{query}")).ShouldBeProblem(422, "invalid", name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?cursor=MQ")]
    public async Task What_is_no_item_has_no_history(string query)
    {
        var site = await Admin.ArticleSiteAsync();
        foreach (var id in new[] { Guid.CreateVersion7(), site })
            (await Admin.AskAsync($"/api/content/{id}/history{query}")).ShouldBeProblem(404, "not-found");
    }
}
