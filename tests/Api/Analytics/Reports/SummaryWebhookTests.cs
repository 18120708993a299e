using Json.Schema;
using Platform.Api.Tests.Collaboration;

namespace Platform.Api.Tests.Analytics;

/// <summary>Summaries as webhooks deliver them to a real receiver.</summary>
public sealed class SummaryWebhookTests(ReportHost host) : IClassFixture<ReportHost>
{
    private const string Date = "2026-04-02";

    [Fact]
    public async Task It_is_signed_and_as_the_schema_says_also_of_a_day_without_visitors()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        await tenant.ListenAsync();
        await tenant.ReplayAsync(PastVisits.View("ann", "2026-04-02T10:00"));
        var report = await tenant.ScheduleAsync();
        using var anybody = new HttpClient { BaseAddress = host.App.Url };
        var schema = JsonSchema.FromText((await anybody.AskAsync("/schemas/daily-summary.v1.json")).ShouldBe(200).Text);
        await tenant.MakeAsync(report, Date);
        await tenant.MakeAsync(report, "2026-03-29");
        var got = await tenant.Receiver.WaitAsync(2);
        foreach (var delivery in got)
        {
            delivery.IsSignedWith(tenant.Secret).ShouldBeTrue();
            IsOf(schema, delivery).ShouldBeTrue(delivery.Body);
        }
        got.Select(delivery => delivery.Json.GetProperty("data").GetProperty("summary").GetProperty("day").GetProperty("visits").GetInt64()).Order().ShouldBe([0, 1]);
        // The schema says something.
        IsOf(schema, got[0] with { Body = got[0].Body.Replace("\"schemaVersion\": 1", "\"schemaVersion\": 2") }).ShouldBeFalse();
        IsOf(schema, got[0] with { Body = got[0].Body.Replace("\"pageViews\"", "\"views\"") }).ShouldBeFalse();
        IsOf(schema, got[0] with { Body = got[0].Body.Replace(".daily-summary-made", ".daily-summary-resent") }).ShouldBeFalse();
    }

    [Fact]
    public async Task A_receiver_that_is_down_is_told_later_and_again_on_demand_with_the_same_id()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        await tenant.ListenAsync();
        var report = await tenant.ScheduleAsync();
        tenant.Receiver.Answer = (_, n, _) => n == 1 ? 503 : 204;
        await tenant.MakeAsync(report, Date);
        (await tenant.Receiver.WaitAsync(2)).Select(delivery => delivery.Id).Distinct().ShouldHaveSingleItem();
        await Until.HoldsAsync(async () => (await DeliveriesAsync(tenant)).Contains("\"delivered\""));
        (await tenant.Admin.PostAsync($"/api/analytics/reports/{report}/runs/{Date}/resend")).ShouldBe(200);
        var got = await tenant.Receiver.WaitAsync(3);
        got.Select(delivery => delivery.Body).Distinct().ShouldHaveSingleItem();
        got.Select(delivery => delivery.Id).Distinct().ShouldHaveSingleItem().ShouldBe((await tenant.RunAsync(report, Date)).GetProperty("eventId").GetString());
        await Until.HoldsAsync(async () => (await DeliveriesAsync(tenant)).Contains("\"replays\": 1"));
    }

    [Fact]
    public async Task What_nobody_was_told_of_can_be_sent_again_all_the_same_and_what_was_not_made_cannot()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        var report = await tenant.ScheduleAsync();
        (await tenant.Admin.PostAsync($"/api/analytics/reports/{report}/runs/{Date}/resend")).ShouldBeProblem(404, "not-found");
        await tenant.MakeAsync(report, Date);
        (await tenant.Admin.PostAsync($"/api/analytics/reports/{report}/runs/{Date}/resend")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("analytics.daily-summary-resent");
    }

    private static async Task<string> DeliveriesAsync(ReportTenant tenant) => (await tenant.Admin.AskAsync($"/api/webhooks/{tenant.Webhook}/deliveries")).ShouldBe(200).Text;

    private static bool IsOf(JsonSchema schema, Received delivery) => schema.Evaluate(delivery.Json, new EvaluationOptions { RequireFormatValidation = true }).IsValid;
}
