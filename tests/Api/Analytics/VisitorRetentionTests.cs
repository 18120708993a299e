using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Tests.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Analytics;
using Platform.Projections.Analytics;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>Events and visits are let go of after the tenant's days; sums of them stay, and questions that sums don't answer are refused.</summary>
public sealed class VisitorRetentionTests(SharedApp shared) : OverHttp(shared)
{
    private const string Policy = "/api/analytics/retention-policy";

    [Fact]
    public async Task What_is_older_is_only_added_up_and_questions_say_so()
    {
        var site = await Admin.SiteAsync($"www.{Guid.NewGuid():n}.example");
        await Admin.ReplayAsync(
            App, Tenant, site, PastVisits.View("ann", "2020-01-01T10:00"), PastVisits.View("ann", "2020-01-01T10:01", "/news"), PastVisits.View("bob", "2020-01-01T23:55"), PastVisits.View("bob", "2020-01-02T00:05", "/news"),
            PastVisits.View("cid", "2020-01-03T10:00"));
        (await Admin.AskAsync(Policy)).ShouldBe(200).Json.GetProperty("version").GetInt64().ShouldBe(0);
        (await Admin.PutAsync(Policy, """{"days":10}""")).ShouldBe(200);
        await Job(new DateTimeOffset(2020, 1, 12, 12, 0, 0, TimeSpan.Zero)).RunOnceAsync(CancellationToken.None);
        (await CountAsync("hits")).ShouldBe(5, "the number of days was said just now");
        await SaidBeforeAsync(new DateTimeOffset(2020, 1, 10, 0, 0, 0, TimeSpan.Zero));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Job(new DateTimeOffset(2020, 1, 12, 12, 0, 0, TimeSpan.Zero)).RunOnceAsync(CancellationToken.None)));
        await HasAllAsync();
        (await Admin.AskAsync(Policy)).ShouldBe(200).Json.GetProperty("keptFrom").GetString().ShouldBe("2020-01-02T00:00:00+00:00");
        (await Admin.AskAsync(Policy)).Json.GetProperty("version").GetInt64().ShouldBe(3);
        (await CountAsync("hits"), await CountAsync("visits")).ShouldBe((2, 2), "a visit that goes on after midnight is kept");

        (await TotalsAsync("from=2020-01-01&to=2020-01-03&metrics=page_views,visitors")).ShouldBe([5, 3]);
        (await TotalsAsync("from=2020-01-01&to=2020-01-01&metrics=page_views&filter=page:/news")).ShouldBe([1]);
        (await TotalsAsync("from=2020-01-01&to=2020-01-02&metrics=page_views&timezone=Europe/Vienna")).ShouldBe([4]);
        (await TotalsAsync("from=2020-01-02&to=2020-01-03&metrics=page_views,visitors,visits")).ShouldBe([2, 2, 1]);
        (await TotalsAsync("from=2020-01-01&to=2020-01-02&metrics=visits,page_views&timezone=Europe/Vienna")).ShouldBe([2, 4]);
        foreach (var question in new[]
        {
            "query?metrics=visit_ms_median", "query?metrics=visits&dimensions=entry_page", "query?metrics=page_views&dimensions=page&timezone=Europe/Vienna", "query?metrics=page_views&dimensions=page&filter=country:AT", "funnel?step=page_view&step=like", "retention?", "paths?",
        })
            (await Admin.AskAsync($"/api/analytics/{question}&siteId={site}&from=2020-01-01&to=2020-01-02")).ShouldBeProblem(422, "invalid", "from");
        (await Admin.AskAsync($"/api/analytics/paths?siteId={site}&from=2020-01-02&to=2020-01-03")).ShouldBe(200);
        var segment = (await Admin.PostAsync("/api/analytics/segments", new { name = "All", conditions = new[] { new { } } })).ShouldBe(201).Receipt.StreamId;
        (await Admin.AskAsync($"/api/analytics/segments/{segment}/visitors?at=2020-01-04T00:00:00Z")).ShouldBe(200).Json.GetProperty("visitors").GetInt64().ShouldBe(2);
        (await Admin.AskAsync($"/api/analytics/query?segment={segment}&siteId={site}&from=2020-01-02&to=2020-01-03&metrics=visitors")).ShouldBe(200).Json.GetProperty("totals")[0].GetDouble().ShouldBe(2);
        foreach (var model in new Projection[] { new Hits(), new Visits(), new VisitorRetentions() })
            (await new ProjectionRebuild(App.Store).RunAsync(model, null)).ShouldSatisfyAllConditions(report => report.IsClean.ShouldBeTrue(), report => report.Swapped.ShouldBeTrue());

        async Task<IEnumerable<double>> TotalsAsync(string question) => (await Admin.AskAsync($"/api/analytics/query?siteId={site}&{question}")).ShouldBe(200).Json.GetProperty("totals").EnumerateArray().Select(total => total.GetDouble());
    }

    [Fact]
    public async Task Who_may_not_cannot_and_what_is_wrong_is_named()
    {
        await RefusedAsync(() => As("analyst").PutAsync(Policy, """{"days":10}"""), 403, "forbidden");
        await RefusedAsync(() => Admin.PutAsync(Policy, """{"days":9}"""), 422, "invalid", "days");
        await RefusedAsync(() => Admin.PutAsync(Policy, """{"days":3651}"""), 422, "invalid", "days");
        (await Admin.PutAsync(Policy, """{"days":400}""")).ShouldBe(200);
        (await As("analyst").AskAsync(Policy)).ShouldBe(200).Json.GetProperty("days").GetInt32().ShouldBe(400);
        (await Stranger().AskAsync(Policy)).ShouldBe(200).Json.GetProperty("version").GetInt64().ShouldBe(0);
    }

    // As if it had been said long before.
    private async Task SaidBeforeAsync(DateTimeOffset at)
    {
        var session = App.Store.LightweightSession(new SessionOptions(Tenant, "tests"));
        session.Events.Append(Domain.Analytics.VisitorRetention.Id, new Domain.Analytics.VisitorRetentionSet(at, 10));
        await session.SaveChangesAsync();
        await HasAllAsync();
    }

    private async Task HasAllAsync()
    {
        foreach (var model in new[] { "hits", "visits", "visitor_retention" })
            (await App.Store.QuerySession(Tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
    }

    private VisitorRetentionWatch Job(DateTimeOffset now) => new(App.Store, App.Services.GetRequiredService<CommandRunner>(), new Clock(now), NullLogger<VisitorRetentionWatch>.Instance);

    private async Task<long> CountAsync(string model) => (long)(await App.Database.OwnerConnectionString.QueryAsync($"select count(*) from read.{model} where tenant_id = '{Tenant}'"))!;

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
