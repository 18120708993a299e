using System.Text.Json;
using Platform.Processors;

namespace Platform.Api.Tests.Content;

/// <summary>An item's way: draft, live, off, away and back.</summary>
public sealed class ItemLifeTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_new_item_is_a_draft_with_what_was_sent()
    {
        var site = await Admin.ArticleSiteAsync();
        var item = await Admin.ArticleAsync(site, "news/first-light", new { title = "First light", extra = new { tags = new[] { "a" } } });
        var read = (await Admin.AskAsync($"/api/content/{item}")).ShouldBe(200).Json;
        read.GetProperty("id").GetGuid().ShouldBe(item);
        read.GetProperty("siteId").GetGuid().ShouldBe(site);
        read.GetProperty("type").GetString().ShouldBe("article");
        read.GetProperty("locale").GetString().ShouldBe("en");
        read.GetProperty("slug").GetString().ShouldBe("news/first-light");
        read.GetProperty("status").GetString().ShouldBe("draft");
        read.GetProperty("version").GetInt64().ShouldBe(1);
        read.GetProperty("createdBy").GetString().ShouldBe("test-admin");
        read.GetProperty("fields").GetProperty("extra").GetProperty("tags")[0].GetString().ShouldBe("a");
        read.TryGetProperty("live", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_live_stays_until_the_next_publication()
    {
        var item = await Admin.ArticleAsync();
        await DoAsync(item, "publish", "content.item-published");
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
        var read = await ReadAsync(item);
        read.GetProperty("fields").GetProperty("title").GetString().ShouldBe("Second");
        read.GetProperty("live").GetProperty("fields").GetProperty("title").GetString().ShouldBe("First light");
        read.GetProperty("live").GetProperty("version").GetInt64().ShouldBe(1);
        await DoAsync(item, "publish", "content.item-published");
        (await ReadAsync(item)).GetProperty("live").GetProperty("fields").GetProperty("title").GetString().ShouldBe("Second");
    }

    [Fact]
    public async Task An_earlier_version_can_be_put_live()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
        await DoAsync(item, "publish", "content.item-published", """{"version":1}""");
        (await ReadAsync(item)).GetProperty("live").GetProperty("fields").GetProperty("title").GetString().ShouldBe("First light");
    }

    [Theory]
    [InlineData("publish", 0)]
    [InlineData("publish", 2)]
    [InlineData("publish", -1)]
    [InlineData("revert", 0)]
    [InlineData("revert", 9)]
    public async Task A_version_that_is_not_there_is_422(string verb, int version)
    {
        var item = await Admin.ArticleAsync();
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/{verb}", new { version }), 422, "invalid", "version");
    }

    [Fact]
    public async Task A_draft_without_a_required_field_cannot_be_published()
    {
        var item = await Admin.ArticleAsync(await Admin.ArticleSiteAsync(), fields: new { body = "No title" });
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/publish"), 422, "invalid", "fields.title");
    }

    [Fact]
    public async Task Unpublishing_takes_it_off_and_keeps_the_draft()
    {
        var item = await Admin.ArticleAsync();
        await DoAsync(item, "publish", "content.item-published");
        await DoAsync(item, "unpublish", "content.item-unpublished");
        var read = await ReadAsync(item);
        read.GetProperty("status").GetString().ShouldBe("draft");
        read.TryGetProperty("live", out _).ShouldBeFalse();
        read.GetProperty("fields").GetProperty("title").GetString().ShouldBe("First light");
    }

    [Fact]
    public async Task An_archived_item_takes_nothing_but_restoring()
    {
        var item = await Admin.ArticleAsync();
        await DoAsync(item, "archive", "content.item-archived");
        await RefusedAsync(() => Admin.PutAsync($"/api/content/{item}", """{"fields":{}}"""), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/publish"), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/revert", """{"version":1}"""), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"other"}"""), 409, "conflict");
        await DoAsync(item, "restore", "content.item-restored");
        (await ReadAsync(item)).GetProperty("status").GetString().ShouldBe("draft");
    }

    [Fact]
    public async Task Reverting_is_a_new_edit_to_what_was()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second","rating":3}}""")).ShouldBe(200);
        await DoAsync(item, "revert", "content.item-edited", """{"version":1}""");
        var read = await ReadAsync(item);
        read.GetProperty("version").GetInt64().ShouldBe(3);
        read.GetProperty("fields").EnumerateObject().ShouldHaveSingleItem().Value.GetString().ShouldBe("First light");
    }

    [Fact]
    public async Task A_repeated_verb_changes_nothing()
    {
        var item = await Admin.ArticleAsync();
        foreach (var verb in new[] { "publish", "unpublish", "archive", "restore" })
        {
            (await Admin.PostAsync($"/api/content/{item}/{verb}")).ShouldBe(200).Receipt.Events.Count.ShouldBe(1, verb);
            (await Admin.PostAsync($"/api/content/{item}/{verb}", "{}")).ShouldBe(200).Receipt.Events.ShouldBeEmpty(verb);
        }
    }

    [Theory]
    [InlineData("PUT", "", """{"fields":{}}""")]
    [InlineData("POST", "/publish", null)]
    [InlineData("POST", "/restore", null)]
    [InlineData("POST", "/slug", """{"slug":"other"}""")]
    public async Task An_item_that_is_not_there_is_404(string method, string verb, string? body) => await RefusedAsync(
        () => Admin.SendAsync(new HttpMethod(method), $"/api/content/{Guid.CreateVersion7()}{verb}", body), 404, "not-found");

    private async Task DoAsync(Guid item, string verb, string @event, string? body = null) =>
        (await Admin.PostAsync($"/api/content/{item}/{verb}", body)).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe(@event);

    private async Task<JsonElement> ReadAsync(Guid item) => (await Admin.AskAsync($"/api/content/{item}")).ShouldBe(200).Json;
}
