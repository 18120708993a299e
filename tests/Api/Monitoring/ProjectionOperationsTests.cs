using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Monitoring;
using Platform.Tests;

namespace Platform.Api.Tests.Monitoring;

/// <summary>What operators do to read models over HTTP, on a host of its own: others would wait for what stands still here.</summary>
public sealed class ProjectionOperationsTests(SharedApp own) : IClassFixture<SharedApp>, IDisposable
{
    private readonly PlatformApp _app = own.App;
    private readonly HttpClient _admin = own.App.Client(), _operator = own.App.Client("operator");

    [Fact]
    public async Task A_paused_model_stands_still_and_catches_up_when_it_is_resumed()
    {
        (await _operator.PostAsync("/api/projections/site_details/pause", """{"reason":"Disk is full."}""")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("monitoring.projection-paused");
        await Until.HoldsAsync(async () => await StateAsync("site_details") == "paused");
        // Until the process that follows has noticed.
        await Task.Delay(TimeSpan.FromSeconds(2));
        var receipt = (await _admin.PostAsync("/api/sites", new { name = "Late", domain = "late.example.org" })).ShouldBe(201).Receipt;
        (await _app.Store.QuerySession("").WaitForIndexAsync(receipt.Events[0].Sequence, TimeSpan.FromSeconds(30))).ShouldNotBeNull();
        (await _admin.AskAsync($"/api/sites?after={receipt.Events[0].Sequence}&wait=0")).ShouldBeProblem(503, "unavailable");
        var behind = (await _admin.AskAsync("/api/sites")).ShouldBe(200);
        behind.Items.ShouldNotContain(site => site.GetProperty("name").GetString() == "Late");
        long.Parse(behind.Header("X-Ledger-Lag")!, null).ShouldBeGreaterThanOrEqualTo(receipt.Events.Count);
        (await _operator.AskAsync("/api/projections/site_details")).ShouldBe(200).Json.GetProperty("pause").GetProperty("reason").GetString().ShouldBe("Disk is full.");
        var metrics = (await _operator.AskAsync("/metrics")).ShouldBe(200).Text;
        metrics.ShouldMatch("""platform_projection_paused\{projection="site_details",generation="\d+",shard="test"\} 1""");
        metrics.ShouldMatch("""platform_projection_lag_seconds\{projection="site_details",generation="\d+",shard="[^"]+"\} \d""");

        (await _operator.PostAsync("/api/projections/site_details/resume")).ShouldBe(200).Receipt.Events.Count.ShouldBe(1);
        (await _operator.PostAsync("/api/projections/site_details/resume")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        var caught = (await _admin.AskAsync($"/api/sites?after={receipt.Events[0].Sequence}&wait=30")).ShouldBe(200);
        caught.Items.ShouldContain(site => site.GetProperty("name").GetString() == "Late");
        (await StateAsync("site_details")).ShouldBe("live");
        var told = (await _operator.AskAsync("/api/audit?action=monitoring.projection-paused")).ShouldBe(200).Items[0];
        (told.GetProperty("actor").GetString(), told.GetProperty("summary").GetString()).ShouldBe(("test-operator", "Paused the read model site_details: \"Disk is full\"."));
    }

    [Fact]
    public async Task A_rebuild_is_asked_for_carried_out_compared_and_recorded()
    {
        await _admin.ArticleSiteAsync();
        var asked = (await _operator.PostAsync("/api/projections/site_details/rebuild", """{"reason":"To be sure."}""", ("Idempotency-Key", "rebuild-1"))).ShouldBe(200);
        var location = asked.Header("Location")!;
        location.ShouldStartWith("/api/projections/site_details/rebuilds/");
        (await _operator.PostAsync("/api/projections/site_details/rebuild", """{"reason":"To be sure."}""", ("Idempotency-Key", "rebuild-1"))).ShouldBe(200).Header("Location").ShouldBe(location);
        var finished = await FinishedAsync(location);
        finished.GetProperty("state").GetString().ShouldBe("finished");
        finished.GetProperty("requestedBy").GetString().ShouldBe("test-operator");
        var outcome = finished.GetProperty("outcome");
        (outcome.GetProperty("swapped").GetBoolean(), outcome.GetProperty("onlyInOld").GetInt64(), outcome.GetProperty("onlyInNew").GetInt64(), outcome.GetProperty("parked").GetInt64()).ShouldBe((true, 0, 0, 0));
        (await _operator.AskAsync("/api/projections/site_details/rebuilds")).ShouldBe(200).Items[0].GetProperty("id").GetString().ShouldBe(finished.GetProperty("id").GetString());
        (await _operator.PostAsync($"{location}/cancel")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();

        var retired = (await _operator.AskAsync("/api/projections/site_details")).Json.GetProperty("generations").EnumerateArray().First(g => g.GetProperty("state").GetString() == "retired").GetProperty("generation").GetInt32();
        (await _operator.PostAsync($"/api/projections/site_details/generations/{retired + 1}/drop")).ShouldBeProblem(409, "conflict");
        (await _operator.PostAsync($"/api/projections/site_details/generations/{retired}/drop")).ShouldBe(200).Receipt.Events.Count.ShouldBe(1);
        (await _operator.PostAsync($"/api/projections/site_details/generations/{retired}/drop")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task All_models_are_rebuilt_in_one_pass()
    {
        var location = (await _operator.PostAsync("/api/projections/rebuilds", """{"projections":["*"]}""")).ShouldBe(201).Header("Location")!;
        JsonElement[] parts = [];
        await Until.HoldsAsync(async () => (parts = [.. (await _operator.AskAsync(location)).ShouldBe(200).Json.GetProperty("projections").EnumerateArray()])
            .All(p => p.GetProperty("state").GetString() == "finished"));
        parts.Select(p => p.GetProperty("projection").GetString()).ShouldBe(Platform.Projections.ReadModels.All.Select(m => m.Name), ignoreOrder: true);
        parts.ShouldAllBe(p => p.GetProperty("outcome").GetProperty("swapped").GetBoolean());
    }

    [Fact]
    public async Task A_rebuild_that_cannot_go_on_is_refused_a_second_time_and_cancelled()
    {
        await using (await HeldModel.HoldAsync(_app, "due_items"))
        {
            var location = (await _operator.PostAsync("/api/projections/due_items/rebuild")).ShouldBe(200).Header("Location")!;
            await Task.Delay(TimeSpan.FromSeconds(2));
            (await _operator.PostAsync("/api/projections/due_items/rebuild")).ShouldBeProblem(409, "conflict");
            (await _operator.PostAsync("/api/projections/rebuilds", """{"projections":["due_items","site_details"]}""")).ShouldBeProblem(409, "conflict", "due_items");
            (await _operator.PostAsync($"{location}/cancel")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("monitoring.projection-rebuild-cancelled");
            (await _operator.AskAsync(location)).ShouldBe(200).Json.GetProperty("state").GetString().ShouldBe("cancelled");
            // The node is free for other work, although the lock is still held.
            (await FinishedAsync((await _operator.PostAsync("/api/projections/item_mentions/rebuild")).ShouldBe(200).Header("Location")!)).GetProperty("state").GetString().ShouldBe("finished");
        }
        (await FinishedAsync((await _operator.PostAsync("/api/projections/due_items/rebuild")).ShouldBe(200).Header("Location")!)).GetProperty("outcome").GetProperty("swapped").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_dead_process_left_is_carried_out_by_the_next_one_and_recorded_once()
    {
        var id = Guid.CreateVersion7();
        // As if a process that has the rebuild had been killed a moment ago.
        await RunAsync($"insert into platform.lease (name, holder, epoch, expires_at) values ('operation/rebuild/{id}', gen_random_uuid(), 1, now() + interval '3 seconds')");
        var commands = new ProjectionCommands(_app.Store);
        (await _app.Services.GetRequiredService<CommandRunner>().RunAsync(
            new Arrival(DocumentStore.PlatformTenant, "operator", "cli"), 200, (session, cancel) => commands.Rebuild("signing_keys", id, null, false, null, session, cancel))).ShouldBeOfType<CommandResult.Accepted>();
        (await FinishedAsync($"/api/projections/signing_keys/rebuilds/{id}")).GetProperty("outcome").GetProperty("swapped").GetBoolean().ShouldBeTrue();
        (await _app.Services.GetRequiredService<RebuildRunner>().RunAsync(id, ["signing_keys"], null, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        var events = await _app.Store.QuerySession(DocumentStore.PlatformTenant).Events.FetchStreamAsync(OperatedProjection.IdOf("signing_keys"));
        events.Count(e => e.Data is ProjectionRebuildFinished finished && finished.RebuildId == id).ShouldBe(1);
    }

    [Fact]
    public async Task A_version_that_a_node_built_by_itself_is_told_with_the_rebuilds()
    {
        var (runner, projection) = (_app.Services.GetRequiredService<RebuildRunner>(), new ProjectionCommands(_app.Store).Stored["role_directory"]);
        for (var node = 0; node < 2; node++)
            await runner.RecordAsync(projection, new RebuildReport("role_directory", 40, TimeSpan.FromSeconds(2), 5, null, null), TestContext.Current.CancellationToken);
        var built = (await _operator.AskAsync("/api/projections/role_directory/rebuilds")).ShouldBe(200).Items.Where(r => r.GetProperty("requestedBy").GetString() == RebuildRunner.User).ShouldHaveSingleItem();
        built.GetProperty("outcome").GetProperty("milliseconds").GetInt64().ShouldBe(2_000);
    }

    [Theory]
    [InlineData("site_details/pause", "{}", 422, "invalid", "reason")]
    [InlineData("site_details/pause", """{"reason":7}""", 422, "invalid", "reason")]
    [InlineData("nothing/pause", """{"reason":"Because."}""", 404, "not-found", null)]
    [InlineData("nothing/rebuild", "{}", 404, "not-found", null)]
    [InlineData("projection_controls/pause", """{"reason":"Because."}""", 409, "conflict", null)]
    [InlineData("site_details/rebuild", """{"region":"elsewhere"}""", 422, "invalid", "region")]
    [InlineData("site_details/rebuild", """{"tenantId":"Example"}""", 422, "invalid", "tenantId")]
    [InlineData("site_details/rebuild", """{"soon":true}""", 422, "invalid", "soon")]
    [InlineData("rebuilds", "{}", 422, "invalid", "projections")]
    [InlineData("rebuilds", """{"projections":[]}""", 422, "invalid", "projections")]
    [InlineData("rebuilds", """{"projections":["site_details",null]}""", 422, "invalid", "projections[1]")]
    [InlineData("rebuilds", """{"projections":["site_details","nothing"]}""", 422, "invalid", "projections[1]")]
    [InlineData("site_details/parked/9/skip", """{"reason":"Because."}""", 404, "not-found", null)]
    [InlineData("site_details/parked/nine/skip", """{"reason":"Because."}""", 404, "not-found", null)]
    [InlineData("site_details/generations/999/drop", "{}", 404, "not-found", null)]
    [InlineData("site_details/rebuilds/0198c0de-0000-7000-8000-000000000001/cancel", "{}", 404, "not-found", null)]
    public async Task What_makes_no_sense_is_refused(string path, string body, int status, string kind, string? field) =>
        (await _operator.PostAsync($"/api/projections/{path}", body)).ShouldBeProblem(status, kind, field);

    [Fact]
    public async Task Only_the_platforms_own_operators_operate()
    {
        foreach (var path in new[] { "site_details/pause", "site_details/resume", "site_details/rebuild", "rebuilds", "site_details/parked/1/retry", "site_details/parked/1/skip", "site_details/generations/1/drop" })
            (await _admin.PostAsync($"/api/projections/{path}", """{"reason":"Because."}""")).ShouldBeProblem(403, "forbidden");
        foreach (var path in new[] { "", "/site_details", "/parked", "/site_details/parked", "/site_details/rebuilds" })
            (await _admin.AskAsync($"/api/projections{path}")).ShouldBeProblem(403, "forbidden");
        // Nor does the role make an operator: the platform's own tenant does.
        var token = _app.Issuer.Issue("posing", PlatformApp.DemoTenant, ["operator"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
        using var posing = new HttpClient { BaseAddress = _app.Url, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        (await posing.AskAsync("/api/projections/parked")).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_model_that_is_not_built_yet_is_503_and_says_so()
    {
        var read = "read.signatures_v" + new ProjectionCommands(_app.Store).Stored["signatures"].Version;
        await RunAsync($"alter view {read} rename to away");
        try
        {
            using var auditor = _app.Client("auditor");
            var answer = await auditor.AskAsync("/api/audit/signatures");
            answer.ShouldBeProblem(503, "unavailable");
            answer.Header("Retry-After").ShouldNotBeNull();
            answer.Json.GetProperty("detail").GetString()!.ShouldStartWith("The read model signatures is being built.");
        }
        finally
        {
            await RunAsync($"alter view read.away rename to {read["read.".Length..]}");
        }
    }

    public void Dispose()
    {
        _admin.Dispose();
        _operator.Dispose();
    }

    private async Task<string?> StateAsync(string name) => (await _operator.AskAsync("/api/projections")).ShouldBe(200).Items
        .Where(p => p.GetProperty("name").GetString() == name).Select(p => p.GetProperty("state").GetString()).FirstOrDefault(s => s is "live" or "paused" or "failed");

    private async Task<JsonElement> FinishedAsync(string location)
    {
        JsonElement rebuild = default;
        await Until.HoldsAsync(async () => (rebuild = (await _operator.AskAsync(location)).ShouldBe(200).Json).GetProperty("state").GetString() is "finished" or "cancelled");
        return rebuild;
    }

    private async Task RunAsync(string sql)
    {
        await using var command = own.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
