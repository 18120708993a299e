namespace Platform.Api.Tests.Content;

public sealed class EditLeaseOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Two_editors_see_each_other_and_one_takes_over()
    {
        var item = await Admin.ArticleAsync();
        var editor = As("editor");
        (await Admin.PostAsync($"/api/content/{item}/lease", "{}")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.edit-lease-taken");
        (await Admin.PostAsync($"/api/content/{item}/lease", "{}")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();

        var refused = await RefusedAsync(() => editor.PostAsync($"/api/content/{item}/lease", "{}"), 409, "conflict");
        refused.Json.GetProperty("detail").GetString()!.ShouldContain("test-admin edits this item");
        var seen = (await editor.AskAsync($"/api/content/{item}/lease")).ShouldBe(200).Json;
        (seen.GetProperty("holder").GetString(), seen.GetProperty("isYours").GetBoolean()).ShouldBe(("test-admin", false));

        // Advisory: the edit itself isn't kept from anybody.
        (await editor.PutAsync($"/api/content/{item}", """{"fields":{"title":"By the other"}}""")).ShouldBe(200).Receipt.Version.ShouldBe(2);

        (await editor.PostAsync($"/api/content/{item}/lease", """{"takeOver":true}""")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.edit-lease-taken-over");
        (await Admin.PostAsync($"/api/content/{item}/lease/release", "{}")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await editor.PostAsync($"/api/content/{item}/lease/release", "{}")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.edit-lease-released");
        (await Admin.AskAsync($"/api/content/{item}/lease")).ShouldBe(200).Json.TryGetProperty("holder", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_16_editors_one_gets_the_lease()
    {
        var item = await Admin.ArticleAsync();
        var editors = Enumerable.Range(0, 16).Select(n => WithToken(App.Issuer.Issue($"editor-{n}", Tenant, ["editor"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow)));
        var answers = await Task.WhenAll(editors.Select(e => e.PostAsync($"/api/content/{item}/lease", "{}")));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Count(a => a.Status == 409).ShouldBe(15);
    }

    [Fact]
    public async Task There_is_no_lease_of_what_is_not_there()
    {
        var item = await Admin.ArticleAsync();
        (await Stranger().PostAsync($"/api/content/{item}/lease", "{}")).ShouldBe(404);
        (await Stranger().AskAsync($"/api/content/{item}/lease")).ShouldBe(404);
        await RefusedAsync(() => As("analyst").PostAsync($"/api/content/{item}/lease", "{}"), 403, "forbidden");
    }
}
