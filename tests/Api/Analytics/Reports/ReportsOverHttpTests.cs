using Platform.Api.Sites;
using Platform.Api.Tests.Identity;
using Platform.Api.Tests.Sites;

namespace Platform.Api.Tests.Analytics;

/// <summary>Reports as resources: who may what, and what is refused.</summary>
public sealed class ReportsOverHttpTests(ReportHost host) : IClassFixture<ReportHost>
{
    [Fact]
    public async Task A_report_is_scheduled_changed_read_as_it_was_and_ended()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        var user = await tenant.UserAsync("ann@example.org");
        var report = await tenant.ScheduleAsync(user);
        var url = $"/api/analytics/reports/{report}";
        var read = (await tenant.Admin.AskAsync(url)).ShouldBe(200);
        (read.Json.GetProperty("hour").GetInt32(), read.Json.GetProperty("siteId").GetGuid(), read.Json.GetProperty("recipients")[0].GetGuid(), read.Json.GetProperty("scheduledBy").GetString()).ShouldBe((7, tenant.Site, user, "test-admin"));
        (await tenant.Admin.SendAsync(HttpMethod.Put, url, new { name = "Evenings", hour = 22 }, ("If-Match", "\"1\""))).ShouldBe(200);
        (await tenant.Admin.SendAsync(HttpMethod.Put, url, new { name = "Nights", hour = 23 }, ("If-Match", "\"1\""))).ShouldBe(412);
        var ended = (await tenant.Admin.PostAsync($"{url}/end")).ShouldBe(200).Receipt;
        (await tenant.Admin.PutAsync(url, new { name = "Nights", hour = 23 })).ShouldBeProblem(409, "conflict");
        (await tenant.Admin.AskAsync(url + "?asOf=1")).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("Mornings");
        var listed = (await tenant.Admin.AskAsync($"/api/analytics/reports?after={ended.Events[0].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (listed.GetProperty("name").GetString(), listed.TryGetProperty("endedAt", out _), listed.GetProperty("recipients").GetArrayLength()).ShouldBe(("Evenings", true, 0));
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        foreach (var (body, field) in new (object, string)[]
        {
            (new { siteId = Guid.NewGuid(), name = "a" }, "siteId"), (new { name = "a" }, "siteId"), (new { siteId = tenant.Site, name = " " }, "name"), (new { siteId = tenant.Site, name = "a", hour = 0 }, "hour"),
            (new { siteId = tenant.Site, name = "a", hour = 24 }, "hour"), (new { siteId = tenant.Site, name = "a", recipients = new[] { Guid.NewGuid() } }, "recipients"),
            (new { siteId = tenant.Site, name = "a", recipients = Enumerable.Range(0, 21).Select(_ => Guid.NewGuid()) }, "recipients"), (new { siteId = tenant.Site, name = "a", colour = "red" }, "colour"),
        })
            (await tenant.Admin.PostAsync("/api/analytics/reports", body)).ShouldBeProblem(422, "invalid", field);
        (await tenant.EventsAsync("analytics.report%")).ShouldBeEmpty();
        var report = await tenant.ScheduleAsync();
        foreach (var day in new[] { "yesterday", "2026-13-01", "0001-01-01" })
            (await tenant.Admin.AskAsync($"/api/analytics/reports/{report}/runs/{day}")).ShouldBeProblem(404, "not-found");
        (await tenant.Admin.AskAsync($"/api/analytics/reports/{report}/runs?cursor=eA")).ShouldBeProblem(422, "invalid", "cursor");
    }

    [Fact]
    public async Task Where_there_is_no_mail_server_nobody_is_promised_a_mail()
    {
        await using var app = await Platform.Tests.PlatformApp.StartAsync();
        using var admin = app.Client();
        var site = await admin.SiteAsync();
        var user = (await admin.PostAsync("/api/users", new { name = "Ann", email = "ann@example.org" })).ShouldBe(201).Receipt.StreamId;
        var refused = await admin.PostAsync("/api/analytics/reports", new { siteId = site, name = "a", recipients = new[] { user } });
        refused.ShouldBeProblem(422, "invalid", "recipients");
        refused.Text.ShouldContain("Mail:Host");
        (await admin.PostAsync("/api/analytics/reports", new { siteId = site, name = "a" })).ShouldBe(201);
    }

    [Fact]
    public async Task Who_has_a_site_has_its_reports_and_no_others()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        var other = await tenant.Admin.SiteAsync("other.example.org");
        var (own, foreign) = (await tenant.ScheduleAsync(), (await tenant.Admin.PostAsync("/api/analytics/reports", new { siteId = other, name = "Other" })).ShouldBe(201).Receipt);
        var subject = $"s-{Guid.NewGuid():n}";
        var user = (await tenant.Admin.PostAsync("/api/users", new { name = "Bea", subject })).ShouldBe(201).Receipt.StreamId;
        (await tenant.Admin.PostAsync("/api/roles", new { name = "watchers", permissions = new[] { "analytics.read" } })).ShouldBe(201);
        (await tenant.Admin.PostAsync("/api/grants", new { userId = user, role = "watchers", siteId = tenant.Site })).ShouldBe(201);
        using var bea = host.App.ClientOf(tenant.Id);
        bea.DefaultRequestHeaders.Authorization = new("Bearer", host.App.Issuer.Issue(subject, tenant.Id, [], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));
        await Until.HoldsAsync(async () => (await bea.AskAsync($"/api/analytics/reports/{own}")).Status == 200);
        (await bea.AskAsync($"/api/analytics/reports/{foreign.StreamId}")).ShouldBeProblem(403, "forbidden");
        (await bea.AskAsync($"/api/analytics/reports/{foreign.StreamId}/preview")).ShouldBeProblem(403, "forbidden");
        (await bea.AskAsync($"/api/analytics/reports?after={foreign.Events[0].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("id").GetGuid().ShouldBe(own);
        (await bea.PostAsync("/api/analytics/reports", new { siteId = tenant.Site, name = "a" })).ShouldBeProblem(403, "forbidden");
        (await bea.PostAsync($"/api/analytics/reports/{own}/end")).ShouldBeProblem(403, "forbidden");
        using var stranger = host.App.Client("admin", TenantEndpoints.NewId());
        foreach (var path in new[] { "", "/runs", "/preview", "/runs/2026-04-02" })
            (await stranger.AskAsync($"/api/analytics/reports/{own}{path}")).ShouldBeProblem(404, "not-found");
        foreach (var verb in new[] { "end", "runs/2026-04-02/make", "runs/2026-04-02/resend" })
            (await stranger.PostAsync($"/api/analytics/reports/{own}/{verb}")).ShouldBeProblem(404, "not-found");
    }
}
