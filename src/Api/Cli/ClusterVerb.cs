using System.CommandLine;
using Platform.Api.Hosting;

namespace Platform.Api.Cli;

/// <summary><c>./platform cluster</c>: the database without the platform, for backups, inspection and upgrades.</summary>
internal static class ClusterVerb
{
    public static Command Create()
    {
        var command = new Command("cluster", "Hold the PostgreSQL cluster of --data DIR open until stopped");
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance)));
        return command;
    }

    private static async Task<int> RunAsync(string data)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var cluster = await EmbeddedPostgres.StartAsync(
            data, new EmbeddedPostgresOptions(), log.CreateLogger("Postgres"), stop.Token);
        Console.WriteLine($"ready 127.0.0.1:{cluster.Port}");

        var ended = await Task.WhenAny(cluster.Exited, Task.Delay(Timeout.Infinite, stop.Token));
        if (ended != cluster.Exited)
            return 0;
        await Console.Error.WriteLineAsync($"PostgreSQL ended by itself; see {Path.Combine(cluster.Directory, "postgres.log")}");
        return 1;
    }
}
