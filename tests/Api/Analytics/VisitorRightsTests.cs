using Platform.Api.Tests.Sites;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>Visitors see what is kept of them, and have it let go of.</summary>
public sealed class VisitorRightsTests(SharedApp shared) : OverVisitedSite(shared)
{
    private readonly Guid _cookie = Guid.NewGuid(), _other = Guid.NewGuid();

    [Fact]
    public async Task Whoever_has_the_cookie_sees_what_is_kept_under_it_and_nothing_else()
    {
        await TrackAsync(View("/", _cookie), View("/news", _cookie), View("/prices", _other), View("/", null));
        var kept = (await AskAsync("visitor", _cookie)).ShouldBe(200);
        kept.Header("Cache-Control").ShouldBe("no-store");
        kept.Header("Access-Control-Allow-Origin").ShouldBe("*");
        kept.Json.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("page").GetString()).ShouldBe(["/", "/news"]);
        kept.Json.GetProperty("cut").GetBoolean().ShouldBeFalse();
        kept.Text.ShouldNotContain(_cookie.ToString());
        (await AskAsync("visitor", Guid.NewGuid())).ShouldBe(200).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
        var number = kept.Json.GetProperty("visitor").GetGuid();
        (await As("privacy-officer").AskAsync($"/api/analytics/visitors/{number}")).ShouldBe(200).Json.GetProperty("events").GetArrayLength().ShouldBe(2);
        (await As("analyst").AskAsync($"/api/analytics/visitors/{number}")).ShouldBeProblem(403, "forbidden");
        (await Stranger().AskAsync($"/api/analytics/visitors/{number}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task What_is_erased_is_shown_nowhere_event_by_event_and_still_added_up()
    {
        await TrackAsync(View("/", _cookie), View("/news", _cookie), View("/prices", _other));
        (await AskAsync("erase", _cookie)).ShouldBe(200).Json.GetProperty("erased").GetBoolean().ShouldBeTrue();
        (await AskAsync("visitor", _cookie)).ShouldBe(200).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
        (await AskAsync("visitor", _other)).ShouldBe(200).Json.GetProperty("events").GetArrayLength().ShouldBe(1);
        (await AskAsync("erase", _cookie)).ShouldBe(200).Json.GetProperty("erased").GetBoolean().ShouldBeFalse();
        (await CountAsync("read.hits")).ShouldBe(1);
        (await CountAsync("read.visits")).ShouldBe(1);
        (await SqlAsync($"select sum(page_views)::bigint from read.hits_by_day where tenant_id = '{Tenant}' and dimension = ''")).ShouldBe(3);
        (await SqlAsync($"select count(*) from public.mt_events where tenant_id = '{Tenant}' and type = 'analytics.page-viewed'")).ShouldBe(3, "no event is ever deleted");

        // What comes later, because the visitor kept the cookie, is kept again and can be erased again.
        await TrackAsync(View("/again", _cookie));
        (await AskAsync("visitor", _cookie)).ShouldBe(200).Json.GetProperty("events").EnumerateArray().ShouldHaveSingleItem().GetProperty("page").GetString().ShouldBe("/again");
        var number = (await AskAsync("visitor", _cookie)).Json.GetProperty("visitor").GetGuid();
        await RefusedAsync(() => As("editor").PostAsync($"/api/analytics/visitors/{number}/erase", "{}"), 403, "forbidden");
        await RefusedAsync(() => Stranger().PostAsync($"/api/analytics/visitors/{number}/erase", "{}"), 404, "not-found");
        (await Admin.PostAsync($"/api/analytics/visitors/{number}/erase", "{}")).ShouldBe(200);
        (await AskAsync("visitor", _cookie)).ShouldBe(200).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
        foreach (var model in new Projection[] { new Hits(), new Visits() })
            (await new ProjectionRebuild(App.Store).RunAsync(model, null)).ShouldSatisfyAllConditions(report => report.IsClean.ShouldBeTrue(), report => report.Swapped.ShouldBeTrue());
    }

    [Fact]
    public async Task Somebody_elses_page_and_what_is_no_cookie_are_refused()
    {
        (await Page.PostAsync("/api/track/erase", "{}")).ShouldBeProblem(422, "invalid", "visitor");
        (await Page.PostAsync("/api/track/visitor", new[] { new { visitor = _cookie }, new { visitor = _other } })).ShouldBeProblem(422, "invalid", "visitor");
        (await Page.PostAsync("/api/track/erase", new { visitor = "ann" })).ShouldBeProblem(422, "invalid", "visitor");
        using var elsewhere = new HttpClient { BaseAddress = App.Url };
        (await elsewhere.PostAsync("/api/track/erase", new { visitor = _cookie })).ShouldBeProblem(404, "not-found");
    }

    private object View(string page, Guid? visitor) => new { id = Guid.NewGuid(), name = "page_view", url = $"https://{Host}{page}", visitor };

    private Task<Answer> AskAsync(string path, Guid cookie) => Page.PostAsync($"/api/track/{path}", new { visitor = cookie });

    private async Task TrackAsync(params object[] events)
    {
        foreach (var e in events)
            (await Page.PostAsync("/api/track", e)).ShouldBe(200);
        foreach (var model in new[] { "hits", "visits", "hits_by_day" })
            (await App.Store.QuerySession(Tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
    }

    private async Task<long> CountAsync(string table) => (long)(await SqlAsync($"select count(*) from {table} where tenant_id = '{Tenant}'"))!;

    private Task<object?> SqlAsync(string sql) => App.Database.OwnerConnectionString.QueryAsync(sql);
}
