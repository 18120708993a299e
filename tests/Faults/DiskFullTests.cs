using Npgsql;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>The disk that the cluster is on fills up, and has room again later.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int Disk = 320;
    private const string NotStarted = "PostgreSQL couldn't be started and is tried again";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_full_disk_is_503_and_loses_nothing_and_work_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.TryMount(Disk, out var reason);
        Assert.SkipWhen(disk is null, $"not run: {reason}");
        await using var platform = await PlatformProcess.StartAsync(Path.Combine(disk.Path, "data"));
        using var client = platform.Client();
        await using var newsroom = await Newsroom.OpenAsync(client, Seed.Choose(output), bodyBytes: 60_000);
        await newsroom.AwaitReceiptsAsync(20, Patience);

        // A whole segment of the write-ahead log is left: rows are what there is no room for, and nothing panics.
        await using (var owner = new NpgsqlConnection(platform.OwnerConnectionString))
        {
            await owner.OpenAsync();
            await owner.RunAsync("select pg_switch_wal()");
        }
        await newsroom.AwaitReceiptsAsync(5, Patience);
        disk.Fill();
        await AwaitAwayAsync(newsroom.Journal, 50);
        newsroom.Journal.Away.ShouldContain(problem => problem.Contains("disk is full", StringComparison.Ordinal));
        disk.Empty();
        await newsroom.AwaitReceiptsAsync(20, Patience);

        // Room for rows but hardly for another segment of the write-ahead log, which makes PostgreSQL panic. Where it doesn't it is killed: either
        // way it can't start until there is room, and is tried until then.
        disk.Fill(free: 12 << 20);
        await AwaitAwayAsync(newsroom.Journal, 20);
        disk.Fill();
        await EndPostmasterAsync(platform);
        await AwaitAwayAsync(newsroom.Journal, 50);
        disk.Empty();
        await newsroom.AwaitReceiptsAsync(20, Patience);

        platform.IsRunning.ShouldBeTrue(platform.Log);
        await newsroom.CloseAsync();
        output.WriteLine($"{newsroom.Journal.Receipts.Count} acknowledged, {newsroom.Journal.Away.Count} answers 503");
        await Aftermath.CheckAsync(platform, newsroom.Journal);
    }

    private static async Task EndPostmasterAsync(PlatformProcess platform)
    {
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; !platform.Log.Contains(NotStarted, StringComparison.Ordinal); await Task.Delay(200))
        {
            (Environment.TickCount64 < deadline).ShouldBeTrue("PostgreSQL runs on a full disk");
            try
            {
                Signal.Send(platform.Postmaster, Signal.Kill);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // It has ended, and its successor couldn't write its file.
            }
        }
    }

    private static async Task AwaitAwayAsync(Journal journal, int more)
    {
        var goal = journal.Away.Count + more;
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; journal.Away.Count < goal; await Task.Delay(20))
            (Environment.TickCount64 < deadline).ShouldBeTrue($"the disk is full, and still no {more} commands were refused: {journal.Away.Count}");
    }
}
