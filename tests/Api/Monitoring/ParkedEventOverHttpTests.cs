using Platform.Domain.Monitoring;
using Platform.Tests;

namespace Platform.Api.Tests.Monitoring;

/// <summary>An event that read models can't apply, from the alarm until all is well, on a host of its own.</summary>
public sealed class ParkedEventOverHttpTests(SharedApp own) : IClassFixture<SharedApp>, IDisposable
{
    private readonly PlatformApp _app = own.App;
    private readonly HttpClient _admin = own.App.Client(), _operator = own.App.Client("operator");

    [Fact]
    public async Task It_is_parked_told_tried_again_and_left_out_and_nothing_else_is_missing()
    {
        var site = await _admin.SiteAsync();
        var sequence = await Poison.AppendAsync(own.Owner, PlatformApp.DemoTenant, site);
        IReadOnlyList<System.Text.Json.JsonElement> parked = [];
        await Until.HoldsAsync(async () => (parked = (await _operator.AskAsync("/api/projections/parked")).ShouldBe(200).Items).Count == 2 && parked.All(e => e.GetProperty("held").GetInt64() == 1));
        parked.Select(e => e.GetProperty("projection").GetString()).ShouldBe(["audit_trail", "site_details"]);
        var told = parked[1];
        (told.GetProperty("sequence").GetInt64(), told.GetProperty("tenantId").GetString(), told.GetProperty("streamId").GetGuid(), told.GetProperty("version").GetInt64(), told.GetProperty("type").GetString())
            .ShouldBe((sequence, PlatformApp.DemoTenant, site, 2, "sites.site-renamed"));
        told.GetProperty("error").GetString()!.ShouldStartWith("JsonException");
        told.EnumerateObject().Select(m => m.Name).ShouldNotContain("data");
        (await _operator.AskAsync("/api/projections/parked?limit=1")).Next.ShouldNotBeNull();
        (await _operator.AskAsync($"/api/projections/parked?limit=1&cursor={(await _operator.AskAsync("/api/projections/parked?limit=1")).Next}")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("projection").GetString().ShouldBe("site_details");
        (await _operator.AskAsync("/api/projections/parked?tenantId=othertenant2")).ShouldBe(200).Items.ShouldBeEmpty();
        (await _operator.AskAsync("/api/projections/due_items/parked")).ShouldBe(200).Items.ShouldBeEmpty();

        // The model is as it was before the event, not wrong, and everybody who should know does.
        (await NameAsync(site)).ShouldBe("www.example.org");
        var health = (await _operator.AskAsync("/health/ready")).ShouldBe(200).Json;
        health.GetProperty("status").GetString().ShouldBe("Degraded");
        health.GetProperty("checks").GetProperty("database").GetProperty("description").GetString()!.ShouldContain("site_details (1 events parked, 1 held)");
        var metrics = (await _operator.AskAsync("/metrics")).Text;
        metrics.ShouldContain("platform_projection_parked{projection=\"site_details\",generation=\"1\",shard=\"test\"} 1");
        metrics.ShouldContain("platform_projection_held{projection=\"site_details\",generation=\"1\",shard=\"test\"} 1");

        // The code is what it was: it stays parked.
        (await _operator.PostAsync($"/api/projections/site_details/parked/{sequence}/retry", "{}")).ShouldBeProblem(422, "invalid", "reason");
        var retried = await FinishedAsync(await ResolveAsync("site_details", sequence, "retry", "Perhaps."));
        (retried.Parked, retried.Swapped).ShouldBe((1, false));
        (await _operator.AskAsync("/api/projections/site_details/parked")).Items.Count.ShouldBe(1);

        foreach (var name in new[] { "site_details", "audit_trail" })
            (await FinishedAsync(await ResolveAsync(name, sequence, "skip", "A writer's mistake."))).IsClean().ShouldBeTrue();
        (await NameAsync(site)).ShouldBe("After");
        (await _operator.AskAsync("/api/projections/parked")).Items.ShouldBeEmpty();
        (await _operator.AskAsync("/health/ready")).Json.GetProperty("status").GetString().ShouldBe("Healthy");
        (await FinishedAsync((await _operator.PostAsync("/api/projections/site_details/rebuild")).ShouldBe(200).Header("Location")!)).ShouldSatisfyAllConditions(
            whole => whole.IsClean().ShouldBeTrue(), whole => whole.Swapped.ShouldBeTrue(), whole => whole.OnlyInOld.ShouldBe(0));
        (await NameAsync(site)).ShouldBe("After");
        (await _operator.AskAsync("/api/audit?action=monitoring.projection-event-skipped")).ShouldBe(200).Items.Count.ShouldBe(2);
    }

    public void Dispose()
    {
        _admin.Dispose();
        _operator.Dispose();
    }

    private async Task<string?> NameAsync(Guid site) =>
        (await _admin.AskAsync("/api/sites")).ShouldBe(200).Items.Single(s => s.GetProperty("id").GetGuid() == site).GetProperty("name").GetString();

    private async Task<string> ResolveAsync(string name, long sequence, string verb, string reason)
    {
        var answer = (await _operator.PostAsync($"/api/projections/{name}/parked/{sequence}/{verb}", new { reason })).ShouldBe(200);
        answer.Receipt.Events.Select(e => e.Type).ShouldBe([verb == "skip" ? "monitoring.projection-event-skipped" : "monitoring.projection-event-retried", "monitoring.projection-rebuild-requested"]);
        return answer.Header("Location")!;
    }

    private async Task<RebuildOutcome> FinishedAsync(string location)
    {
        Answer? answer = null;
        await Until.HoldsAsync(async () => (answer = (await _operator.AskAsync(location)).ShouldBe(200)).Json.GetProperty("state").GetString() == "finished");
        return System.Text.Json.JsonSerializer.Deserialize(answer!.Json.GetProperty("outcome"), MonitoringJson.Default.RebuildOutcome)!;
    }
}
