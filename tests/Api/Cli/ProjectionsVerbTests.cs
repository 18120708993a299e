using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Monitoring;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Processors.Monitoring;
using Platform.Tests;

namespace Platform.Api.Tests.Cli;

/// <summary><c>./platform projections</c> and <c>rebuild</c>, beside a running host (one of its own) and without one.</summary>
public sealed class ProjectionsVerbTests : IAsyncLifetime
{
    private PlatformApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await PlatformApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_table_is_plain_when_piped_and_shows_what_operators_did()
    {
        var shown = (await RunAsync("projections", "--watch")).ShouldEnd(0);
        shown.ShouldMatch("content_type_details +live");
        shown.ShouldNotContain("\u001b");
        (await RunAsync("projections", "pause", "site_details", "--reason", "Disk is full.")).ShouldEnd(0).ShouldBe("site_details is paused\n");
        (await RunAsync("projections")).ShouldEnd(0).ShouldMatch("site_details +paused");
        (await RunAsync("projections", "resume", "site_details", "--user", "ann")).ShouldEnd(0).ShouldBe("site_details follows the log\n");
        (await RunAsync("projections")).ShouldEnd(0).ShouldMatch("site_details +live");
        var events = await EventsAsync("site_details");
        events.Select(e => (e.Type, e.Headers.User, e.Headers.Trigger)).ShouldBe([("monitoring.projection-paused", "operator", "cli"), ("monitoring.projection-resumed", "ann", "cli")]);
    }

    [Fact]
    public async Task Several_are_rebuilt_in_one_pass_and_what_came_of_it_is_recorded()
    {
        var rebuilt = (await RunAsync("rebuild", "--projection", "site_details", "--projection", "role_directory", "--region", "local", "--reason", "To be sure.")).ShouldEnd(0).TrimEnd().Split('\n');
        rebuilt.Length.ShouldBe(2);
        rebuilt.ShouldAllBe(line => line.EndsWith(" rows, equal to the old model", StringComparison.Ordinal));
        var events = await EventsAsync("site_details");
        events.Select(e => e.Type).ShouldBe(["monitoring.projection-rebuild-requested", "monitoring.projection-rebuild-finished"]);
        ((ProjectionRebuildFinished)events[1].Data).RebuildId.ShouldBe(((ProjectionRebuildFinished)(await EventsAsync("role_directory"))[1].Data).RebuildId);
        (await RunAsync("projections", "drop", "site_details", "1")).ShouldEnd(0).ShouldBe("generation 1 of site_details is dropped\n");
        (await RunAsync("projections", "drop", "site_details", "2")).ShouldEnd(1).ShouldContain("Generation 2 of site_details is what readers see.");
    }

    /// <summary>Such a rebuild was told as cancelled, and failed.</summary>
    [Fact]
    public async Task What_another_process_finished_is_told_as_it_ended()
    {
        (await RunAsync("rebuild", "--projection", "site_details", "--projection", "role_directory")).ShouldEnd(0);
        var rebuild = ((ProjectionRebuildFinished)(await EventsAsync("site_details"))[^1].Data).RebuildId;
        var runner = _app.Services.GetRequiredService<RebuildRunner>();
        var recorded = await runner.RecordedAsync(rebuild, ["site_details", "role_directory", "audit_trail"], CancellationToken.None);
        recorded.Select(report => (report.Projection, report.IsClean, report.Swapped)).ShouldBe([("site_details", true, true), ("role_directory", true, true)]);
        (await runner.RecordedAsync(Guid.NewGuid(), ["site_details"], CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_parked_event_makes_it_fail_until_it_is_settled()
    {
        using var admin = _app.Client();
        var site = await admin.SiteAsync();
        await using var owner = Npgsql.NpgsqlDataSource.Create(_app.Database.OwnerConnectionString);
        var sequence = $"{await Poison.AppendAsync(owner, PlatformApp.DemoTenant, site)}";
        for (var n = 0; n < 300 && (await ProjectionOperations.ParkedAsync(_app.Store.Options.Database, null, null, 10)).Count < 2; n++)
            await Task.Delay(100);

        (await RunAsync("projections")).ShouldEnd(1);
        var parked = (await RunAsync("projections", "parked", "site_details")).ShouldEnd(0);
        parked.ShouldMatch($"site_details  sequence {sequence}  sites.site-renamed  tenant {PlatformApp.DemoTenant}  stream {site}  version 2 ");
        parked.ShouldContain("JsonException");
        (await RunAsync("rebuild", "--projection", "site_details")).ShouldEnd(1).ShouldContain("1 events couldn't be applied, the old model stays: see ./platform projections parked site_details");
        (await RunAsync("projections", "retry", "site_details", sequence)).ShouldEnd(2);
        (await RunAsync("projections", "retry", "site_details", sequence, "--reason", "Perhaps.")).ShouldEnd(1);
        (await RunAsync("projections", "skip", "site_details", sequence, "--reason", "A writer's mistake.")).ShouldEnd(0);
        (await RunAsync("projections", "skip", "site_details", sequence, "--reason", "Again.")).ShouldEnd(1).ShouldContain($"site_details has no event of sequence {sequence} parked.");
        (await RunAsync("projections")).ShouldEnd(1);
        (await RunAsync("projections", "skip", "audit_trail", sequence, "--reason", "A writer's mistake.")).ShouldEnd(0);
        (await RunAsync("projections")).ShouldEnd(0);
        (await RunAsync("projections", "parked")).ShouldEnd(0).ShouldBe("no event is parked\n");
        (await RunAsync("rebuild", "--tenant", PlatformApp.DemoTenant, "--projection", "site_details")).ShouldEnd(0);
    }

    [Theory]
    [InlineData(2, "There is no projection nothing; there are ", "rebuild", "--projection", "nothing")]
    [InlineData(2, "There is no region mars; there is local.", "rebuild", "--region", "mars")]
    [InlineData(1, "Must be 12 lower-case base32 characters", "rebuild", "--tenant", "Example")]
    [InlineData(1, "There is no projection nothing; there are ", "projections", "pause", "nothing", "--reason", "x")]
    [InlineData(1, "it can't be paused itself", "projections", "pause", "projection_controls", "--reason", "x")]
    [InlineData(2, "--reason", "projections", "pause", "site_details")]
    public async Task What_makes_no_sense_is_said(int exit, string why, params string[] arguments) => (await RunAsync(arguments)).ShouldEnd(exit).ShouldContain(why);

    [Fact]
    public async Task A_stopped_rebuild_is_recorded_and_the_next_one_goes_on()
    {
        await using (await HeldModel.HoldAsync(_app, "due_items"))
        {
            using var rebuild = Verb.Start(_app, "rebuild", "--projection", "due_items");
            for (var n = 0; n < 300 && (await EventsAsync("due_items")).Count == 0; n++)
                await Task.Delay(100);
            using (var stop = Process.Start("kill", ["-TERM", $"{rebuild.Id}"]))
                await stop.WaitForExitAsync();
            (await rebuild.StandardError.ReadToEndAsync()).ShouldContain("stopped; what was built is kept");
            await rebuild.WaitForExitAsync();
            rebuild.ExitCode.ShouldBe(130);
        }
        (await EventsAsync("due_items")).Select(e => e.Type).ShouldBe(["monitoring.projection-rebuild-requested", "monitoring.projection-rebuild-cancelled"]);
        (await RunAsync("rebuild", "--projection", "due_items")).ShouldEnd(0).ShouldContain("equal to the old model");
    }

    [Fact]
    public async Task A_rebuild_that_was_killed_is_gone_on_with_by_the_host_and_recorded_once()
    {
        await using (await HeldModel.HoldAsync(_app, "due_items"))
        {
            using var rebuild = Verb.Start(_app, "rebuild", "--projection", "due_items");
            for (var n = 0; n < 300 && (await EventsAsync("due_items")).Count == 0; n++)
                await Task.Delay(100);
            rebuild.Kill();
            await rebuild.WaitForExitAsync();
        }
        for (var n = 0; n < 300 && (await EventsAsync("due_items")).Count < 2; n++)
            await Task.Delay(100);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var finished = (await EventsAsync("due_items")).Where(e => e.Data is ProjectionRebuildFinished).ShouldHaveSingleItem();
        finished.Headers.User.ShouldBe(Processors.Monitoring.RebuildRunner.User);
        ((ProjectionRebuildFinished)finished.Data).Outcome.IsClean().ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_host_everything_works_too()
    {
        await using var database = await PlatformDatabase.CreateAsync();
        using var scratch = new ScratchDirectory();
        Task<Verb> ThereAsync(params string[] arguments) => Verb.RunAsync(scratch.Path, database.OwnerConnectionString, arguments);
        (await ThereAsync("rebuild")).ShouldEnd(0).ShouldContain("site_details: ");
        (await ThereAsync("projections", "pause", "site_details", "--reason", "Disk is full.")).ShouldEnd(0);
        (await ThereAsync("projections")).ShouldEnd(0).ShouldMatch("site_details +paused");
        (await ThereAsync("projections", "resume", "site_details")).ShouldEnd(0);
        (await ThereAsync("projections")).ShouldEnd(0).ShouldMatch("site_details +live");
    }

    private Task<IReadOnlyList<Event>> EventsAsync(string projection) =>
        _app.Store.QuerySession(DocumentStore.PlatformTenant).Events.FetchStreamAsync(OperatedProjection.IdOf(projection));

    private Task<Verb> RunAsync(params string[] arguments) => Verb.RunAsync(_app, arguments);
}
