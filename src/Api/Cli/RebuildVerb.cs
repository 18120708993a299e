using System.CommandLine;
using Platform.EventStore;
using Spectre.Console;

namespace Platform.Api.Cli;

/// <summary><c>./platform rebuild</c>: read models anew from the log, beside the old ones, compared, swapped.</summary>
internal static class RebuildVerb
{
    public static Command Create()
    {
        var only = new Option<string[]>("--projection") { Description = "Only this one; several times for several; default all", HelpName = "NAME" };
        var swap = new Option<bool>("--swap-different") { Description = "Swap even a model that differs from the one it replaces" };
        var command = new Command("rebuild", "Rebuild read models by replay, without downtime; exit 1 if one differs from before, which then stays") { only, swap };
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance), parsed.GetValue(only) ?? [], parsed.GetValue(swap)));
        return command;
    }

    private static async Task<int> RunAsync(string data, string[] only, bool swapDifferent)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var offline = await OfflineStore.OpenAsync(data, log.CreateLogger("Postgres"), stop.Token, projects: true);
        var stored = offline.Store.Options.Projections.Where(p => p.Lifecycle != ProjectionLifecycle.Live).ToList();
        if (only.Except(stored.Select(p => p.Name)).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no projection {unknown}; there are {string.Join(", ", stored.Select(p => p.Name))}.");
            return 2;
        }
        var reports = new List<RebuildReport>();
        var rebuild = new ProjectionRebuild(offline.Store, swapDifferent);
        foreach (var projection in stored.Where(p => only.Length == 0 || only.Contains(p.Name)))
            reports.Add(await ProgressBar.RunAsync(projection.Name, "events", bar =>
                rebuild.RunAsync(projection, new Progress(p => bar.Report(p.Position, p.Size)), stop.Token)));
        foreach (var report in reports)
            Console.WriteLine(Describe(report));
        return reports.TrueForAll(r => r.Equal) ? 0 : 1;
    }

    private static string Describe(RebuildReport r)
    {
        var rate = r.Elapsed.TotalSeconds > 0 ? r.Events / r.Elapsed.TotalSeconds : 0;
        var verdict = r.OnlyInOld is null ? "not compared (the old model was at another version or position)"
            : r.Equal ? "equal to the old model"
            : $"DIFFERS: {r.OnlyInOld} rows only before, {r.OnlyInNew} rows only after; {(r.Swapped ? "swapped" : "the old model stays (see ./platform verify; --swap-different takes the new one)")}";
        return $"{r.Projection}: {r.Events} events in {r.Elapsed.TotalSeconds:0.00} s ({rate:0} events/s), {r.Rows} rows, {verdict}";
    }

    // Unlike Progress<T>, reports on the caller's thread, in order.
    private sealed class Progress(Action<RebuildProgress> report) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => report(value);
    }
}
