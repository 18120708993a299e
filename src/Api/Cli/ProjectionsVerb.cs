using System.CommandLine;
using Platform.Api.Hosting;
using Platform.EventStore;
using Spectre.Console;

namespace Platform.Api.Cli;

/// <summary><c>./platform projections</c>: each read model's position, lag, state and error.</summary>
internal static class ProjectionsVerb
{
    public static Command Create()
    {
        var command = new Command("projections", "Show each projection: position, lag, state, errors; exit 1 if one has failed");
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance)));
        return command;
    }

    private static async Task<int> RunAsync(string data)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var instance = await Instance.OpenAsync(data, own: false, log.CreateLogger("Postgres"), stop.Token);
        await using var database = new Database(instance.Connections);
        var all = await ProjectionStatus.AllAsync(database, stop.Token);
        var table = new Table().Border(TableBorder.None);
        foreach (var (heading, isNumber) in new[] { ("projection", false), ("state", false), ("position", true), ("lag", true), ("version", true), ("updated", false), ("error", false) })
            table.AddColumn(new TableColumn(heading) { NoWrap = true, Alignment = isNumber ? Justify.Right : Justify.Left });
        foreach (var p in all)
            table.AddRow(p.Name, p.State, $"{p.Position}", $"{p.Lag}", $"{p.Version}", $"{p.UpdatedAt:yyyy-MM-dd HH:mm:ss}Z", Markup.Escape(p.Error ?? ""));
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 240;
        AnsiConsole.Write(table);
        return all.Any(p => p.State == "failed") ? 1 : 0;
    }
}
