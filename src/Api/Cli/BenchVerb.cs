using System.CommandLine;
using Platform.Api.Bench;

namespace Platform.Api.Cli;

/// <summary><c>./platform bench</c>: each figure beside its floor of the same run, on a durable cluster of its own.</summary>
internal static class BenchVerb
{
    public static Command Create()
    {
        var what = new Argument<string>("what") { Description = "append, follow (sequence, rebuild, verify) or all", DefaultValueFactory = _ => "all" };
        what.AcceptOnlyFromAmong("append", "follow", "all");
        var rounds = new Option<int>("--rounds") { Description = "Rounds, of which the median is told", DefaultValueFactory = _ => 3 };
        var seconds = new Option<double>("--seconds") { Description = "Length of a round of appends", DefaultValueFactory = _ => 2 };
        var events = new Option<int>("--events") { Description = "Events to follow", DefaultValueFactory = _ => 100_000 };
        var command = new Command("bench", "Measure: each figure beside its floor in the same run, medians, machine and settings told") { what, rounds, seconds, events };
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(what), parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(events)));
        return command;
    }

    private static async Task<int> RunAsync(string what, int rounds, double seconds, int events)
    {
        using var stop = new StopSignal();
        await using var database = await BenchDatabase.StartAsync(stop.Token);
        await BenchReport.MachineAsync(database);
        var runs = new BenchRuns(database, rounds, TimeSpan.FromSeconds(seconds), stop.Token);
        if (what is "append" or "all")
            await runs.AppendAsync();
        if (what is "follow" or "all")
            await runs.FollowAsync(events);
        return 0;
    }
}
