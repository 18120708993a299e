using System.Diagnostics;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>Processes that share the projections are lost, stand still, and come back.</summary>
public sealed class FollowerTests(ITestOutputHelper output)
{
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Projections_are_shared_pass_on_within_five_seconds_of_a_death_and_nothing_is_twice_or_skipped()
    {
        await using var nodes = await Followers.StartAsync(3, Seed.Choose(output));
        await nodes.AwaitFairAsync(3);
        await nodes.AwaitWorkAsync(10);

        await nodes[1].KillAsync();
        var clock = Stopwatch.StartNew();
        await nodes.AwaitAllHeldAsync();
        clock.Elapsed.ShouldBeLessThan(TakeOver + TimeSpan.FromSeconds(1), "of which a second is for looking");
        output.WriteLine($"all held again {clock.Elapsed.TotalSeconds:0.0} s after the kill");
        await nodes.AwaitWorkAsync(10, 0, 2);
        await nodes[1].StartAsync();
        await nodes.AwaitFairAsync(3);
        await nodes.CheckAsync();
    }

    [Fact]
    public async Task A_process_that_stood_still_writes_nothing_after_its_leases_passed_on()
    {
        await using var nodes = await Followers.StartAsync(2, Seed.Choose(output));
        await nodes.AwaitFairAsync(2);
        for (var n = 0; n < 2; n++)
        {
            var before = await nodes.HoldersAsync();
            nodes[n].Send(Signal.Stop);
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(5));
                await nodes.AwaitWorkAsync(5, 1 - n);
                await nodes.AwaitModelsAsync(TimeSpan.FromSeconds(20));
                var after = await nodes.HoldersAsync();
                before.Count(h => after.TryGetValue(h.Key, out var now) && now != h.Value).ShouldBeGreaterThan(0, "no lease passed on: nothing was tested");
            }
            finally
            {
                nodes[n].Send(Signal.Continue);
            }
            await nodes.AwaitWorkAsync(10);
        }
        await nodes.CheckAsync();
    }

    /// <summary>A real Marten's daemon stood still for as long as such a session was there.</summary>
    [Fact]
    public async Task A_session_left_idle_in_a_transaction_holds_up_no_read_model()
    {
        await using var nodes = await Followers.StartAsync(1, Seed.Choose(output));
        await using var idle = await IdleTransaction.OpenAsync(nodes.ConnectionString);
        for (var n = 0; n < 5; n++)
        {
            await nodes.AwaitWorkAsync(20);
            await nodes.AwaitModelsAsync(TimeSpan.FromSeconds(10));
        }
        await nodes.CheckAsync();
    }

    [Fact]
    public async Task A_projection_that_waits_holds_up_no_other()
    {
        await using var nodes = await Followers.StartAsync(1, Seed.Choose(output));
        await nodes.AwaitWorkAsync(10);
        await using (await IdleTransaction.OpenAsync(nodes.ConnectionString, "lock table read.audit_trail_1 in share mode"))
        {
            for (var n = 0; n < 3; n++)
            {
                await nodes.AwaitWorkAsync(20);
                await nodes.AwaitModelsAsync(TimeSpan.FromSeconds(20), except: "audit_trail");
            }
            (await nodes.QueryAsync("select position < ledger.size() from platform.projection where name = 'audit_trail'")).ShouldBe(true, "the projection didn't wait: nothing was tested");
        }
        await nodes.CheckAsync();
    }

    [Fact]
    public async Task More_connections_than_the_server_takes_stop_nothing_for_longer_than_they_are_there()
    {
        await using var nodes = await Followers.StartAsync(2, Seed.Choose(output));
        await nodes.AwaitWorkAsync(10);
        for (var n = 0; n < 2; n++)
        {
            await using (var storm = await ConnectionStorm.RaiseAsync(nodes.ConnectionString))
            {
                // Whoever lost its connections doesn't get new ones.
                await storm.RunAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name in ('platform-projections', 'platform-signals', 'platform-sequencer')");
                await storm.RaiseAsync();
                await Task.Delay(TimeSpan.FromSeconds(4));
            }
            await nodes.AwaitWorkAsync(10);
            await nodes.AwaitModelsAsync(TimeSpan.FromSeconds(40));
        }
        await nodes.CheckAsync();
    }

    [Fact]
    public async Task A_rebuild_that_is_killed_goes_on_and_gives_the_same_models()
    {
        var random = new Random(Seed.Choose(output));
        await using var nodes = await Followers.StartAsync(1, random.Next());
        await nodes.AwaitWorkAsync(100);
        var killed = 0;
        for (var n = 0; n < 3; n++)
            killed += await nodes[0].KilledVerbAsync(TimeSpan.FromMilliseconds(random.Next(600, 1_800)), "rebuild") ? 1 : 0;
        killed.ShouldBeGreaterThan(0, "each was done already: nothing was tested");
        await nodes.CheckAsync();
    }

    [Fact]
    public async Task A_clock_put_forward_and_back_loses_nothing_and_stops_nothing()
    {
        using var clock = ShiftedClock.TryMake(out var reason);
        Assert.SkipWhen(clock is null, $"not run: {reason}");
        using var data = new ScratchDirectory();
        await using var platform = await PlatformProcess.StartAsync(data.Path, clock.Environment);
        using var client = platform.Client();
        await using var newsroom = await Newsroom.OpenAsync(client, Seed.Choose(output), pause: TimeSpan.FromMilliseconds(50));
        foreach (var shift in new[] { TimeSpan.FromHours(2), TimeSpan.FromMinutes(1), TimeSpan.FromDays(1) })
        {
            clock.Shift(shift);
            await AwaitClockAsync(platform, client, shift);
            await newsroom.AwaitReceiptsAsync(30, TimeSpan.FromSeconds(60));
        }
        // Who dies leaves leases that expire tomorrow, by a clock that was wrong.
        await platform.KillAsync();
        clock.Shift(TimeSpan.FromMinutes(2));
        await platform.StartAsync();
        await AwaitClockAsync(platform, client, TimeSpan.FromMinutes(2));
        await newsroom.AwaitReceiptsAsync(30, TimeSpan.FromSeconds(60));
        await newsroom.CloseAsync();
        await Aftermath.CheckAsync(platform, newsroom.Journal);
    }

    // Of the process and of its database, each of which looks at the shift by itself.
    private static async Task AwaitClockAsync(PlatformProcess platform, HttpClient client, TimeSpan shift)
    {
        for (var deadline = Environment.TickCount64 + 30_000; ; await Task.Delay(100))
        {
            using var answer = await client.GetAsync("/health/live");
            var database = (DateTime)(await platform.OwnerConnectionString.QueryAsync("select clock_timestamp()"))!;
            if (new[] { answer.Headers.Date!.Value.UtcDateTime, database }.All(clock => (clock - DateTime.UtcNow - shift).Duration() < TimeSpan.FromSeconds(20)))
                return;
            (Environment.TickCount64 < deadline).ShouldBeTrue($"clocks aren't off by {shift}: {answer.Headers.Date:O}, {database:O}");
        }
    }
}
