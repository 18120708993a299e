using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Hosting;
using Platform.Domain.Analytics;
using Platform.Processors.Analytics;

namespace Platform.Api.Tests.Analytics;

/// <summary>Days that fall due, by clocks that are ahead of everybody's.</summary>
public sealed class ReportRoundsTests(ReportHost host) : IClassFixture<ReportHost>
{
    private static TimeZoneInfo Vienna { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");

    [Fact]
    public async Task A_day_is_made_once_by_any_number_of_nodes_and_rounds_and_not_before_its_hour()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        await tenant.ListenAsync();
        var report = await tenant.ScheduleAsync();
        await FollowAsync(tenant);
        var date = ReportClock.Yesterday(DateTimeOffset.UtcNow, Vienna).AddDays(2);
        var due = ReportClock.DueAt(date, 7, Vienna);
        await host.Rounds(due.AddSeconds(-1)).RunOnceAsync(CancellationToken.None);
        var before = await tenant.EventsAsync("analytics.daily-summary-made");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Rounds(due).RunOnceAsync(CancellationToken.None)));
        // A node that was started again, and one whose clock is behind.
        await host.Rounds(due.AddMinutes(1)).RunOnceAsync(CancellationToken.None);
        await host.Rounds(due.AddHours(-20)).RunOnceAsync(CancellationToken.None);
        (await tenant.EventsAsync("analytics.daily-summary-made")).Count.ShouldBe(before.Count + 1);
        (await tenant.RunAsync(report, ReportTenant.Text(date))).GetProperty("summary").GetProperty("date").GetString().ShouldBe(ReportTenant.Text(date));
        var told = await tenant.Receiver.WaitAsync(before.Count + 1);
        told.Select(r => r.Json.GetProperty("data").GetProperty("summary").GetProperty("date").GetString()).ShouldBeUnique();
    }

    [Fact]
    public async Task Two_nodes_whose_clocks_are_ahead_make_a_day_once_by_their_own_triggers_and_one_that_starts_again_makes_none()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        await tenant.ScheduleAsync();
        await FollowAsync(tenant);
        // The first moment that a day is due from now on: before seven in the morning it's yesterday's, and a day later two would be.
        var (now, yesterday) = (DateTimeOffset.UtcNow, ReportClock.Yesterday(DateTimeOffset.UtcNow, Vienna));
        var ahead = new Ahead(new[] { yesterday, yesterday.AddDays(1) }.Select(day => ReportClock.DueAt(day, 7, Vienna)).First(due => due > now) - now);
        await using (await SecondNode.StartAsync(host.App, ahead, NodeRoles.Processors))
        await using (await SecondNode.StartAsync(host.App, ahead, NodeRoles.Processors))
            await Until.HoldsAsync(async () => (await tenant.EventsAsync("analytics.daily-summary-made")).Count > 0, seconds: 150);
        await using var again = await SecondNode.StartAsync(host.App, ahead, NodeRoles.Processors);
        await Task.WhenAll(again.Services.GetRequiredService<ReportRounds>().RunOnceAsync(CancellationToken.None), host.Rounds(ahead.GetUtcNow()).RunOnceAsync(CancellationToken.None));
        (await tenant.EventsAsync("analytics.daily-summary-made")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task After_downtime_the_last_seven_days_are_made_up_for()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        var report = await tenant.ScheduleAsync();
        await FollowAsync(tenant);
        var last = ReportClock.Yesterday(DateTimeOffset.UtcNow, Vienna).AddDays(20);
        await host.Rounds(ReportClock.DueAt(last, 7, Vienna).AddHours(5)).RunOnceAsync(CancellationToken.None);
        await FollowAsync(tenant);
        var runs = (await tenant.Admin.AskAsync($"/api/analytics/reports/{report}/runs")).ShouldBe(200);
        runs.Items.Select(run => run.GetProperty("date").GetString()).ShouldBe(Enumerable.Range(0, 7).Select(n => ReportTenant.Text(last.AddDays(-n))));
        // By pages as well.
        var page = (await tenant.Admin.AskAsync($"/api/analytics/reports/{report}/runs?limit=4")).ShouldBe(200);
        var rest = (await tenant.Admin.AskAsync($"/api/analytics/reports/{report}/runs?limit=4&cursor={page.Json.GetProperty("next").GetString()}")).ShouldBe(200);
        page.Items.Concat(rest.Items).Select(run => run.GetProperty("date").GetString()).ShouldBe(runs.Items.Select(run => run.GetProperty("date").GetString()));
    }

    [Fact]
    public async Task A_day_that_is_too_old_to_be_made_holds_up_no_later_one()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        var report = await tenant.ScheduleAsync();
        var last = ReportClock.Yesterday(DateTimeOffset.UtcNow, Vienna).AddDays(20);
        // Each day looks back at the week before, of which days up to here aren't kept any more.
        var session = host.App.Store.LightweightSession(new EventStore.SessionOptions(tenant.Id, "test"));
        session.Events.Append(Domain.Analytics.VisitorRetention.Id, new Domain.Analytics.VisitorsForgotten(new DateTimeOffset(last.AddDays(-10).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)));
        await session.SaveChangesAsync();
        await FollowAsync(tenant);
        await host.Rounds(ReportClock.DueAt(last, 7, Vienna).AddHours(5)).RunOnceAsync(CancellationToken.None);
        await FollowAsync(tenant);
        (await tenant.Admin.AskAsync($"/api/analytics/reports/{report}/runs")).ShouldBe(200).Items.Select(run => run.GetProperty("date").GetString()).ShouldBe(Enumerable.Range(0, 3).Select(n => ReportTenant.Text(last.AddDays(-n))));
    }

    [Fact]
    public async Task A_report_that_ended_and_a_site_that_is_archived_have_no_further_day()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        var (ended, report) = (await tenant.ScheduleAsync(), await tenant.ScheduleAsync());
        (await tenant.Admin.PostAsync($"/api/analytics/reports/{ended}/end")).ShouldBe(200);
        (await tenant.Admin.PostAsync($"/api/sites/{tenant.Site}/archive", new { reason = "Gone" })).ShouldBe(200);
        await FollowAsync(tenant);
        await host.Rounds(DateTimeOffset.UtcNow.AddDays(3)).RunOnceAsync(CancellationToken.None);
        (await tenant.EventsAsync("analytics.daily-summary-made")).ShouldBeEmpty();
        (await tenant.Admin.PostAsync($"/api/analytics/reports/{ended}/runs/2026-04-02/make")).ShouldBeProblem(409, "conflict");
        (await tenant.Admin.PostAsync($"/api/analytics/reports/{report}/runs/9000-04-02/make")).ShouldBeProblem(409, "conflict");
    }

    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    private async Task FollowAsync(ReportTenant tenant)
    {
        foreach (var model in new[] { "report_details", "report_runs" })
            (await host.App.Store.QuerySession(tenant.Id).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
    }
}
