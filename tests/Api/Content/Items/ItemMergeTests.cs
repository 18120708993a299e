namespace Platform.Api.Tests.Content;

public sealed class ItemMergeTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Edits_of_other_fields_are_kept()
    {
        var item = await Admin.ArticleAsync();
        (await As("editor").PutAsync($"/api/content/{item}", """{"fields":{"title":"First light","rating":1}}""", ("If-Match", "\"1\""))).ShouldBe(200);
        var receipt = (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Dawn"},"merge":true}""", ("If-Match", "\"1\""))).ShouldBe(200).Receipt;
        receipt.Version.ShouldBe(3);
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("fields").GetRawText().ShouldBe("""{"rating":1,"title":"Dawn"}""");
        (await Admin.AskAsync($"/api/content/{item}/history")).Items[^1].GetProperty("data").GetProperty("set").GetRawText().ShouldBe("""{"title":"Dawn"}""");
    }

    [Fact]
    public async Task The_same_field_changed_to_something_else_is_412_naming_it_and_nothing_is_written()
    {
        var item = await Admin.ArticleAsync();
        (await As("editor").PutAsync($"/api/content/{item}", """{"fields":{"title":"Theirs","rating":1}}""")).ShouldBe(200);
        var answer = await RefusedAsync(
            () => Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Mine","body":"Mine too."},"merge":true}""", ("If-Match", "\"1\"")), 412, "stale-version", "fields.title");
        answer.Json.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem();
        answer.Json.GetProperty("currentVersion").GetInt64().ShouldBe(2);
        answer.Json.GetProperty("fields").EnumerateArray().Select(f => $"{f.GetProperty("name")} {f.GetProperty("conflict")}").ShouldBe(["title True", "body False", "rating False"]);
    }

    [Fact]
    public async Task The_same_change_on_both_sides_is_no_conflict_and_no_event()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Dawn"}}""")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Dawn"},"merge":true}""", ("If-Match", "\"1\""))).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*")]
    public async Task A_merge_without_a_version_is_422_naming_the_header(string? tag)
    {
        var item = await Admin.ArticleAsync();
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Dawn"},"merge":true}""", tag is null ? [] : [("If-Match", tag)]), 422, "invalid", "If-Match");
    }

    [Fact]
    public async Task A_version_that_is_yet_to_come_is_stale()
    {
        var item = await Admin.ArticleAsync();
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Dawn"},"merge":true}""", ("If-Match", "\"7\"")), 412, "stale-version");
    }

    [Fact]
    public async Task A_result_that_breaks_a_rule_is_422()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"First light","rating":1}}""")).ShouldBe(200);
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":1},"merge":true}""", ("If-Match", "\"1\"")), 422, "invalid", "fields.title");
    }

    [Fact]
    public async Task What_is_not_there_is_404() => await RefusedAsync(
        () => Admin.PutAsync($"/api/content/{Guid.CreateVersion7()}", """{"fields":{},"merge":true}""", ("If-Match", "\"1\"")), 404, "not-found");

    [Fact]
    public async Task Of_editors_at_once_who_merge_none_loses_an_edit()
    {
        (await Admin.PostAsync("/api/content-types", new { name = "many", fields = Enumerable.Range(0, 8).Select(n => new { name = $"f{n}", type = "number" }) })).ShouldBe(201);
        var site = await Admin.SiteAsync();
        var item = (await Admin.PostAsync("/api/content", new { siteId = site, type = "many", locale = "en", slug = "many", fields = new { } })).ShouldBe(201).Receipt.StreamId;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n =>
            Admin.PutAsync($"/api/content/{item}", new { fields = new Dictionary<string, int> { [$"f{n}"] = n }, merge = true }, ("If-Match", "\"1\""))));
        answers.Select(a => a.Status).ShouldAllBe(status => status == 200);
        answers.Select(a => a.Receipt.Version).Order().ShouldBe(Enumerable.Range(2, 8).Select(v => (long)v));
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("fields").EnumerateObject().Count().ShouldBe(8);
    }

    [Fact]
    public async Task Of_editors_at_once_who_merge_the_same_field_one_wins_and_the_others_are_told()
    {
        var item = await Admin.ArticleAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n =>
            Admin.PutAsync($"/api/content/{item}", new { fields = new { title = $"Writer {n}" }, merge = true }, ("If-Match", "\"1\""))));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        foreach (var refused in answers.Where(a => a.Status != 200))
            refused.ShouldBeProblem(412, "stale-version", "fields.title");
    }
}
