using Npgsql;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>The embedded PostgreSQL dies under a running host, which must not, and must have it back.</summary>
public sealed class DatabaseRestartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_host_outlives_its_database_however_that_ends()
    {
        var seed = Seed.Choose(output);
        using var data = new ScratchDirectory();
        await using var platform = await PlatformProcess.StartAsync(data.Path);
        using var client = platform.Client();
        await using var newsroom = await Newsroom.OpenAsync(client, seed);
        foreach (var end in new[] { Signal.Kill, Signal.Quit, Signal.Interrupt })
        {
            await newsroom.AwaitReceiptsAsync(20, TimeSpan.FromSeconds(30));
            var killed = platform.Postmaster;
            Signal.Send(killed, end);
            await platform.AwaitPostmasterAfterAsync(killed);
            await newsroom.AwaitReceiptsAsync(20, TimeSpan.FromSeconds(30));
            platform.Postmaster.ShouldNotBe(killed);
        }
        // The postmaster answers the death of one of its processes by ending all others, and goes through recovery itself.
        Signal.Send((int)(await platform.OwnerConnectionString.QueryAsync("select pid from pg_stat_activity where application_name = 'platform-app' limit 1"))!, Signal.Kill);
        await newsroom.AwaitReceiptsAsync(100, TimeSpan.FromSeconds(30));

        await newsroom.CloseAsync();
        await EndConnectionsOfReadModelsAsync(platform);
        platform.IsRunning.ShouldBeTrue(platform.Log);
        output.WriteLine($"{newsroom.Journal.Receipts.Count} acknowledged, {newsroom.Journal.Away.Count} answers 503; longest wait {newsroom.Journal.LongestWait.TotalSeconds:0.0} s");
        await Aftermath.CheckAsync(platform, newsroom.Journal);
        newsroom.Journal.Away.ShouldNotBeEmpty("no request met the database away: nothing was tested");
    }

    // Its follower finds the connection dead at its next look, and mustn't take that for an error of its own.
    private static async Task EndConnectionsOfReadModelsAsync(PlatformProcess platform)
    {
        await platform.AwaitHealthyAsync(TimeSpan.FromSeconds(10));
        for (var times = 0; times < 3; times++)
        {
            await platform.OwnerConnectionString.QueryAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'platform-projections'");
            await Task.Delay(300);
        }
        (await platform.OwnerConnectionString.QueryAsync("select string_agg(name || ': ' || error, ', ') from platform.projection where state = 'failed'")).ShouldBe(DBNull.Value);
        await platform.AwaitHealthyAsync(TimeSpan.FromSeconds(10));
    }
}
