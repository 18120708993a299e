using System.Text.Json;

namespace Platform.Api.Tests.Content;

/// <summary>A content type changes, and its items follow by themselves.</summary>
public sealed class TypeMigrationTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Items_follow_their_type_and_what_is_live_stays()
    {
        var site = await Admin.ArticleSiteAsync();
        var items = new List<Guid>();
        for (var n = 0; n < 5; n++)
            items.Add(await Admin.ArticleAsync(site, $"a-{n}", new { title = $"Title {n}", rating = n }));
        (await Admin.PostAsync($"/api/content/{items[0]}/publish", "{}")).ShouldBe(200);

        (await Admin.PutAsync("/api/content-types/article", """
            {"fields":[{"name":"headline","type":"text","required":true},{"name":"rating","type":"text"},{"name":"note","type":"text"}],
             "renames":{"title":"headline"},"defaults":{"note":"none"}}
            """)).ShouldBe(200).Receipt.Version.ShouldBe(2);

        var following = await FollowedAsync();
        following.GetProperty("items").GetInt64().ShouldBe(5);
        following.GetProperty("withProblems").GetInt64().ShouldBe(0);
        var read = (await Admin.AskAsync($"/api/content/{items[0]}")).ShouldBe(200).Json;
        read.GetProperty("fields").GetRawText().ShouldBe("""{"headline":"Title 0","note":"none","rating":"0"}""");
        read.GetProperty("live").GetProperty("fields").GetRawText().ShouldBe("""{"rating":0,"title":"Title 0"}""");
        read.GetProperty("typeVersion").GetInt64().ShouldBe(2);
        read.GetProperty("updatedBy").GetString().ShouldBe("platform:migrator");
    }

    [Fact]
    public async Task A_draft_that_breaks_a_new_rule_is_listed_until_it_is_mended()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync("/api/content-types/article", """{"fields":[{"name":"title","type":"text","rules":{"maxLength":5}}]}""")).ShouldBe(200);
        (await FollowedAsync()).GetProperty("withProblems").GetInt64().ShouldBe(1);

        var listed = (await Admin.AskAsync("/api/content?problems=true")).ShouldBe(200).Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        listed.GetProperty("id").GetGuid().ShouldBe(item);
        listed.GetProperty("problems")[0].GetString().ShouldBe("fields.title: Must be at most 5 characters long.");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/publish", "{}"), 422, "invalid", "fields.title");

        var mended = (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Short"}}""")).ShouldBe(200).Receipt.Events[^1].Sequence;
        (await Admin.AskAsync($"/api/content?problems=true&after={mended}")).ShouldBe(200).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_further_locale_that_breaks_a_new_rule_is_listed_until_that_locale_is_mended()
    {
        var site = await Admin.SiteAsync();
        (await Admin.PostAsync("/api/content-types", """{"name":"article","fields":[{"name":"title","type":"text","localized":true}]}""")).ShouldBe(201);
        var item = await Admin.ArticleAsync(site, "light", new { title = "Light" });
        (await Admin.PutAsync($"/api/content/{item}/locales/de", """{"fields":{"title":"Dunkelheit"}}""")).ShouldBe(200);
        (await Admin.PutAsync("/api/content-types/article", """{"fields":[{"name":"title","type":"text","localized":true,"rules":{"maxLength":5}}]}""")).ShouldBe(200);
        (await FollowedAsync()).GetProperty("withProblems").GetInt64().ShouldBe(1);

        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/publish", "{}"), 422, "invalid", "locales.de.fields.title");
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Dark"}}""")).ShouldBe(200);
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("problems")[0].GetString().ShouldBe("locales.de.fields.title: Must be at most 5 characters long.");
        (await Admin.PutAsync($"/api/content/{item}/locales/de", """{"fields":{"title":"Licht"}}""")).ShouldBe(200);
        (await Admin.AskAsync($"/api/content/{item}")).Json.TryGetProperty("problems", out _).ShouldBeFalse();
        (await Admin.PostAsync($"/api/content/{item}/publish", "{}")).ShouldBe(200);
    }

    [Fact]
    public async Task A_change_that_makes_no_sense_is_422_or_404()
    {
        await Admin.ArticleSiteAsync();
        await RefusedAsync(() => Admin.PutAsync("/api/content-types/article", """{"fields":[{"name":"a","type":"text"}],"renames":{"nope":"a"}}"""), 422, "invalid", "renames.nope");
        await RefusedAsync(() => Admin.PutAsync("/api/content-types/article", """{"fields":[{"name":"a","type":"text"}],"defaults":{"a":1}}"""), 422, "invalid", "defaults.a");
        await RefusedAsync(() => Admin.PutAsync("/api/content-types/nope", """{"fields":[]}"""), 404, "not-found");
        await RefusedAsync(() => As("editor").PutAsync("/api/content-types/article", """{"fields":[]}"""), 403, "forbidden");
        (await Stranger().AskAsync("/api/content-types/article/migration")).ShouldBe(404);
    }

    private async Task<JsonElement> FollowedAsync()
    {
        for (var tries = 0; tries < 400; tries++)
        {
            var json = (await Admin.AskAsync("/api/content-types/article/migration")).ShouldBe(200).Json;
            if (json.GetProperty("outdated").GetInt64() == 0 && json.GetProperty("version").GetInt64() == 2 && json.GetProperty("items").GetInt64() > 0
                && (await Admin.AskAsync("/api/content")).Json.GetProperty("items").EnumerateArray().All(i => i.GetProperty("typeVersion").GetInt64() == 2))
                return json;
            await Task.Delay(25);
        }
        throw new TimeoutException("The items never followed.");
    }
}
