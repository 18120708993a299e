using System.Text.Json;

namespace Platform.Api.Tests.Content;

/// <summary>Many commands in one request, each with an answer of its own.</summary>
public sealed class BulkTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Each_command_has_the_answer_that_it_would_have_had_alone()
    {
        var site = await Admin.ArticleSiteAsync();
        var (good, bad) = (await Admin.ArticleAsync(site, "good"), await Admin.ArticleAsync(site, "bad", new { rating = 1 }));
        var answer = await BulkAsync(
            new { verb = "publish", id = good },
            new { verb = "publish", id = bad },
            new { verb = "edit", id = good, ifMatch = 9, body = new { fields = new { title = "Late" } } },
            new { verb = "create", body = Examples.NewArticle(site, "fresh") },
            new { verb = "create", body = Examples.NewArticle(site, "good") },
            new { verb = "archive", id = Guid.NewGuid() },
            new { verb = "explode", id = good },
            new { verb = "revert", id = good, body = new { versoin = 1 } },
            new { verb = "create", id = good },
            null);

        answer.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("status").GetInt32()).ShouldBe([200, 422, 412, 201, 409, 404, 422, 422, 422, 422]);
        (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("refused").GetInt32()).ShouldBe((2, 8));
        Result(answer, 0).GetProperty("receipt").GetProperty("events")[0].GetProperty("type").GetString().ShouldBe("content.item-published");
        Result(answer, 1).GetProperty("problem").GetProperty("errors").GetProperty("fields.title")[0].GetString().ShouldBe("Is required.");
        Result(answer, 2).GetProperty("problem").GetProperty("currentVersion").GetInt64().ShouldBe(2);
        Result(answer, 7).GetProperty("problem").GetProperty("errors").GetProperty("body.versoin")[0].GetString().ShouldBe("There is no such member.");
        Result(answer, 8).GetProperty("problem").GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("id");
    }

    [Fact]
    public async Task Commands_on_one_item_run_in_their_order()
    {
        var item = await Admin.ArticleAsync();
        var answer = await BulkAsync([.. Enumerable.Range(1, 50).Select(n => new { verb = "edit", id = item, ifMatch = n, body = new { fields = new { title = $"{n}" } } })]);
        answer.GetProperty("accepted").GetInt32().ShouldBe(50);
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("fields").GetProperty("title").GetString().ShouldBe("50");
    }

    [Fact]
    public async Task A_thousand_items_go_live_and_the_same_request_again_changes_nothing()
    {
        var site = await Admin.ArticleSiteAsync();
        var created = await BulkAsync([.. Enumerable.Range(0, 1000).Select(n => new { verb = "create", body = Examples.NewArticle(site, $"a-{n}") })]);
        created.GetProperty("accepted").GetInt32().ShouldBe(1000);
        var ids = created.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("receipt").GetProperty("streamId").GetGuid());
        var publish = JsonSerializer.Serialize(new { commands = ids.Select(id => new { verb = "publish", id }) });
        var first = (await Admin.PostAsync("/api/content/bulk", publish, ("Idempotency-Key", "bulk-1"))).ShouldBe(200);
        first.Json.GetProperty("accepted").GetInt32().ShouldBe(1000);

        var before = await CountEventsAsync();
        var again = (await Admin.PostAsync("/api/content/bulk", publish, ("Idempotency-Key", "bulk-1"))).ShouldBe(200);
        again.Json.GetProperty("results").GetRawText().ShouldBe(first.Json.GetProperty("results").GetRawText());
        (await CountEventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_verb_needs_its_own_permission_and_a_strangers_item_is_not_found()
    {
        var item = await Admin.ArticleAsync();
        await RefusedAsync(() => As("analyst").PostAsync("/api/content/bulk", $$"""{"commands":[{"verb":"publish","id":"{{item}}"}]}"""), 403, "forbidden");
        var foreign = (await Stranger().PostAsync("/api/content/bulk", $$"""{"commands":[{"verb":"publish","id":"{{item}}"}]}""")).ShouldBe(200).Json;
        Result(foreign, 0).GetProperty("status").GetInt32().ShouldBe(404);
    }

    [Fact]
    public async Task What_others_changed_is_told_of_fifty_stale_commands()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Theirs"}}""")).ShouldBe(200);
        var answer = await BulkAsync([.. Enumerable.Range(0, 60).Select(n => new { verb = "edit", id = item, ifMatch = 1, body = new { fields = new { title = $"{n}" } } })]);
        var problems = answer.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("problem")).ToList();
        problems.ShouldAllBe(problem => problem.GetProperty("currentVersion").GetInt64() == 2);
        problems.Count(problem => problem.TryGetProperty("changes", out _)).ShouldBe(50);
    }

    [Theory]
    [InlineData("{}", "commands")]
    [InlineData("""{"commands":[]}""", "commands")]
    [InlineData("""{"commands":[1]}""", "commands[0]")]
    public async Task A_request_without_commands_is_422(string body, string field) =>
        await RefusedAsync(() => Admin.PostAsync("/api/content/bulk", body), 422, "invalid", field);

    [Fact]
    public async Task More_than_a_thousand_are_422() => await RefusedAsync(
        () => Admin.PostAsync("/api/content/bulk", JsonSerializer.Serialize(new { commands = Enumerable.Repeat(new { verb = "publish" }, 1001) })), 422, "invalid", "commands");

    private async Task<JsonElement> BulkAsync(params object?[] commands) => (await Admin.PostAsync("/api/content/bulk", JsonSerializer.Serialize(new { commands }))).ShouldBe(200).Json;

    private static JsonElement Result(JsonElement answer, int index) => answer.GetProperty("results")[index];
}
