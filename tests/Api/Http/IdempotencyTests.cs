using Platform.Processors;

namespace Platform.Api.Tests.Http;

public sealed class IdempotencyTests(SharedApp shared) : OverHttp(shared)
{
    private static (string, string) Key(string key) => ("Idempotency-Key", key);

    [Fact]
    public async Task The_same_key_and_body_give_the_same_answer_and_append_nothing_twice()
    {
        var site = await Admin.ArticleSiteAsync();
        var first = (await Admin.PostAsync("/api/content", Examples.NewArticle(site), Key("create-1"))).ShouldBe(201);
        var events = await CountEventsAsync();
        var again = (await Admin.PostAsync("/api/content", Examples.NewArticle(site), Key("create-1"))).ShouldBe(201);
        again.Text.ShouldBe(first.Text);
        again.Header("ETag").ShouldBe(first.Header("ETag"));
        again.Header("Location").ShouldBe(first.Header("Location"));
        (await CountEventsAsync()).ShouldBe(events);
    }

    [Fact]
    public async Task The_answer_is_that_of_then_whatever_happened_since()
    {
        var item = await Admin.ArticleAsync();
        var first = await Admin.PostAsync($"/api/content/{item}/publish", null, Key("publish"));
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish", null, Key("publish"))).ShouldBe(200).Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task A_repeat_is_answered_even_when_its_version_has_become_stale()
    {
        var item = await Admin.ArticleAsync();
        var first = (await Admin.PostAsync($"/api/content/{item}/publish", null, Key("publish"), ("If-Match", "\"1\""))).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish", null, Key("publish"), ("If-Match", "\"1\""))).ShouldBe(200).Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task An_altered_body_with_the_same_key_is_422()
    {
        var site = await Admin.ArticleSiteAsync();
        (await Admin.PostAsync("/api/content", Examples.NewArticle(site), Key("k"))).ShouldBe(201);
        await RefusedAsync(() => Admin.PostAsync("/api/content", Examples.NewArticle(site, "other"), Key("k")), 422, "idempotency-key-reused", "Idempotency-Key");
    }

    [Fact]
    public async Task The_same_key_and_body_for_another_command_are_422()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PostAsync($"/api/content/{item}/publish", null, Key("k"))).ShouldBe(200);
        await RefusedAsync(() => Admin.PostAsync($"/api/content/{item}/archive", null, Key("k")), 422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_refusal_is_not_stored()
    {
        var site = await Admin.SiteAsync();
        await RefusedAsync(() => Admin.PostAsync("/api/content", Examples.NewArticle(site), Key("k")), 422, "invalid", "type");
        (await Admin.PostAsync("/api/content-types", Examples.Article)).ShouldBe(201);
        (await Admin.PostAsync("/api/content", Examples.NewArticle(site), Key("k"))).ShouldBe(201);
    }

    [Fact]
    public async Task A_command_that_changed_nothing_is_remembered()
    {
        var item = await Admin.ArticleAsync();
        var first = (await Admin.PostAsync($"/api/content/{item}/unpublish", null, Key("k"))).ShouldBe(200);
        first.Receipt.Events.ShouldBeEmpty();
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        var again = (await Admin.PostAsync($"/api/content/{item}/unpublish", null, Key("k"))).ShouldBe(200);
        again.Text.ShouldBe(first.Text);
        (await Admin.AskAsync($"/api/content/{item}")).Json.GetProperty("status").GetString().ShouldBe("published");
    }

    [Fact]
    public async Task Another_users_key_is_another_key()
    {
        var item = await Admin.ArticleAsync();
        (await Admin.PostAsync($"/api/content/{item}/publish", null, Key("k"))).ShouldBe(200);
        (await As("editor").PostAsync($"/api/content/{item}/archive", null, Key("k"))).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_user_whose_name_has_a_slash_has_keys_of_its_own()
    {
        var item = await Admin.ArticleAsync();
        var (short_, long_) = (WithToken(Token("a")), WithToken(Token("a/b")));
        (await long_.PostAsync($"/api/content/{item}/publish", null, Key("c"))).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem();
        (await short_.PostAsync($"/api/content/{item}/archive", null, Key("b/c"))).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem();

        string Token(string subject) => App.Issuer.Issue(subject, Tenant, ["admin"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Another_tenants_key_is_another_key()
    {
        (await Admin.PostAsync("/api/content-types", Examples.Article, Key("k"))).ShouldBe(201);
        (await Stranger().PostAsync("/api/content-types", Examples.Article, Key("k"))).ShouldBe(201).Receipt.Events.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("")]
    public async Task A_key_of_other_characters_is_422(string key) => await RefusedAsync(
        () => Admin.PostAsync("/api/content-types", Examples.Article, Key(key)), 422, "invalid", "Idempotency-Key");

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        await RefusedAsync(() => Admin.PostAsync("/api/content-types", Examples.Article, Key(new string('k', 256))), 422, "invalid", "Idempotency-Key");
        (await Admin.PostAsync("/api/content-types", Examples.Article, Key(new string('k', 255)))).ShouldBe(201);
    }

    [Fact]
    public async Task A_key_outside_ascii_is_422() => await RefusedAsync(() => RawAsync("Idempotency-Key: käy"), 422, "invalid", "Idempotency-Key");

    [Fact]
    public async Task Two_keys_are_400() => await RefusedAsync(() => RawAsync("Idempotency-Key: one", "Idempotency-Key: two"), 400, "malformed", "Idempotency-Key");

    private Task<Answer> RawAsync(params string[] headers) =>
        RawHttp.SendAsync(App.Url, Admin.DefaultRequestHeaders.Authorization!.Parameter!, "POST /api/content-types HTTP/1.1", headers, """{"name":"article"}""");
}
