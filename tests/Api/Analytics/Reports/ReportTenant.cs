using System.Globalization;
using System.Text.Json;
using Platform.Api.Sites;
using Platform.Api.Tests.Collaboration;
using Platform.Api.Tests.Sites;

namespace Platform.Api.Tests.Analytics;

/// <summary>A tenant with a site in Vienna, and what it's asked and told of reports.</summary>
internal sealed class ReportTenant : IAsyncDisposable
{
    private readonly ReportHost _host;

    private ReportTenant(ReportHost host, Receiver receiver) => (_host, Receiver, Admin) = (host, receiver, host.App.Client("admin", Id));

    public string Id { get; } = TenantEndpoints.NewId();
    public HttpClient Admin { get; }
    public Receiver Receiver { get; }
    public Guid Site { get; private set; }
    public string Secret { get; private set; } = "";
    public Guid Webhook { get; private set; }

    /// <param name="host">Has it.</param>
    /// <param name="zone">Of the site.</param>
    public static async Task<ReportTenant> StartAsync(ReportHost host, string zone = "Europe/Vienna")
    {
        var tenant = new ReportTenant(host, await Receiver.StartAsync());
        tenant.Site = await tenant.Admin.SiteAsync();
        (await tenant.Admin.PostAsync($"/api/sites/{tenant.Site}/config/set", new { values = new Dictionary<string, string> { ["timezone"] = zone } })).ShouldBe(200);
        // What scheduled work reads of the site follows the log.
        (await host.App.Store.QuerySession(tenant.Id).WaitForAllAsync("site_configuration", TimeSpan.FromSeconds(20))).ShouldBeTrue();
        return tenant;
    }

    public async Task ListenAsync()
    {
        var answer = (await Admin.PostAsync("/api/webhooks", new { url = Receiver.Url, events = new[] { "analytics.daily-summary-made" }, siteId = Site })).ShouldBe(201);
        (Webhook, Secret) = (answer.Json.GetProperty("streamId").GetGuid(), answer.Json.GetProperty("secret").GetString()!);
    }

    public async Task<Guid> UserAsync(string? email) => (await Admin.PostAsync("/api/users", new { name = "Ann", subject = $"s-{Guid.NewGuid():n}", email })).ShouldBe(201).Receipt.StreamId;

    public async Task<Guid> ScheduleAsync(params Guid[] recipients) =>
        (await Admin.PostAsync("/api/analytics/reports", new { siteId = Site, name = "Mornings", recipients })).ShouldBe(201).Receipt.StreamId;

    public async Task<Answer> MakeAsync(Guid report, string date) => (await Admin.PostAsync($"/api/analytics/reports/{report}/runs/{date}/make")).ShouldBe(200);

    public async Task<JsonElement> RunAsync(Guid report, string date) => (await Admin.AskAsync($"/api/analytics/reports/{report}/runs/{date}")).ShouldBe(200).Json;

    /// <summary>What became of the mail to a user, once that is so.</summary>
    public async Task<JsonElement> MailAsync(Guid report, string date, Guid user, string state)
    {
        JsonElement mail = default;
        await Until.HoldsAsync(async () =>
            (mail = (await RunAsync(report, date)).GetProperty("mails").EnumerateArray().Single(mail => mail.GetProperty("userId").GetGuid() == user)).GetProperty("state").GetString() == state);
        return mail;
    }

    public Task ReplayAsync(params object[] views) => Admin.ReplayAsync(_host.App, Id, Site, views);

    /// <summary>Types of the events of a stream or of the tenant, in their order.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string like)
    {
        await using var command = _host.Owner.CreateCommand("select type from public.mt_events where tenant_id = $1 and type like $2 order by seq_id");
        command.Parameters.Add(new() { Value = Id });
        command.Parameters.Add(new() { Value = like });
        await using var reader = await command.ExecuteReaderAsync();
        var types = new List<string>();
        while (await reader.ReadAsync())
            types.Add(reader.GetString(0));
        return types;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Receiver.DisposeAsync();
    }

    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
