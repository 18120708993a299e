using System.Net.Http.Json;
using System.Text.Json;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Faults.Tests;

/// <summary>The process is killed between the day that it summed up and the mail that tells of it.</summary>
public sealed class KilledReportTests
{
    private const string Date = "2026-04-02", Address = "ann@example.org";

    [Fact]
    public async Task A_day_that_was_made_is_mailed_after_kill_minus_nine_with_the_same_id_and_is_made_once()
    {
        using var data = new ScratchDirectory();
        await using var mail = new SmtpReceiver();
        mail.Start();
        // It has the whole mail, and hasn't said so yet.
        mail.Pause = (_, attempt) => attempt == 1 ? TimeSpan.FromSeconds(8) : TimeSpan.Zero;
        await using var platform = await PlatformProcess.StartAsync(data.Path, new Dictionary<string, string>
        {
            ["Mail__Host"] = "127.0.0.1",
            ["Mail__Port"] = $"{mail.Port}",
            ["Mail__From"] = "reports@platform.example",
            ["Mail__Security"] = "none",
            ["Mail__FirstRetrySeconds"] = "0.5",
        });
        using var client = platform.Client();
        var site = await PostAsync("/api/sites", new { name = "News", domain = "news.example.org" });
        var user = await PostAsync("/api/users", new { name = "Ann", email = Address });
        var report = await PostAsync("/api/analytics/reports", new { siteId = site, name = "Mornings", recipients = new[] { user } });
        await PostAsync($"/api/analytics/reports/{report}/runs/{Date}/make", new { });
        await UntilAsync(() => Task.FromResult(mail.Asked.ContainsKey(Address)));

        (await CountAsync("analytics.daily-summary-made"), await CountAsync("analytics.daily-summary-mailed")).ShouldBe((1, 0));
        await platform.KillAsync();
        await platform.StartAsync();

        await UntilAsync(async () => await CountAsync("analytics.daily-summary-mailed") == 1);
        await PostAsync($"/api/analytics/reports/{report}/runs/{Date}/make", new { });
        (await CountAsync("analytics.daily-summary-made"), await CountAsync("analytics.daily-summary-mailed")).ShouldBe((1, 1));
        mail.Asked[Address].ShouldBeGreaterThan(1);
        mail.All.Select(message => message.MessageId).Distinct().ShouldHaveSingleItem("who got it twice can tell");
        var run = (await client.GetFromJsonAsync<JsonElement>($"/api/analytics/reports/{report}/runs/{Date}")).GetProperty("mails")[0];
        (run.GetProperty("state").GetString(), run.GetProperty("attempts").GetInt32()).ShouldBe(("mailed", mail.Asked[Address]));

        async Task<Guid> PostAsync(string path, object body)
        {
            var answer = await client.PostAsJsonAsync(path, body);
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("streamId").GetGuid();
        }

        async Task<long> CountAsync(string type) => (long)(await platform.OwnerConnectionString.QueryAsync($"select count(*) from public.mt_events where type = '{type}'"))!;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var deadline = Environment.TickCount64 + 60_000; !await holds(); await Task.Delay(50))
            (Environment.TickCount64 < deadline).ShouldBeTrue("It didn't become so within 60 s.");
    }
}
