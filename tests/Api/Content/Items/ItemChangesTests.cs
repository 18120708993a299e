using Microsoft.Extensions.DependencyInjection;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;

namespace Platform.Api.Tests.Content;

/// <summary>What a command that came too late is told.</summary>
public sealed class ItemChangesTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_stale_edit_is_told_who_did_what_and_where_it_stands_against_that()
    {
        var item = await Admin.ArticleAsync();
        (await As("editor").PutAsync($"/api/content/{item}", """{"fields":{"title":"Theirs","rating":1}}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        var problem = (await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Mine"}}""", ("If-Match", "\"1\"")), 412, "stale-version")).Json;
        problem.GetProperty("changes").EnumerateArray().Select(c => $"{c.GetProperty("version")} {c.GetProperty("type")} {c.GetProperty("user")}")
            .ShouldBe(["2 content.item-edited test-editor", "3 content.item-published test-admin"]);
        problem.GetProperty("changes")[0].GetProperty("timestamp").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        problem.GetProperty("fields").EnumerateArray().Select(f => f.GetRawText()).ShouldBe(
        [
            """{"name":"title","base":"First light","current":"Theirs","yours":"Mine","conflict":true}""",
            """{"name":"rating","current":1,"conflict":false}""",
        ]);
    }

    [Fact]
    public async Task Another_command_is_told_what_changed()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
        var problem = (await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/publish", null, ("If-Match", "\"1\"")), 412, "stale-version")).Json;
        problem.GetProperty("fields")[0].GetRawText().ShouldBe("""{"name":"title","base":"First light","current":"Second"}""");
    }

    [Fact]
    public async Task A_stale_translation_is_told_where_it_stands_in_its_locale()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}/locales/de", """{"slug":"erstes","fields":{"body":"Theirs."}}""")).ShouldBe(200);
        var problem = (await RefusedAsync(
            () => Admin.PutAsync($"/api/content/{item}/locales/de", """{"slug":"erstes","fields":{"body":"Mine."}}""", ("If-Match", "\"1\"")), 412, "stale-version")).Json;
        problem.GetProperty("fields").EnumerateArray().Select(f => f.GetRawText()).ShouldBe(["""{"name":"locales.de.body","current":"Theirs.","yours":"Mine.","conflict":true}"""]);
    }

    [Fact]
    public async Task A_caller_who_may_not_read_is_told_the_version_only()
    {
        var item = await Admin.ArticleAsync();
        await DefineAsync("writer", Permission.ContentEdit);
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Secret"}}""")).ShouldBe(200);
        var answer = await RefusedAsync(() => As("writer").PutAsync($"/api/content/{item}", """{"fields":{"title":"Mine"}}""", ("If-Match", "\"1\"")), 412, "stale-version");
        answer.Text.ShouldNotContain("Secret");
        answer.Json.TryGetProperty("changes", out _).ShouldBeFalse();
        answer.Json.GetProperty("currentVersion").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task A_version_that_is_yet_to_come_has_nothing_since()
    {
        var item = await Admin.ArticleAsync();
        var answer = await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Mine"}}""", ("If-Match", "\"7\"")), 412, "stale-version");
        answer.Json.TryGetProperty("changes", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task The_answer_stays_small_whatever_was_written()
    {
        var site = await Admin.ArticleSiteAsync();
        var item = await Admin.ArticleAsync(site, "large", new { title = "Large", body = new string('a', 300_000) });
        for (var n = 0; n < 60; n++)
            (await Admin.PutAsync($"/api/content/{item}", new { fields = new { title = $"Title {n}", body = new string('b', n + 2_000) } })).ShouldBe(200);
        var answer = await RefusedAsync(
            () => Admin.PutAsync($"/api/content/{item}", new { fields = new { title = "Large", body = new string('c', 300_000) } }, ("If-Match", "\"1\"")), 412, "stale-version");
        answer.Text.Length.ShouldBeLessThan(20_000);
        var changes = answer.Json.GetProperty("changes").EnumerateArray().ToList();
        (changes.Count, changes[^1].GetProperty("version").GetInt64()).ShouldBe((50, 61));
        var body = answer.Json.GetProperty("fields").EnumerateArray().Single(f => f.GetProperty("name").GetString() == "body");
        body.GetProperty("cut").EnumerateArray().Select(side => side.GetString()).ShouldBe(["base", "current", "yours"]);
    }

    private async Task DefineAsync(string role, params string[] permissions)
    {
        var session = App.Services.GetRequiredService<IDocumentStore>().LightweightSession(new SessionOptions(Tenant, "test"));
        session.Events.Append(Guid.CreateVersion7(), new RoleDefined(role, [.. permissions], BuiltIn: false));
        await session.SaveChangesAsync();
        // Roles count within a second; the test doesn't wait for it.
        await App.Services.GetRequiredService<AccessModels>().LatestAsync(Tenant, CancellationToken.None);
    }
}
