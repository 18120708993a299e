using System.CommandLine;
using Platform.Domain.Monitoring;
using Platform.Processors.Monitoring;

namespace Platform.Api.Cli;

/// <summary><c>./platform rebuild</c>: read models anew from the log, beside the old ones, compared, swapped.</summary>
internal static class RebuildVerb
{
    public static Command Create()
    {
        var only = new Option<string[]>("--projection") { Description = "Only this one; several times for several; default all", HelpName = "NAME" };
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant's rows", HelpName = "ID" };
        var region = new Option<string?>("--region") { Description = "The region whose read models are meant; default: this instance's", HelpName = "NAME" };
        var swap = new Option<bool>("--swap-different") { Description = "Swap even a model that differs from the one it replaces, or that has events parked" };
        var reason = new Option<string?>("--reason") { Description = "Why; recorded", HelpName = "TEXT" };
        var command = new Command("rebuild", "Rebuild read models by replay in one pass, without downtime; exit 1 if one differs from before or has events parked, which then stays as it was")
        {
            only, tenant, region, swap, reason, ProjectionsVerb.User,
        };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(DataOption.Instance), parsed.GetValue(only) ?? [], parsed.GetValue(region), parsed.GetRequiredValue(ProjectionsVerb.User),
            new RequestRebuilds(Guid.CreateVersion7(), parsed.GetValue(tenant), parsed.GetValue(swap), parsed.GetValue(reason))));
        return command;
    }

    private static async Task<int> RunAsync(string data, string[] only, string? region, string user, RequestRebuilds command)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var offline = await OfflineStore.OpenAsync(data, log.CreateLogger("Postgres"), stop.Token, projects: true);
        var commands = new ProjectionCommands(offline.Store);
        if (only.Select(commands.Unknown).FirstOrDefault(unknown => unknown is not null) is { } unknown)
        {
            await Console.Error.WriteLineAsync(unknown.Detail);
            return 2;
        }
        if (region is not null && region != offline.Store.Options.Region)
        {
            await Console.Error.WriteLineAsync($"There is no region {region}; there is {offline.Store.Options.Region}.");
            return 2;
        }
        var names = only.Length > 0 ? only.Distinct(StringComparer.Ordinal).ToList() : commands.Stored.Keys.ToList();
        return await new RebuildConsole(offline, user).RunAsync(
            command.RebuildId, names, (session, cancel) => commands.Rebuild(names, command, session, cancel), (session, cancel) => commands.Cancel(names[0], command.RebuildId, session, cancel), stop.Token);
    }
}
