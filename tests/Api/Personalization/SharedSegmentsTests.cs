using Platform.Api.Tests.Analytics;
using Platform.Api.Tests.Sites;
using Platform.EventStore;
using Platform.Projections.Personalization;
using Platform.Tests;

namespace Platform.Api.Tests.Personalization;

/// <summary>Segments of some sites, and who is in a segment since when.</summary>
public sealed class SharedSegmentsTests(SharedApp shared) : OverVisitedSite(shared)
{
    private const string Segments = "/api/analytics/segments";

    private readonly Guid _visitor = Guid.NewGuid();

    [Fact]
    public async Task A_segment_of_some_sites_is_known_there_and_below_and_nowhere_else()
    {
        var (below, other) = (await Admin.SiteAsync($"below.{Host}", Site), await Admin.SiteAsync($"other.{Host}"));
        var segment = await DefineAsync("Readers", [Site]);
        (await Admin.AskAsync($"{Segments}/{segment}")).ShouldBe(200).Json.GetProperty("siteIds").EnumerateArray().Select(site => site.GetGuid()).ShouldBe([Site]);
        await RefusedAsync(() => Admin.PostAsync(Segments, Body("Elsewhere", [Site, Guid.NewGuid()])), 422, "invalid", "siteIds[1]");
        await RefusedAsync(() => Admin.PutAsync($"{Segments}/{segment}", Body("Readers", [])), 422, "invalid", "siteIds");
        foreach (var (site, expected) in new[] { (Site, 1), (below, 1), (other, 0) })
            await Until.HoldsAsync(async () => (await Admin.AskAsync($"{Segments}?siteId={site}")).ShouldBe(200).Items.Count == expected);

        foreach (var site in new[] { Site, below })
            (await Admin.AskAsync($"/api/analytics/query?siteId={site}&segment={segment}")).ShouldBe(200);
        foreach (var sites in new[] { "", $"siteId={other}&", $"siteId={Site}&siteId={other}&" })
        {
            await RefusedAsync(() => Admin.AskAsync($"/api/analytics/query?{sites}segment={segment}"), 422, "invalid", "siteId");
            await RefusedAsync(() => Admin.AskAsync($"{Segments}/{segment}/visitors?{sites}"), 422, "invalid", "siteId");
        }

        object[] rules = [new { name = "reader", condition = new { segment }, value = true }];
        (await Admin.PostAsync("/api/flags", new { key = "front", name = "Front", kind = "boolean", @default = false, rules })).ShouldBe(201);
        await ViewAsync("/");
        await Until.HoldsAsync(() => FlagAsync(Site));
        (await FlagAsync(below), await FlagAsync(other), await FlagAsync(null)).ShouldBe((true, false, false));
        (await Admin.PostAsync("/api/ofrep/v1/evaluate/flags/front", new { context = new { visitor = _visitor, siteId = "here" } })).Status.ShouldBe(400);
        var number = await NumberAsync();
        foreach (var (site, expected) in new[] { (Site, 1), (below, 1), (other, 0) })
        {
            (await Admin.PostAsync($"/api/sites/{site}/rules/preview", new { page = "/", visitor = number })).ShouldBe(200).Json.GetProperty("segments").GetArrayLength().ShouldBe(expected);
            (await Admin.AskAsync($"/api/personalization/visitors/{number}?siteId={site}")).ShouldBe(200).Json.GetProperty("segments").GetArrayLength().ShouldBe(expected);
        }

        (await Admin.PutAsync($"{Segments}/{segment}", Body("Readers", null))).ShouldBe(200);
        await Until.HoldsAsync(() => FlagAsync(null));
        (await Admin.AskAsync($"/api/analytics/query?segment={segment}")).ShouldBe(200);
    }

    [Fact]
    public async Task Who_may_on_some_sites_shares_with_these_only()
    {
        var other = await Admin.SiteAsync($"other.{Host}");
        (await Admin.PostAsync("/api/roles", new { name = "segmenter", permissions = new[] { "analytics.manage", "analytics.read" } })).ShouldBe(201);
        var registered = (await Admin.PostAsync("/api/clients", new { name = "Segments of a site", grants = new[] { new { role = "segmenter", siteId = Site } } })).ShouldBe(201);
        var client = WithToken(registered.Json.GetProperty("key").GetString()!);
        await Until.HoldsAsync(async () => (await Admin.AskAsync($"/api/grants?grantee={registered.Receipt.StreamId}")).Items.Count > 0);
        var grant = (await Admin.AskAsync($"/api/grants?grantee={registered.Receipt.StreamId}")).Items.Single().GetProperty("id").GetGuid();
        (await WithToken(App.Issuer.Issue("second-admin", Tenant, ["admin"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow)).PostAsync($"/api/grants/{grant}/approve")).ShouldBe(200);
        await Until.AnsweredAsync(() => client.AskAsync($"{Segments}?siteId={Site}"), 200);

        var own = (await client.PostAsync(Segments, Body("Ours", [Site]))).ShouldBe(201).Receipt.StreamId;
        (await client.AskAsync($"{Segments}/{own}")).ShouldBe(200);
        await RefusedAsync(() => client.PostAsync(Segments, Body("Theirs", [Site, other])), 403, "forbidden");
        await RefusedAsync(() => client.PostAsync(Segments, Body("Everybody's", null)), 403, "forbidden");
        await RefusedAsync(() => client.PutAsync($"{Segments}/{own}", Body("Ours", [Site, other])), 403, "forbidden");
        await RefusedAsync(() => client.PutAsync($"{Segments}/{own}", Body("Ours", null)), 403, "forbidden");
        var theirs = await DefineAsync("Theirs", [other]);
        await RefusedAsync(() => client.PutAsync($"{Segments}/{theirs}", Body("Ours too", [Site])), 403, "forbidden");
        await RefusedAsync(() => client.PostAsync($"{Segments}/{theirs}/archive", "{}"), 403, "forbidden");
        (await client.AskAsync($"{Segments}/{theirs}")).ShouldBeProblem(403, "forbidden");
        (await client.PostAsync($"{Segments}/{own}/archive", "{}")).ShouldBe(200);
    }

    [Fact]
    public async Task Who_comes_into_a_segment_is_a_member_until_they_leave_it_by_time_or_are_erased()
    {
        // What ann did a day ago but for some seconds is soon too long ago.
        var soon = DateTimeOffset.UtcNow.AddDays(-1).AddSeconds(60);
        var segment = (await Admin.PostAsync(Segments, new { name = "Today", conditions = new[] { new { days = 1 } } })).ShouldBe(201).Receipt.StreamId;
        (await Admin.PostAsync($"/api/sites/{Site}/track", new[] { new { id = Guid.NewGuid(), name = "page_view", url = $"https://{Host}/", at = soon, visitor = "ann", userAgent = Firefox } })).ShouldBe(200);
        await ViewAsync("/");
        await Until.HoldsAsync(async () => await SizeAsync(segment) == 2);
        var number = await NumberAsync();
        var spans = (await Admin.AskAsync($"/api/personalization/visitors/{number}")).ShouldBe(200).Json.GetProperty("memberships").EnumerateArray().ToList();
        var span = spans.ShouldHaveSingleItem();
        span.GetProperty("segmentId").GetGuid().ShouldBe(segment);
        span.TryGetProperty("until", out _).ShouldBeFalse();
        await Until.HoldsAsync(async () => await SizeAsync(segment) == 1, 120);
        (await Admin.AskAsync($"{Segments}/{segment}/members")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("visitorId").GetGuid().ShouldBe(number);
        // Midnight may have passed meanwhile.
        var history = (await Admin.AskAsync($"{Segments}/{segment}/history")).ShouldBe(200).Json.GetProperty("counts").EnumerateArray().ToList();
        history.Count.ShouldBe(30);
        (history.Sum(day => day.GetProperty("joined").GetInt64()), history.Sum(day => day.GetProperty("left").GetInt64()), history[^1].GetProperty("size").GetInt64()).ShouldBe((2, 1, 1));
        (await Admin.AskAsync($"{Segments}/{segment}/history?by=hour&from=2020-01-01&to=2020-01-02")).ShouldBe(200).Json.GetProperty("counts").EnumerateArray().Count(hour => hour.GetProperty("size").GetInt64() == 0).ShouldBe(48);
        await RefusedAsync(() => Admin.AskAsync($"{Segments}/{segment}/history?by=hour&from=2020-01-01&to=2020-03-02"), 422, "invalid", "to");
        await RefusedAsync(() => Admin.AskAsync($"{Segments}/{segment}/history?by=minute"), 422, "invalid", "by");
        foreach (var part in new[] { "members", "history" })
            (await Stranger().AskAsync($"{Segments}/{segment}/{part}")).ShouldBeProblem(404, "not-found");
        (await As("analyst").AskAsync($"{Segments}/{segment}/members")).ShouldBeProblem(403, "forbidden");

        (await Page.PostAsync("/api/track/erase", new { visitor = _visitor })).ShouldBe(200);
        await Until.HoldsAsync(async () => await SizeAsync(segment) == 0);
        (await App.Database.OwnerConnectionString.QueryAsync($"select count(*) from read.segment_members where tenant_id = '{Tenant}' and visitor_id = '{number}'")).ShouldBe(0L, "nor that they were in it");
        await ViewAsync("/again");
        await Until.HoldsAsync(async () => await SizeAsync(segment) == 1);
        (await new ProjectionRebuild(App.Store).RunAsync(new SegmentMembers(), null)).ShouldSatisfyAllConditions(report => report.IsClean.ShouldBeTrue(), report => report.Swapped.ShouldBeTrue());
    }

    [Fact]
    public async Task What_a_segment_is_is_found_for_visitors_of_before_and_who_takes_the_consent_back_is_in_none()
    {
        await ViewAsync("/");
        var segment = (await Admin.PostAsync(Segments, new { name = "News", conditions = new[] { new { page = "/news" } } })).ShouldBe(201).Receipt.StreamId;
        await ViewAsync("/news");
        await Until.HoldsAsync(async () => await SizeAsync(segment) == 1);
        (await Admin.PutAsync($"{Segments}/{segment}", new { name = "News", conditions = new[] { new { page = "/arts" } } })).ShouldBe(200);
        await Until.HoldsAsync(async () => await SizeAsync(segment) == 0);
        (await Admin.PutAsync($"{Segments}/{segment}", new { name = "News", conditions = new[] { new { page = "/news" } } })).ShouldBe(200);
        await Until.HoldsAsync(async () => await SizeAsync(segment) == 1);
        (await Page.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "consent", url = $"https://{Host}/", visitor = _visitor, props = new { analytics = false } })).ShouldBe(200);
        await Until.HoldsAsync(async () => (await App.Database.OwnerConnectionString.QueryAsync($"select count(*) from read.segment_members where tenant_id = '{Tenant}'")) is 0L);
    }

    private static object Body(string name, Guid[]? siteIds) => new { name, conditions = new[] { new { @event = "page_view", days = 7 } }, siteIds };

    private async Task<Guid> DefineAsync(string name, Guid[] siteIds) => (await Admin.PostAsync(Segments, Body(name, siteIds))).ShouldBe(201).Receipt.StreamId;

    private async Task ViewAsync(string page) =>
        (await Page.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "page_view", url = $"https://{Host}{page}", visitor = _visitor })).ShouldBe(200);

    private async Task<int> SizeAsync(Guid segment) => (await Admin.AskAsync($"{Segments}/{segment}/members")).ShouldBe(200).Items.Count;

    // One that was just defined isn't known at once.
    private async Task<bool> FlagAsync(Guid? site) =>
        await Admin.PostAsync("/api/ofrep/v1/evaluate/flags/front", new { context = new { visitor = _visitor, siteId = site } }) is { Status: 200 } answer && answer.Json.GetProperty("value").GetBoolean();

    private async Task<Guid> NumberAsync() => (await Page.PostAsync("/api/track/profile", new { visitor = _visitor })).ShouldBe(200).Json.GetProperty("visitors")[0].GetGuid();
}
