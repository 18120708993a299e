using System.CommandLine;
using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Monitoring;
using Spectre.Console;

namespace Platform.Api.Cli;

/// <summary><c>./platform projections</c>: each read model's position, lag, state and error, and what operators do to them.</summary>
internal static class ProjectionsVerb
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    /// <summary>Who is recorded as having done it.</summary>
    public static Option<string> User { get; } = new("--user") { Description = "Who is recorded as having done it", DefaultValueFactory = _ => "operator" };

    public static Command Create()
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Show it again every second, on a terminal" };
        var command = new Command("projections", "Show each projection: position, lag, state, parked events, errors; exit 1 if one has failed or has events parked") { watch };
        command.SetAction(parsed => ShowAsync(parsed.GetRequiredValue(DataOption.Instance), parsed.GetValue(watch) && !Console.IsOutputRedirected));

        var name = new Argument<string>("NAME") { Description = "The read model" };
        var optionalName = new Argument<string?>("NAME") { Description = "Only of this read model", DefaultValueFactory = _ => null };
        var sequence = new Argument<long>("SEQUENCE") { Description = "The event's, as in ./platform projections parked" };
        var generation = new Argument<int>("GENERATION") { Description = "Its number, as in ./platform projections" };
        var rebuild = new Argument<Guid>("REBUILD") { Description = "Its id, as in a refusal or at /api/projections/NAME/rebuilds" };
        var reason = new Option<string>("--reason") { Description = "Why; recorded", HelpName = "TEXT", Required = true };

        var parked = new Command("parked", "Events that couldn't be applied, and why") { optionalName };
        parked.SetAction(parsed => ParkedAsync(parsed.GetRequiredValue(DataOption.Instance), parsed.GetValue(optionalName)));
        var pause = new Command("pause", "Let a read model stand still, readable as it is") { name, reason, User };
        pause.SetAction(parsed => PauseAsync(parsed, (commands, session, cancel) => commands.Pause(parsed.GetRequiredValue(name), parsed.GetValue(reason), session, cancel), parsed.GetRequiredValue(name)));
        var resume = new Command("resume", "Let a paused read model follow again") { name, User };
        resume.SetAction(parsed => PauseAsync(parsed, (commands, session, cancel) => commands.Resume(parsed.GetRequiredValue(name), session, cancel), parsed.GetRequiredValue(name)));
        var retry = new Command("retry", "Try a parked event again by the code of now: rebuild its tenant's rows") { name, sequence, reason, User };
        retry.SetAction(parsed => ResolveAsync(parsed, parsed.GetRequiredValue(name), parsed.GetRequiredValue(sequence), skip: false, parsed.GetRequiredValue(reason)));
        var skip = new Command("skip", "Leave a parked event out for good, and rebuild its tenant's rows") { name, sequence, reason, User };
        skip.SetAction(parsed => ResolveAsync(parsed, parsed.GetRequiredValue(name), parsed.GetRequiredValue(sequence), skip: true, parsed.GetRequiredValue(reason)));
        var drop = new Command("drop", "Drop a generation that nobody reads any more") { name, generation, User };
        drop.SetAction(parsed => DropAsync(parsed, parsed.GetRequiredValue(name), parsed.GetRequiredValue(generation)));
        var cancel = new Command("cancel", "Stop a rebuild that was asked for, also one whose process is gone; what was built is kept") { name, rebuild, User };
        cancel.SetAction(parsed => CancelAsync(parsed, parsed.GetRequiredValue(name), parsed.GetRequiredValue(rebuild)));
        foreach (var subcommand in new[] { parked, pause, resume, retry, skip, cancel, drop })
            command.Subcommands.Add(subcommand);
        return command;
    }

    private static async Task<int> ShowAsync(string data, bool watch)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var instance = await Instance.OpenAsync(data, own: false, log.CreateLogger("Postgres"), stop.Token);
        await using var database = new Database(instance.Connections, OfflineStore.Patience);
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 240;
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        }
        var all = await ProjectionStatus.AllAsync(database, stop.Token);
        if (!watch)
            AnsiConsole.Write(ProjectionTable.Of(all));
        else
            await AnsiConsole.Live(ProjectionTable.Of(all)).StartAsync(async live =>
            {
                while (!stop.Token.IsCancellationRequested)
                {
                    await Task.Delay(Refresh, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    all = await ProjectionStatus.AllAsync(database, CancellationToken.None);
                    live.UpdateTarget(ProjectionTable.Of(all));
                }
            });
        return all.Any(p => p.IsIncomplete) ? 1 : 0;
    }

    private static async Task<int> ParkedAsync(string data, string? name)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var instance = await Instance.OpenAsync(data, own: false, log.CreateLogger("Postgres"), stop.Token);
        await using var database = new Database(instance.Connections, OfflineStore.Patience);
        var parked = await ProjectionOperations.ParkedAsync(database, name, null, 1_000, cancel: stop.Token);
        foreach (var e in parked)
            Console.WriteLine($"{e.Projection}  sequence {e.Sequence}  {e.Type}  tenant {e.TenantId}  stream {e.StreamId}  version {e.Version}  index {e.Index}  {e.Held} held  since {e.ParkedAt:yyyy-MM-dd HH:mm:ss}Z\n  {e.Error}");
        if (parked.Count == 0)
            Console.WriteLine("no event is parked");
        return 0;
    }

    private static Task<int> PauseAsync(ParseResult parsed, Func<ProjectionCommands, IDocumentSession, CancellationToken, Task<Handled>> handle, string name) => RunAsync(parsed, projects: false, async (offline, console, cancel) =>
    {
        var result = await console.RunAsync((session, c) => handle(new ProjectionCommands(offline.Store), session, c), cancel);
        if (result is not CommandResult.Accepted)
            return await RefusedAsync(result);
        // Also where no host runs that would see to it.
        Console.WriteLine($"{name} {(await ProjectionPauses.CarryOutAsync(offline.Store, name, cancel) ? "is paused" : "follows the log")}");
        return 0;
    });

    private static Task<int> ResolveAsync(ParseResult parsed, string name, long sequence, bool skip, string reason) => RunAsync(parsed, projects: true, (offline, console, cancel) =>
    {
        var (commands, id) = (new ProjectionCommands(offline.Store), Guid.CreateVersion7());
        return console.RunAsync(id, [name], (session, c) => commands.Resolve(name, id, sequence, skip, reason, session, c), (session, c) => commands.Cancel(name, id, session, c), cancel);
    });

    private static Task<int> CancelAsync(ParseResult parsed, string name, Guid rebuild) => RunAsync(parsed, projects: false, async (offline, console, cancel) =>
    {
        var result = await console.RunAsync((session, c) => new ProjectionCommands(offline.Store).Cancel(name, rebuild, session, c), cancel);
        if (result is not CommandResult.Accepted { Receipt: var receipt })
            return await RefusedAsync(result);
        Console.WriteLine(receipt.Events.Count > 0 ? $"rebuild {rebuild} is cancelled" : $"rebuild {rebuild} was over already");
        return 0;
    });

    private static Task<int> DropAsync(ParseResult parsed, string name, int generation) => RunAsync(parsed, projects: false, async (offline, console, cancel) =>
    {
        var commands = new ProjectionCommands(offline.Store);
        var result = await console.RunAsync((session, c) => commands.Drop(name, generation, session, c), cancel);
        if (result is not CommandResult.Accepted)
            return await RefusedAsync(result);
        try
        {
            await new ProjectionOperations(offline.Store).DropAsync(commands.Stored[name], generation, cancel);
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        Console.WriteLine($"generation {generation} of {name} is dropped");
        return 0;
    });

    private static async Task<int> RunAsync(ParseResult parsed, bool projects, Func<OfflineStore, RebuildConsole, CancellationToken, Task<int>> work)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var offline = await OfflineStore.OpenAsync(parsed.GetRequiredValue(DataOption.Instance), log.CreateLogger("Postgres"), stop.Token, projects);
        return await work(offline, new RebuildConsole(offline, parsed.GetRequiredValue(User)), stop.Token);
    }

    private static async Task<int> RefusedAsync(CommandResult result)
    {
        await Console.Error.WriteLineAsync(RebuildConsole.Refusal(result));
        return 1;
    }
}
