namespace Platform.Faults.Tests;

/// <summary>The sequencer's leader is lost in every way, while another process waits for its lease.</summary>
public sealed class LeaderTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_log_stays_one_whoever_leads_and_however_leaders_end()
    {
        await using var nodes = await TwoNodes.StartAsync(Seed.Choose(output));
        var led = await nodes.LeaseEpochAsync();
        await nodes.AwaitWorkAsync(20);
        // The first to start leads.
        await nodes.StandStillAsync(0);
        (await nodes.LeaseEpochAsync()).ShouldBeGreaterThan(led, "the lease didn't pass on: nothing was tested");
        await nodes.AwaitWorkAsync(20);
        await nodes.KillAsync(1);
        await nodes.RestartDatabaseAsync(Signal.Quit);
        await nodes.AwaitWorkAsync(20);
        await nodes.CheckAsync();
        output.WriteLine(nodes.Summary);
    }
}
