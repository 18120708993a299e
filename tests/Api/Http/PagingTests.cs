using Platform.Processors;

namespace Platform.Api.Tests.Http;

public sealed class PagingTests(SharedApp shared) : OverHttp(shared)
{
    private const int Items = 120;

    [Fact]
    public async Task Pages_of_any_size_give_every_item_once_in_order()
    {
        var (site, after) = await FillAsync();
        foreach (var limit in new[] { 1, 7, 40, 119, 120, 200 })
        {
            var ids = await WalkAsync($"/api/content?after={after}", limit);
            ids.Count.ShouldBe(Items, $"limit {limit}");
            ids.Distinct().Count().ShouldBe(Items, $"limit {limit}");
            ids.ShouldBe([.. ids.Order(StringComparer.Ordinal)], $"limit {limit}");
        }
        (await WalkAsync($"/api/sites/{site}/content?status=draft&type=article&locale=en", 50)).Count.ShouldBe(Items);
        (await Admin.AskAsync("/api/content")).Items.Count.ShouldBe(50, "the default");
        (await Admin.AskAsync("/api/content?limit=200")).Next.ShouldBeNull();
    }

    [Fact]
    public async Task Items_made_between_two_pages_repeat_and_hide_none()
    {
        var site = await Admin.ArticleSiteAsync();
        var before = new List<Guid>();
        for (var n = 0; n < 10; n++)
            before.Add(await Admin.ArticleAsync(site, $"item-{n}"));
        var first = await Admin.AskAsync($"/api/content?limit=4&after={await LastSequenceAsync(before[^1])}");
        var last = await Admin.ArticleAsync(site, "late");
        var rest = await WalkAsync($"/api/content?after={await LastSequenceAsync(last)}", 4, first.Next);
        first.Items.Select(i => i.GetProperty("id").GetString()!).Concat(rest).ShouldBe(before.Append(last).Select(id => id.ToString()));
    }

    [Theory]
    [InlineData("/api/content-types")]
    [InlineData("/api/sites")]
    public async Task Other_collections_page_alike(string path)
    {
        long after = 0;
        for (var n = 0; n < 12; n++)
        {
            object body = path == "/api/sites" ? new { name = $"S {n}", domain = $"s{n}.example.org" } : new { name = $"type-{n}" };
            after = (await Admin.PostAsync(path, body)).ShouldBe(201).Receipt.Events[0].Sequence;
        }
        var ids = await WalkAsync($"{path}?after={after}", 5);
        (ids.Count, ids.Distinct().Count()).ShouldBe((12, 12));
    }

    [Theory]
    [InlineData("limit", "0")]
    [InlineData("limit", "201")]
    [InlineData("limit", "-1")]
    [InlineData("limit", "abc")]
    [InlineData("limit", "1.5")]
    [InlineData("limit", "+5")]
    [InlineData("limit", "99999999999999999999")]
    [InlineData("cursor", "garbage!")]
    [InlineData("cursor", "____")]
    [InlineData("cursor", "Z2FyYmFnZQ")]
    [InlineData("cursor", "AA")]
    [InlineData("after", "0")]
    [InlineData("after", "-1")]
    [InlineData("after", "abc")]
    [InlineData("siteId", "abc")]
    [InlineData("status", "deleted")]
    [InlineData("type", "%00")]
    public async Task A_parameter_out_of_bounds_is_422_and_named(string name, string value) =>
        await RefusedAsync(() => Admin.AskAsync($"/api/content?{name}={value}"), 422, "invalid", name);

    [Theory]
    [InlineData("/api/content-types", "cursor=AA")]
    [InlineData("/api/content-types", "cursor=____")]
    [InlineData("/api/roles", "cursor=AA")]
    [InlineData("/api/sites", "cursor=Z2FyYmFnZQ")]
    [InlineData("/api/sites", "parentId=abc")]
    public async Task A_garbage_cursor_or_id_is_422_in_every_collection(string path, string query) =>
        await RefusedAsync(() => Admin.AskAsync($"{path}?{query}"), 422, "invalid", query.Split('=')[0]);

    private async Task<(Guid Site, long After)> FillAsync()
    {
        var site = await Admin.ArticleSiteAsync();
        var made = new List<Answer>();
        foreach (var batch in Enumerable.Range(0, Items).Chunk(8))
            made.AddRange(await Task.WhenAll(batch.Select(n => Admin.PostAsync("/api/content", Examples.NewArticle(site, $"item-{n}")))));
        return (site, made.Max(answer => answer.ShouldBe(201).Receipt.Events[0].Sequence));
    }

    private async Task<List<string>> WalkAsync(string path, int limit, string? next = null)
    {
        var ids = new List<string>();
        do
        {
            var answer = (await Admin.AskAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit={limit}{(next is null ? "" : $"&cursor={next}")}")).ShouldBe(200);
            answer.Items.Count.ShouldBeLessThanOrEqualTo(limit);
            ids.AddRange(answer.Items.Select(item => item.GetProperty("id").GetString()!));
            next = answer.Next;
        }
        while (next is not null);
        return ids;
    }

    private async Task<long> LastSequenceAsync(Guid item) => (await Admin.AskAsync($"/api/content/{item}/history")).Items[^1].GetProperty("sequence").GetInt64();
}
