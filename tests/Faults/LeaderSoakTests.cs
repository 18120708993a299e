using System.Diagnostics;

namespace Platform.Faults.Tests;

/// <summary>Leaders of the sequencer lost for minutes, at any moment: <c>./platform test --soak</c>. Every round ends with a whole log and with all that observers saw being one history.</summary>
public sealed class LeaderSoakTests(ITestOutputHelper output)
{
    private const int FaultsARound = 6;

    private static readonly (string Name, Func<TwoNodes, Random, Task> StrikeAsync)[] _faults =
    [
        ("a node stands still", (nodes, random) => nodes.StandStillAsync(random.Next(2))),
        ("a node killed", (nodes, random) => nodes.KillAsync(random.Next(2))),
        ("one node killed while the other stands still", (nodes, random) =>
        {
            var node = random.Next(2);
            return Task.WhenAll(nodes.KillAsync(node), nodes.StandStillAsync(1 - node));
        }),
        ("both nodes stand still", (nodes, _) => Task.WhenAll(nodes.StandStillAsync(0), nodes.StandStillAsync(1))),
        ("PostgreSQL killed", (nodes, _) => nodes.RestartDatabaseAsync(Signal.Kill)),
        ("PostgreSQL stopped at once", (nodes, _) => nodes.RestartDatabaseAsync(Signal.Quit)),
        ("PostgreSQL stopped while a node stands still", (nodes, random) => Task.WhenAll(nodes.RestartDatabaseAsync(Signal.Interrupt), nodes.StandStillAsync(random.Next(2)))),
    ];

    [Fact(Explicit = true)]
    public async Task The_log_stays_one_in_minutes_of_leaders_lost()
    {
        var seed = Seed.Choose(output);
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        Console.WriteLine($"soak of leaders: {SoakTests.Minutes} minutes, seed {seed} (PLATFORM_SEED={seed} repeats its choices)");
        for (var round = 1; clock.Elapsed.TotalMinutes < SoakTests.Minutes; round++)
        {
            await using var nodes = await TwoNodes.StartAsync(random.Next());
            for (var n = 0; n < FaultsARound; n++)
            {
                await nodes.AwaitWorkAsync(10);
                await Task.Delay(random.Next(1_500));
                var (name, strikeAsync) = _faults[random.Next(_faults.Length)];
                Console.WriteLine($"soak of leaders {clock.Elapsed:mm\\:ss} of {SoakTests.Minutes} min, round {round}: {nodes.Summary}; {name}");
                await strikeAsync(nodes, random);
            }
            await nodes.AwaitWorkAsync(10);
            await nodes.CheckAsync();
            Console.WriteLine($"soak of leaders {clock.Elapsed:mm\\:ss} of {SoakTests.Minutes} min, round {round}: {nodes.Summary}; checked");
        }
    }
}
