using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore;
using Platform.Processors.Security;
using Platform.Projections.Security;
using Platform.Tests;

namespace Platform.Processors.Tests.Security;

/// <summary>On the real host: people who were kept as long as a rule says, found due by jobs whose clocks are ahead of everybody's.</summary>
public sealed class RetentionErasureTests : IAsyncLifetime
{
    private const string OtherTenant = "othertenant2";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private PlatformApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync();
        _admin = _app.Client();
    }

    [Fact]
    public async Task Each_is_asked_for_once_by_any_number_of_nodes_with_the_rules_name_and_nobody_elses()
    {
        await PolicyAsync(_admin, """{"fourEyes":true,"retention":[{"name":"Leads","days":30,"since":"registration"}]}""");
        using var other = _app.Client("admin", OtherTenant);
        await PolicyAsync(other, """{"retention":[{"name":"Leads","days":60,"since":"registration"}]}""");
        var subjects = new List<Guid>();
        for (var n = 0; n < 10; n++)
            subjects.Add(await RegisterAsync(_admin));
        var (theirs, awaiting, restricted) = (await RegisterAsync(other), await RegisterAsync(_admin), await RegisterAsync(_admin));
        await PostAsync(_admin, $"/api/privacy/subjects/{awaiting}/erase", new { cause = "obligation" });
        await PostAsync(_admin, $"/api/privacy/subjects/{restricted}/restrict", new { reason = "Needed in court" });
        await CaughtUpAsync();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Job(TimeSpan.FromDays(29)).RunOnceAsync(CancellationToken.None)));
        foreach (var subject in subjects)
            (await TypesAsync(subject)).ShouldBe(["security.subject-registered"], "before the rule says so");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Job(TimeSpan.FromDays(31)).RunOnceAsync(CancellationToken.None)));

        foreach (var subject in subjects)
        {
            (await TypesAsync(subject)).Count(type => type == "security.erasure-requested").ShouldBe(1);
            var erasure = (await _admin.GetFromJsonAsync<JsonElement>($"/api/privacy/subjects/{subject}")).GetProperty("erasure");
            (erasure.GetProperty("cause").GetString(), erasure.GetProperty("rule").GetString(), erasure.GetProperty("requestedBy").GetString()).ShouldBe(("retention", "Leads", Processors.Security.SubjectErasure.User));
            erasure.GetProperty("state").GetString().ShouldNotBe("awaits-approval");
        }
        (await TypesAsync(theirs, OtherTenant)).ShouldBe(["security.subject-registered"]);
        (await TypesAsync(awaiting)).Count(type => type == "security.erasure-requested").ShouldBe(1);
        (await TypesAsync(restricted)).ShouldNotContain("security.erasure-requested");
    }

    [Fact]
    public async Task The_last_event_counts_and_a_rule_erases_nobody_on_its_first_day()
    {
        await PolicyAsync(_admin, """{"retention":[{"name":"Idle","days":1,"since":"last-event"}]}""");
        var subject = await RegisterAsync(_admin);
        await CaughtUpAsync();
        var ahead = DateTimeOffset.UtcNow.AddDays(1);
        (await RetentionRules.FindDueAsync(_app.Store, ahead.AddMinutes(1), TimeSpan.FromDays(2), 10, CancellationToken.None)).ShouldBeEmpty("the rule stands for a day alone");
        (await RetentionRules.FindDueAsync(_app.Store, ahead.AddMinutes(1), TimeSpan.FromDays(1), 10, CancellationToken.None)).Select(due => due.SubjectId).ShouldBe([subject]);

        await PostAsync(_admin, $"/api/privacy/subjects/{subject}/provide", new { });
        // The read model finds them due by what it had; the stream knows better.
        (await DecideAsync(subject, ahead)).ShouldBeEmpty();

        await CaughtUpAsync();
        await Job(TimeSpan.FromDays(1.1)).RunOnceAsync(CancellationToken.None);
        (await TypesAsync(subject)).ShouldContain("security.erasure-requested");
    }

    /// <summary>What was recorded about somebody in another stream between finding them due and deciding didn't count: a guardian was erased on the day that they had consented.</summary>
    [Fact]
    public async Task The_last_event_counts_in_whatever_stream_it_is()
    {
        await PolicyAsync(_admin, """{"retention":[{"name":"Idle","days":1,"since":"last-event"}]}""");
        var (guardian, child) = (await RegisterAsync(_admin), await RegisterAsync(_admin));
        await PostAsync(_admin, "/api/privacy/purposes", new { name = "newsletter", legalBasis = "consent", description = "To send news.", categories = new[] { "contact" } });
        await CaughtUpAsync();
        var ahead = DateTimeOffset.UtcNow.AddDays(1);
        (await RetentionRules.FindDueAsync(_app.Store, ahead, TimeSpan.Zero, 10, CancellationToken.None)).Select(due => due.SubjectId).ShouldContain(guardian);

        await PostAsync(_admin, $"/api/privacy/subjects/{child}/give-consent", new { purpose = "newsletter", purposeVersion = 1, guardianId = guardian, guardianStatement = "She may" });
        await CaughtUpAsync();

        (await DecideAsync(guardian, ahead)).ShouldBeEmpty();
        (await DecideAsync(guardian, ahead.AddMinutes(1))).ShouldHaveSingleItem();
    }

    private async Task<IReadOnlyList<ReceiptEvent>> DecideAsync(Guid subject, DateTimeOffset now) =>
        (await _app.Services.GetRequiredService<CommandRunner>().RunAsync(new Arrival(PlatformApp.DemoTenant, "test", "test"), 200,
            (session, cancel) => PrivacyCommands.EraseByRule(new FallenDue(PlatformApp.DemoTenant, subject, new("Idle", 1, "last-event")), "test", now, session, cancel)))
        .ShouldBeOfType<CommandResult.Accepted>().Receipt.Events;

    private RetentionErasure Job(TimeSpan ahead) => new(_app.Store, _app.Services.GetRequiredService<CommandRunner>(), new AheadClock(ahead), NullLogger<RetentionErasure>.Instance);

    private async Task CaughtUpAsync()
    {
        foreach (var model in new[] { SubjectDetails.ReadModel, SubjectEvents.ReadModel, RetentionRules.ReadModel })
            (await _app.Store.QuerySession(PlatformApp.DemoTenant).WaitForAllAsync(model, Patience)).ShouldBeTrue();
    }

    private async Task<IReadOnlyList<string>> TypesAsync(Guid subject, string tenant = PlatformApp.DemoTenant) =>
        [.. (await _app.Store.QuerySession(tenant).Events.FetchStreamAsync(subject)).Select(e => e.Type)];

    private static async Task PolicyAsync(HttpClient client, string policy)
    {
        using var content = new StringContent(policy, System.Text.Encoding.UTF8, "application/json");
        (await client.PutAsync("/api/privacy/policy", content)).EnsureSuccessStatusCode();
    }

    private static async Task<Guid> RegisterAsync(HttpClient client) => await PostAsync(client, "/api/privacy/subjects", new { name = "Ada" });

    private static async Task<Guid> PostAsync(HttpClient client, string path, object body)
    {
        var response = await client.PostAsJsonAsync(path, body);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("streamId").GetGuid();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class AheadClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
