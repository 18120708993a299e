using System.CommandLine;
using Npgsql;
using Platform.Api.Hosting;
using Platform.Domain;
using Platform.Domain.Audit;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors;

namespace Platform.Api.Cli;

/// <summary><c>./platform reopen</c>: lets a log go on, in a new epoch and for everybody to see, whose database was set back to an earlier state.</summary>
internal static class ReopenVerb
{
    public static Command Create()
    {
        var reason = new Option<string>("--reason") { Description = "Why, e.g. which backup was restored after what; recorded", HelpName = "TEXT", Required = true };
        var user = new Option<string>("--user") { Description = "Who is recorded as having done it", DefaultValueFactory = _ => "operator" };
        var command = new Command("reopen", "After a restored backup: begin a new epoch of the log, with the last checkpoint of the old one in its first event") { reason, user };
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance), parsed.GetRequiredValue(reason), parsed.GetRequiredValue(user)));
        return command;
    }

    private static async Task<int> RunAsync(string data, string reason, string user)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            await using var instance = await Instance.OpenAsync(data, own: false, log.CreateLogger("Postgres"), stop.Token);
            // Only the tables' owner may begin an epoch: the application's role can't.
            await using var database = new Database(instance.Connections with { App = instance.Connections.Owner }, OfflineStore.Patience);
            var files = LedgerFiles.OfEnvironment(instance.DataDirectory);
            var store = StoreComposition.Compose(database, TimeProvider.System, files.Signing());
            var result = await new CommandRunner(store).RunAsync(new Arrival(DocumentStore.PlatformTenant, user, "reopen"), 200, (session, cancel) => ReopenAsync(session, store, files, reason, cancel), stop.Token);
            if (result is CommandResult.Accepted)
            {
                Console.WriteLine($"reopened as {(await new PublishedLog(database.App).OriginsAsync(stop.Token)).Values.Last()}. Tell auditors: their checkpoints of the old epoch stay, and stay unmet.");
                return 0;
            }
            await Console.Error.WriteLineAsync(result is CommandResult.Refused { Rejection.Detail: var why } ? why : $"The log wasn't reopened: {result}.");
            return 1;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NpgsqlException or EmbeddedPostgresException or LogUnsignedException or FormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static async Task<Handled> ReopenAsync(IDocumentSession session, DocumentStore store, LedgerFiles files, string reason, CancellationToken cancel)
    {
        var log = new PublishedLog(store.Options.Database.App);
        var stream = await session.Events.FetchForWriting<LedgerKeys>(LedgerKeys.Id, cancel: cancel);
        var origins = await log.OriginsAsync(cancel);
        var guarded = await new FileCheckpointGuard(files.Guard).ReadAsync(origins[origins.Keys.Max()], cancel);
        var size = await session.Events.LogSizeAsync(cancel);
        var decision = ReopenLog.Decide(new ReopenLog($"{await log.NameAsync(cancel)}/{origins.Keys.Max() + 1}", guarded, size, await log.AlarmAsync(cancel), reason), stream.Aggregate);
        stream.AppendMany(decision.Events);
        if (decision.Events.Length > 0)
            session.OpenEpoch(((LogReopened)decision.Events[0]).Origin);
        return new Handled(LedgerKeys.Id, stream.StartingVersion, decision.Rejection);
    }
}
