using System.Text.Json;
using Platform.Api.Sites;
using Platform.Api.Tests.Sites;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>Ways of visitors: funnels, who comes back, paths, visitors in common, and who is there now.</summary>
public sealed class VisitorsOverHttpTests(SharedApp shared) : IAsyncLifetime
{
    private const string Days = "from=2020-06-01&to=2020-06-30";

    private readonly string _tenant = TenantEndpoints.NewId();
    private HttpClient _admin = null!;
    private Guid _site, _other;

    public async ValueTask InitializeAsync()
    {
        _admin = shared.App.Client("admin", _tenant);
        (_site, _other) = (await _admin.SiteAsync(), await _admin.SiteAsync("other.example.org"));
    }

    public ValueTask DisposeAsync()
    {
        _admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_funnel_counts_who_did_one_thing_after_the_other()
    {
        await HappenAsync(_site,
            ("ann", "06-01T10:00", "page_view", "/prices"), ("ann", "06-01T10:01", "signed_up", "/join"), ("ann", "06-03T10:00", "paid", "/join"),
            ("bob", "06-01T10:00", "page_view", "/prices"), ("bob", "06-01T10:03", "signed_up", "/join"),
            // Signed up before looking at prices, and paid.
            ("cat", "06-01T09:00", "signed_up", "/join"), ("cat", "06-01T10:00", "page_view", "/prices"), ("cat", "06-02T10:00", "paid", "/join"),
            ("dan", "06-01T10:00", "page_view", "/pric_s"), ("dan", "06-01T10:05", "signed_up", "/join"));
        var steps = (await AskAsync("funnel", $"{Days}&step=page_view:/prices&step=signed_up&step=paid")).GetProperty("steps").EnumerateArray().ToList();
        steps.Select(step => step.GetProperty("count").GetInt32()).ShouldBe([3, 2, 1]);
        (steps[1].GetProperty("ofFirst").GetDouble(), steps[2].GetProperty("ofPrevious").GetDouble(), steps[1].GetProperty("medianMs").GetDouble()).ShouldBe((2 / 3.0, 0.5, 120_000));
        steps[0].TryGetProperty("medianMs", out _).ShouldBeFalse();
        // An underscore stands for itself, a star for all that follows.
        (await CountsAsync("step=page_view:/pric_s&step=signed_up")).ShouldBe([1, 1]);
        (await CountsAsync("step=page_view:/pri*&step=signed_up")).ShouldBe([4, 3]);
        // All on one page.
        (await CountsAsync("step=signed_up&step=paid&per=page")).ShouldBe([4, 2]);
        (await CountsAsync("step=page_view&step=signed_up&per=page")).ShouldBe([4, 0]);

        async Task<IEnumerable<int>> CountsAsync(string question) => (await AskAsync("funnel", $"{Days}&{question}")).GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Retention_is_by_the_block_of_days_in_which_visitors_came_first()
    {
        await HappenAsync(_site,
            ("ann", "06-02T10:00", "page_view", "/"), ("ann", "06-08T10:00", "page_view", "/"), ("ann", "06-22T10:00", "page_view", "/"),
            ("bob", "06-07T23:00", "page_view", "/"), ("bob", "06-09T10:00", "page_view", "/"), ("cat", "06-08T00:00", "page_view", "/"));
        (await CohortsAsync($"{Days}&timezone=Etc/UTC")).ShouldBe(["0: 2 2 0 1", "1: 1 0 0"]);
        // In Vienna bob first came on the 8th.
        (await CohortsAsync($"{Days}&timezone=Europe/Vienna")).ShouldBe(["0: 1 1 0 1", "1: 2 0 0"]);
        (await CohortsAsync($"{Days}&start=event&block=6")).ShouldBe(["0: 3 2 0 1"], "six days from 10:00 on the 2nd");

        async Task<IEnumerable<string>> CohortsAsync(string question) => (await AskAsync("retention", question)).GetProperty("cohorts").EnumerateArray()
            .Select(cohort => $"{cohort.GetProperty("block")}: {string.Join(' ', cohort.GetProperty("visitors").EnumerateArray())}");
    }

    [Fact]
    public async Task Paths_are_pages_one_after_the_other_within_a_visit()
    {
        await HappenAsync(_site,
            ("ann", "06-01T10:00", "page_view", "/"), ("ann", "06-01T10:01", "page_view", "/"), ("ann", "06-01T10:02", "page_view", "/a"), ("ann", "06-01T10:03", "page_view", "/b"),
            // What isn't a page keeps the visit going.
            ("bob", "06-01T10:00", "page_view", "/"), ("bob", "06-01T10:25", "clicked", "/"), ("bob", "06-01T10:50", "page_view", "/a"),
            // Another visit.
            ("bob", "06-01T11:30", "page_view", "/b"));
        (await PathsAsync("length=2")).ShouldBe(["2 / /a", "1 /b"]);
        (await PathsAsync("length=3")).ShouldBe(["1 / /a", "1 / /a /b", "1 /b"]);
        (await PathsAsync("length=2&page=/a")).ShouldBe(["1 /a", "1 /a /b"]);
        (await PathsAsync("length=2&page=/b&direction=previous")).ShouldBe(["1 /a /b", "1 /b"]);
        (await PathsAsync("length=2&direction=previous")).ShouldBe(["1 / /a", "1 /a /b", "1 /b"]);

        async Task<IEnumerable<string>> PathsAsync(string question) => (await AskAsync("paths", $"{Days}&{question}")).GetProperty("paths").EnumerateArray()
            .Select(path => $"{path.GetProperty("times")} {string.Join(' ', path.GetProperty("pages").EnumerateArray())}").Order(StringComparer.Ordinal).OrderByDescending(path => path[0]);
    }

    [Fact]
    public async Task Visitors_of_several_sites_are_told_by_which()
    {
        await HappenAsync(_site, ("ann", "06-01T10:00", "page_view", "/"), ("bob", "06-01T10:00", "page_view", "/"));
        await HappenAsync(_other, ("bob", "06-01T10:00", "page_view", "/"));
        var sets = (await AskAsync("overlap", $"{Days}&siteId={_other}")).GetProperty("sets").EnumerateArray().Select(set => $"{set.GetProperty("siteIds").GetArrayLength()}: {set.GetProperty("visitors")}");
        sets.ShouldBe(["1: 1", "2: 1"]);
        (await _admin.AskAsync($"/api/analytics/overlap?siteId={_site}&{Days}")).ShouldBeProblem(422, "invalid", "siteId");
    }

    [Fact]
    public async Task Who_is_there_now_is_known_at_once()
    {
        var host = $"www.{Guid.NewGuid():n}.example";
        await shared.App.ClaimAsync(host, _tenant, _site);
        using var visitor = new HttpClient { BaseAddress = _admin.BaseAddress };
        visitor.DefaultRequestHeaders.Host = host;
        visitor.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        (await visitor.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "page_view", url = $"https://{host}/now", visitor = Guid.NewGuid() })).ShouldBe(200);
        foreach (var scope in new[] { $"?siteId={_site}", "" })
        {
            JsonElement live = default;
            await Until.HoldsAsync(async () => (live = (await _admin.AskAsync($"/api/analytics/live{scope}")).ShouldBe(200).Json).GetProperty("visitors").GetInt32() == 1);
            live.GetProperty("minutes").EnumerateArray().Select(minute => minute.GetProperty("pageViews").GetInt32()).ShouldSatisfyAllConditions(
                minutes => minutes.Count().ShouldBe(30), minutes => minutes.Sum().ShouldBe(1));
            live.GetProperty("pages").EnumerateArray().ShouldHaveSingleItem().ToString().ShouldBe("""{"page":"/now","visitors":1}""");
        }
        (await _admin.AskAsync($"/api/analytics/live?siteId={_other}")).ShouldBe(200).Json.GetProperty("visitors").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("funnel?step=page_view", "step")]
    [InlineData("funnel?step=page_view&step=page_view", "step")]
    [InlineData("funnel?step=page_view&step=:", "step")]
    [InlineData("funnel?step=a&step=b&per=moon", "per")]
    [InlineData("funnel?step=a&step=b&filter=entry_page:/", "metrics")]
    [InlineData("retention?block=0", "block")]
    [InlineData("retention?block=1&from=2020-01-01&to=2020-06-01", "block")]
    [InlineData("paths?length=6", "length")]
    [InlineData("paths?rows=2000", "rows")]
    [InlineData("paths?direction=up", "direction")]
    [InlineData("overlap?from=2020-01-01&to=2026-01-01", "siteId")]
    [InlineData("live?siteId=x", "siteId")]
    public async Task A_question_that_has_no_answer_is_refused(string question, string field) => (await _admin.AskAsync($"/api/analytics/{question}")).ShouldBeProblem(422, "invalid", field);

    [Fact]
    public async Task Of_another_tenants_site_nothing_is_told()
    {
        await HappenAsync(_site, ("ann", "06-01T10:00", "page_view", "/"));
        await HappenAsync(_other, ("ann", "06-01T10:00", "page_view", "/"));
        using var stranger = shared.App.Client("admin", TenantEndpoints.NewId());
        foreach (var (path, question) in new[] { ("funnel", "step=page_view&step=paid&"), ("retention", ""), ("paths", ""), ("overlap", $"siteId={_other}&"), ("query", "metrics=page_views&dimensions=page&") })
        {
            // As of a site that there never was; its own tenant is told more.
            var told = (await stranger.AskAsync($"/api/analytics/{path}?siteId={_site}&{question}{Days}")).ShouldBe(200).Text;
            told.ShouldBe((await stranger.AskAsync($"/api/analytics/{path}?siteId={Guid.NewGuid()}&{question}{Days}")).Text, path);
            (await AskAsync(path, $"{question}{Days}")).ToString().ShouldNotBe(told, path);
        }
    }

    private Task HappenAsync(Guid site, params IEnumerable<(string Visitor, string At, string Name, string Path)> events) =>
        _admin.ReplayAsync(shared.App, _tenant, site, [.. events.Select(e => PastVisits.View(e.Visitor, $"2020-{e.At}", e.Path, name: e.Name))]);

    private async Task<JsonElement> AskAsync(string path, string question) => (await _admin.AskAsync($"/api/analytics/{path}?siteId={_site}&{question}")).ShouldBe(200).Json;
}
