using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>The process is killed under load, again and again, and started again on its directory.</summary>
public sealed class KilledHostTests(ITestOutputHelper output)
{
    private const int Kills = 3;

    [Fact]
    public async Task Every_acknowledged_command_survives_kill_minus_nine_of_the_host_exactly_once()
    {
        var seed = Seed.Choose(output);
        var random = new Random(seed);
        using var data = new ScratchDirectory();
        await using var platform = await PlatformProcess.StartAsync(data.Path);
        using var client = platform.Client();
        await using var newsroom = await Newsroom.OpenAsync(client, seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            await newsroom.AwaitReceiptsAsync(20, TimeSpan.FromSeconds(30));
            await Task.Delay(random.Next(500));
            await platform.KillAsync();
            await platform.StartAsync();
        }
        await newsroom.CloseAsync();
        output.WriteLine($"{newsroom.Journal.Receipts.Count} commands acknowledged, {newsroom.Journal.Unanswered.Count()} not answered");
        await Aftermath.CheckAsync(platform, newsroom.Journal);
    }
}
