using System.Text.Json;

namespace Platform.Api.Tests.Content;

public sealed class ItemDiffTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Two_versions_are_compared_field_by_field_and_inside_texts_and_json()
    {
        var item = await EditedAsync();
        var diff = (await Admin.AskAsync($"/api/content/{item}/diff?from=1&to=2")).ShouldBe(200).Json;
        diff.GetProperty("itemId").GetGuid().ShouldBe(item);
        (diff.GetProperty("from").GetProperty("version").GetInt64(), diff.GetProperty("to").GetProperty("version").GetInt64()).ShouldBe((1, 2));
        diff.GetProperty("truncated").GetBoolean().ShouldBeFalse();
        var fields = diff.GetProperty("fields").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!);
        fields.Keys.Order().ShouldBe(["body", "extra", "rating", "title"]);
        Kind(fields["rating"]).ShouldBe("removed");
        fields["rating"].TryGetProperty("after", out _).ShouldBeFalse();
        Kind(fields["body"]).ShouldBe("added");
        Kind(fields["title"]).ShouldBe("changed");
        fields["title"].GetProperty("before").GetString().ShouldBe("First light");
        fields["title"].GetProperty("text").GetProperty("hunks").EnumerateArray().Select(h => $"{h.GetProperty("op")} {h.GetProperty("from")} {h.GetProperty("to")} {h.GetProperty("text")}")
            .ShouldBe(["delete 0 0 First", "insert 5 0 Last", "equal 5 4  light"]);
        fields["extra"].GetProperty("json").GetProperty("changes").EnumerateArray().Select(c => c.GetRawText())
            .ShouldBe(["""{"op":"replace","path":"/a/0","before":1,"after":2}""", """{"op":"add","path":"/b","after":true}"""]);
    }

    [Fact]
    public async Task By_default_the_current_version_is_compared_with_the_one_before()
    {
        var item = await EditedAsync();
        (await Admin.AskAsync($"/api/content/{item}/diff")).ShouldBe(200).Text.ShouldBe((await Admin.AskAsync($"/api/content/{item}/diff?from=1&to=2")).Text);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        var last = (await Admin.AskAsync($"/api/content/{item}/diff")).ShouldBe(200).Json;
        last.GetProperty("fields").GetArrayLength().ShouldBe(0);
        (last.GetProperty("from").GetProperty("status").GetString(), last.GetProperty("to").GetProperty("status").GetString()).ShouldBe(("draft", "published"));
        var first = (await Admin.AskAsync($"/api/content/{item}/diff?to=1")).ShouldBe(200).Json;
        first.GetProperty("from").GetProperty("version").GetInt64().ShouldBe(0);
        first.GetProperty("fields").EnumerateArray().Select(Kind).ShouldAllBe(kind => kind == "added");
    }

    [Fact]
    public async Task Further_locales_are_compared_too()
    {
        var item = await EditedAsync();
        (await Admin.PutAsync($"/api/content/{item}/locales/de", """{"slug":"erstes","fields":{"body":"Das ist neu."}}""")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{item}/locales/de", """{"slug":"erstes","fields":{"body":"Das ist ganz neu."}}""")).ShouldBe(200);
        var added = (await Admin.AskAsync($"/api/content/{item}/diff?to=3")).ShouldBe(200).Json.GetProperty("locales")[0];
        (added.GetProperty("locale").GetString(), Kind(added), added.GetProperty("toSlug").GetString(), added.TryGetProperty("fromSlug", out _)).ShouldBe(("de", "added", "erstes", false));
        var changed = (await Admin.AskAsync($"/api/content/{item}/diff")).ShouldBe(200).Json.GetProperty("locales")[0];
        Kind(changed).ShouldBe("changed");
        changed.GetProperty("fields")[0].GetProperty("text").GetProperty("hunks").EnumerateArray().Select(h => $"{h.GetProperty("op")} {h.GetProperty("text")}")
            .ShouldBe(["equal Das ist ", "insert ganz ", "equal neu."]);
        (await Admin.AskAsync($"/api/content/{item}/diff?from=1&to=2")).Json.GetProperty("locales").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_caller_who_has_the_answer_is_told_so()
    {
        var item = await EditedAsync();
        var tag = (await Admin.AskAsync($"/api/content/{item}/diff")).Header("ETag")!;
        (await Admin.AskAsync($"/api/content/{item}/diff", ("If-None-Match", tag))).ShouldBe(304);
        (await Admin.AskAsync($"/api/content/{item}/diff?from=0", ("If-None-Match", tag))).ShouldBe(200);
    }

    [Theory]
    [InlineData("from=x", 422, "from")]
    [InlineData("from=-1", 422, "from")]
    [InlineData("to=0", 422, "to")]
    [InlineData("to=1.0", 422, "to")]
    [InlineData("to=3", 404, null)]
    [InlineData("from=3", 404, null)]
    public async Task A_version_that_is_none_is_422_and_one_that_the_item_has_not_got_is_404(string query, int status, string? field) =>
        (await Admin.AskAsync($"/api/content/{await EditedAsync()}/diff?{query}")).ShouldBeProblem(status, status == 404 ? "not-found" : "invalid", field);

    [Fact]
    public async Task What_is_no_item_or_another_tenants_is_not_found()
    {
        var site = await Admin.ArticleSiteAsync();
        var item = await Admin.ArticleAsync(site);
        (await Admin.AskAsync($"/api/content/{site}/diff")).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync($"/api/content/{item}/diff")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Two_large_texts_without_much_in_common_are_answered_soon()
    {
        var site = await Admin.ArticleSiteAsync();
        var random = new Random(3);
        string Shuffled() => string.Concat(Enumerable.Range(0, 250_000).Select(_ => $"{(char)('a' + random.Next(20))} "))[..500_000];
        var item = await Admin.ArticleAsync(site, "large", new { title = "Large", body = Shuffled() });
        (await Admin.PutAsync($"/api/content/{item}", new { fields = new { title = "Large", body = Shuffled() } })).ShouldBe(200);
        var started = TimeProvider.System.GetTimestamp();
        var diff = (await Admin.AskAsync($"/api/content/{item}/diff")).ShouldBe(200).Json;
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        diff.GetProperty("truncated").GetBoolean().ShouldBeTrue();
    }

    private async Task<Guid> EditedAsync()
    {
        var item = await Admin.ArticleAsync(await Admin.ArticleSiteAsync(), "first", JsonElement.Parse("""{"title":"First light","rating":1,"extra":{"a":[1]}}"""));
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Last light","body":"New.","extra":{"a":[2],"b":true}}}""")).ShouldBe(200);
        return item;
    }

    private static string Kind(JsonElement field) => field.GetProperty("kind").GetString()!;
}
