namespace Platform.Api.Tests.Http;

/// <summary>A repeated key in flight waits for the first: every answer is the first's, however the requests interleave.</summary>
public sealed class ParallelIdempotencyTests(SharedApp shared) : OverHttp(shared)
{
    private const int Rounds = 8;

    [Fact]
    public async Task Ten_creations_with_one_key_are_one_item_and_ten_equal_answers()
    {
        var site = await Admin.ArticleSiteAsync();
        for (var round = 0; round < Rounds; round++)
            await OneOfTenAsync(201, key => Admin.PostAsync("/api/content", Examples.NewArticle(site, $"item-{round}"), key), events: 2);
    }

    [Fact]
    public async Task Ten_publications_with_one_key_are_one_event_and_ten_equal_answers()
    {
        var site = await Admin.ArticleSiteAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var item = await Admin.ArticleAsync(site, $"item-{round}");
            await OneOfTenAsync(200, key => Admin.PostAsync($"/api/content/{item}/publish", null, key), events: 1);
        }
    }

    [Fact]
    public async Task Ten_publications_with_one_key_and_a_version_are_one_event_and_ten_equal_answers()
    {
        var site = await Admin.ArticleSiteAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var item = await Admin.ArticleAsync(site, $"item-{round}");
            await OneOfTenAsync(200, key => Admin.PostAsync($"/api/content/{item}/publish", null, key, ("If-Match", "\"1\"")), events: 1);
        }
    }

    [Fact]
    public async Task Ten_definitions_with_one_key_are_one_type_and_ten_equal_answers()
    {
        for (var round = 0; round < Rounds; round++)
            await OneOfTenAsync(201, key => Admin.PostAsync("/api/content-types", new { name = $"type-{round}" }, key), events: 1);
    }

    [Fact]
    public async Task Ten_commands_that_change_nothing_with_one_key_are_ten_equal_answers()
    {
        var item = await Admin.ArticleAsync();
        for (var round = 0; round < Rounds; round++)
            await OneOfTenAsync(200, key => Admin.PostAsync($"/api/content/{item}/unpublish", null, key), events: 0);
    }

    private async Task OneOfTenAsync(int status, Func<(string, string), Task<Answer>> send, int events)
    {
        var before = await CountEventsAsync();
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => send(key)));
        foreach (var answer in answers)
            answer.ShouldBe(status).Text.ShouldBe(answers[0].Text);
        (await CountEventsAsync()).ShouldBe(before + events);
    }
}
