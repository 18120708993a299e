using System.Text.Json;
using Platform.Tests;

namespace Platform.Api.Tests.Collaboration;

public sealed class WebhookOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private const string Url = "https://hooks.example/platform";

    [Fact]
    public async Task A_webhook_is_created_changed_disabled_and_read_as_it_was()
    {
        var created = (await Admin.PostAsync("/api/webhooks", new { url = Url, events = new[] { "content.*" }, description = "Search" }, ("Idempotency-Key", "w1"))).ShouldBe(201);
        created.Json.GetProperty("secret").GetString()!.ShouldStartWith("whsec_");
        created.Header("Cache-Control").ShouldBe("no-store");
        var id = created.Json.GetProperty("streamId").GetGuid();
        created.Header("Location").ShouldBe($"/api/webhooks/{id}");
        (await Admin.PostAsync("/api/webhooks", new { url = Url, events = new[] { "content.*" }, description = "Search" }, ("Idempotency-Key", "w1"))).ShouldBe(201).Text.ShouldBe(created.Text);

        (await Admin.PutAsync($"/api/webhooks/{id}", new { url = Url, events = new[] { "sites.*" } }, ("If-Match", "\"1\""))).ShouldBe(200).Receipt.Version.ShouldBe(2);
        (await Admin.PutAsync($"/api/webhooks/{id}", new { url = Url, events = new[] { "sites.*" } }, ("If-Match", "\"1\""))).ShouldBeProblem(412, "stale-version");
        (await Admin.PostAsync($"/api/webhooks/{id}/disable", new { reason = "Moving" })).ShouldBe(200);
        await RefusedAsync(() => Admin.PostAsync($"/api/webhooks/{id}/disable", "{}"), 422, "invalid", "reason");
        await RefusedAsync(() => Admin.PostAsync($"/api/webhooks/{id}/rotate-secret", new { keepHours = 1000 }), 422, "invalid", "keepHours");
        var now = (await Admin.AskAsync($"/api/webhooks/{id}")).ShouldBe(200).Json;
        (now.GetProperty("enabled").GetBoolean(), now.GetProperty("disabledBecause").GetString(), now.GetProperty("events")[0].GetString()).ShouldBe((false, "Moving", "sites.*"));
        (await Admin.AskAsync($"/api/webhooks/{id}?asOf=1")).ShouldBe(200).Json.GetProperty("description").GetString().ShouldBe("Search");
        (await As("auditor").AskAsync($"/api/webhooks/{id}")).ShouldBe(200);
        await RefusedAsync(() => As("auditor").PostAsync($"/api/webhooks/{id}/test"), 403, "forbidden");
        await RefusedAsync(() => As("editor").PostAsync("/api/webhooks", "{}"), 403, "forbidden");
    }

    [Theory]
    [InlineData("http://hooks.example/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://[::1]:8443/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://metadata.google.internal/")]
    [InlineData("https://user:password@hooks.example/")]
    [InlineData("https://hooks.example:22/")]
    [InlineData("gopher://hooks.example/")]
    [InlineData("")]
    public async Task A_url_that_deliveries_may_not_go_to_is_refused(string url)
    {
        await RefusedAsync(() => Admin.PostAsync("/api/webhooks", JsonSerializer.Serialize(new { url, events = new[] { "*" } })), 422, "invalid", "url");
    }

    [Theory]
    [InlineData("""{"url":"https://hooks.example/","events":["nothing.*"]}""", "events[0]")]
    [InlineData("""{"url":"https://hooks.example/","events":[null]}""", "events[0]")]
    [InlineData("""{"url":"https://hooks.example/"}""", "events")]
    [InlineData("""{"url":"https://hooks.example/","events":["*"],"siteId":"0198c0de-0000-7000-8000-000000000040"}""", "siteId")]
    [InlineData("""{"url":"https://hooks.example/","events":["*"],"secret":"mine"}""", "secret")]
    public async Task What_is_wrong_is_named(string body, string field) => await RefusedAsync(() => Admin.PostAsync("/api/webhooks", body), 422, "invalid", field);

    [Fact]
    public async Task An_unknown_delivery_is_404()
    {
        var id = (await Admin.PostAsync("/api/webhooks", new { url = Url, events = new[] { "*" } })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        foreach (var delivery in new[] { "nonsense", $"{Guid.CreateVersion7()}" })
            await RefusedAsync(() => Admin.PostAsync($"/api/webhooks/{id}/deliveries/{delivery}/replay"), 404, "not-found");
        (await Admin.AskAsync($"/api/webhooks/{id}/deliveries?state=lost")).ShouldBeProblem(422, "invalid", "state");
    }

    [Fact]
    public async Task The_key_that_secrets_come_from_is_a_private_file()
    {
        (await Admin.PostAsync("/api/webhooks", new { url = Url, events = new[] { "*" } })).ShouldBe(201);
        var file = Path.Combine(App.DataDirectory, "keys", "webhooks.key");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}

/// <summary>A webhook that fails for so long that nobody can be at home.</summary>
public sealed class WebhookDisablingTests
{
    [Fact]
    public async Task A_webhook_that_fails_for_long_is_disabled_with_the_reason()
    {
        await using var app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?>(WebhookHost.Settings) { ["Webhooks:DisableAfterHours"] = "0.0001" });
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, _, _) => 500;
        using var admin = app.Client();
        var webhook = (await admin.PostAsync("/api/webhooks", new { url = receiver.Url, events = new[] { "sites.site-created" } })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        await admin.SiteAsync();
        JsonElement details = default;
        for (var n = 0; n < 500 && (details = (await admin.AskAsync($"/api/webhooks/{webhook}")).Json).GetProperty("enabled").GetBoolean(); n++)
            await Task.Delay(40);
        details.GetProperty("disabledBecause").GetString()!.ShouldMatch(@"^Nothing was delivered since \d{4}-\d\d-\d\d \d\d:\d\d UTC\. The receiver answered 500\.$");
        receiver.All.Count.ShouldBeInRange(2, 3);
    }
}
