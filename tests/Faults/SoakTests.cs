using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>
/// The same faults for minutes, in any order, at any moment of eight clients' work: <c>./platform test --soak</c>. Every round ends with what
/// must hold after every fault.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int FaultsARound = 6;

    /// <summary>How long each soak goes on.</summary>
    internal static double Minutes { get; } = double.Parse(Environment.GetEnvironmentVariable("PLATFORM_SOAK") ?? "5", CultureInfo.InvariantCulture);

    private static readonly Fault[] _faults =
    [
        new("the host killed", async (platform, _, _) =>
        {
            await platform.KillAsync();
            await platform.StartAsync();
        }),
        new("PostgreSQL killed", (platform, _, _) => EndAsync(platform, Signal.Kill)),
        new("PostgreSQL stopped at once", (platform, _, _) => EndAsync(platform, Signal.Quit)),
        new("PostgreSQL stopped in order", (platform, _, _) => EndAsync(platform, Signal.Interrupt)),
        new("host and PostgreSQL killed", async (platform, _, _) =>
        {
            Signal.Send(platform.Postmaster, Signal.Kill);
            await platform.KillAsync();
            await platform.StartAsync();
        }),
        new("connections ended", async (platform, _, _) =>
            await platform.OwnerConnectionString.QueryAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'platform-%'")),
        new("events locked", async (platform, random, _) =>
        {
            await using var holder = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(platform.OwnerConnectionString) { Pooling = false }.ConnectionString);
            await holder.OpenAsync();
            await using var transaction = await holder.BeginTransactionAsync();
            await holder.RunAsync("lock table public.mt_events in access exclusive mode");
            await Task.Delay(random.Next(3_000));
        }),
        new("a read model locked", async (platform, random, _) =>
        {
            await using var holder = await IdleTransaction.OpenAsync(platform.OwnerConnectionString, "lock table read.audit_trail in share mode");
            await Task.Delay(random.Next(6_000));
        }),
        new("a session idle in a transaction", async (platform, random, _) =>
        {
            await using var idle = await IdleTransaction.OpenAsync(platform.OwnerConnectionString);
            await Task.Delay(random.Next(10_000));
        }),
        new("more connections than the server takes", async (platform, random, _) =>
        {
            await using var storm = await ConnectionStorm.RaiseAsync(platform.OwnerConnectionString);
            await storm.RunAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name in ('platform-projections', 'platform-signals', 'platform-sequencer')");
            await storm.RaiseAsync();
            await Task.Delay(random.Next(5_000));
        }),
        new("a rebuild killed", (platform, random, _) => platform.KilledVerbAsync(TimeSpan.FromMilliseconds(random.Next(500, 3_000)), "rebuild")),
        new("the disk full", async (_, random, disk) =>
        {
            disk?.Fill(random.Next(16 << 20));
            await Task.Delay(random.Next(4_000));
            disk?.Empty();
        }),
    ];

    [Fact(Explicit = true)]
    public async Task Nothing_acknowledged_is_lost_in_minutes_of_every_fault()
    {
        var minutes = Minutes;
        var seed = Seed.Choose(output);
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        Say($"soak: {minutes} minutes, seed {seed} (PLATFORM_SEED={seed} repeats its choices)");
        for (var round = 1; clock.Elapsed.TotalMinutes < minutes; round++)
            await RoundAsync(round, random, clock, minutes);
    }

    private static async Task RoundAsync(int round, Random random, Stopwatch clock, double minutes)
    {
        using var disk = SmallDisk.TryMount(1024, out var reason);
        if (disk is null)
            Say($"soak: without the full disk: {reason}");
        using var data = new ScratchDirectory();
        await using var platform = await PlatformProcess.StartAsync(disk is null ? data.Path : Path.Combine(disk.Path, "data"));
        using var client = platform.Client();
        await using var newsroom = await Newsroom.OpenAsync(client, random.Next(), bodyBytes: 5_000);
        for (var n = 0; n < FaultsARound; n++)
        {
            await newsroom.AwaitReceiptsAsync(10, TimeSpan.FromSeconds(60));
            await Task.Delay(random.Next(1_500));
            var fault = _faults[random.Next(_faults.Length)];
            Say($"soak {clock.Elapsed:mm\\:ss} of {minutes} min, round {round}: {newsroom.Journal.Receipts.Count} acknowledged; {fault.Name}");
            await fault.StrikeAsync(platform, random, disk);
        }
        await newsroom.AwaitReceiptsAsync(10, TimeSpan.FromSeconds(60));
        await newsroom.CloseAsync();
        Say($"soak {clock.Elapsed:mm\\:ss} of {minutes} min, round {round}: {newsroom.Journal.Receipts.Count} acknowledged, {newsroom.Journal.Away.Count} answers 503; checking");
        await Aftermath.CheckAsync(platform, newsroom.Journal);
    }

    private static async Task EndAsync(PlatformProcess platform, string signal)
    {
        var postmaster = platform.Postmaster;
        Signal.Send(postmaster, signal);
        await platform.AwaitPostmasterAfterAsync(postmaster);
    }

    // On the terminal, as it happens.
    private static void Say(string line) => Console.WriteLine(line);

    private sealed record Fault(string Name, Func<PlatformProcess, Random, SmallDisk?, Task> StrikeAsync);
}
