using Microsoft.Extensions.DependencyInjection;
using Platform.Domain.Audit;
using Platform.EventStore;
using Platform.Processors.Audit;
using Platform.Tests;

namespace Platform.Api.Tests.Audit;

public sealed class DeniedOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_denied_attempt_is_an_entry_of_the_trail_without_what_was_sent()
    {
        var item = Guid.CreateVersion7();
        (await As("analyst").PostAsync($"/api/content/{item}/publish?secret=hush", """{"note":"hush"}""")).ShouldBe(403);
        var denied = (await WaitAsync(Tenant, 1)).ShouldHaveSingleItem();
        (denied.Permission, denied.Method, denied.Route, denied.Count).ShouldBe(("content.publish", "POST", "/api/content/{id:guid}/publish", 1));

        var entry = (await Admin.AskAsync($"/api/audit?outcome=denied&after={await SequenceAsync()}")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (entry.GetProperty("actor").GetString(), entry.GetProperty("action").GetString(), entry.GetProperty("summary").GetString())
            .ShouldBe(("test-analyst", "audit.attempt-denied", "Was denied content.publish: POST /api/content/{id:guid}/publish."));
        entry.GetRawText().ShouldNotContain("hush");
        entry.GetRawText().ShouldNotContain($"{item}");
        (await Stranger().AskAsync("/api/audit?outcome=denied")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_command_of_a_bulk_request_that_is_denied_is_noted_too()
    {
        var commands = new[] { new { verb = "publish", id = Guid.CreateVersion7() } };
        await As("analyst").PostAsync("/api/content/bulk", new { commands });
        (await WaitAsync(Tenant, 1)).ShouldHaveSingleItem().Route.ShouldBe("/api/content/bulk");
    }

    [Fact]
    public async Task Without_a_token_there_is_nobody_to_note()
    {
        (await Nobody().PostAsync("/api/content", "{}")).ShouldBe(401);
        (await As("analyst").PostAsync("/api/content", "{}")).ShouldBe(403);
        (await WaitAsync(Tenant, 1)).ShouldHaveSingleItem().Subject.ShouldBe("test-analyst");
    }

    [Fact]
    public async Task Of_many_at_once_the_first_is_written_at_once_and_the_others_as_one_when_the_host_stops()
    {
        await using var app = await PlatformApp.StartAsync();
        using var analyst = app.Client("analyst");
        using var operators = app.Client("operator");
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => (n % 2 == 0 ? analyst : operators).PostAsync("/api/content", "{}")));
        answers.ShouldAllBe(a => a.Status == 403);
        (await analyst.PostAsync("/api/sites", "{}")).ShouldBe(403);

        (await WaitAsync(app, PlatformApp.DemoTenant, "test-analyst", 2)).Select(d => (d.Route, d.Count)).ShouldBe([("/api/content", 1), ("/api/sites", 1)], ignoreOrder: true);
        await app.Services.GetRequiredService<DenialWriter>().StopAsync(CancellationToken.None);
        (await WaitAsync(app, PlatformApp.DemoTenant, "test-analyst", 3)).Select(d => (d.Route, d.Count)).ShouldBe([("/api/content", 1), ("/api/sites", 1), ("/api/content", 99)], ignoreOrder: true);
        (await WaitAsync(app, DocumentStore.PlatformTenant, "test-operator", 2)).Sum(d => d.Count).ShouldBe(100);
        using var anybody = new HttpClient { BaseAddress = app.Url };
        var metrics = (await anybody.AskAsync("/metrics")).Text;
        metrics.ShouldContain("platform_denials_written_total 5\n");
        metrics.ShouldContain("platform_denials_dropped_total 0\n");
    }

    private Task<IReadOnlyList<AttemptDenied>> WaitAsync(string tenant, int count) => WaitAsync(App, tenant, "test-analyst", count);

    private static async Task<IReadOnlyList<AttemptDenied>> WaitAsync(PlatformApp app, string tenant, string subject, int count)
    {
        IReadOnlyList<Event> events = [];
        for (var n = 0; n < 200 && events.Count < count; n++, await Task.Delay(25))
            events = await app.Store.QuerySession(tenant).Events.FetchStreamAsync(AttemptDenied.StreamOf(subject));
        events.Count.ShouldBe(count);
        events.ShouldAllBe(e => e.Headers.User == subject);
        return [.. events.Select(e => e.Data).Cast<AttemptDenied>()];
    }

    private async Task<long> SequenceAsync() =>
        (await App.Store.QuerySession(Tenant).Events.FetchStreamAsync(AttemptDenied.StreamOf("test-analyst")))[^1].Sequence;
}
