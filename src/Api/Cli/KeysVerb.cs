using System.CommandLine;
using Npgsql;
using Platform.Api.Audit;
using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors;

namespace Platform.Api.Cli;

/// <summary><c>./platform keys</c>: the ledger's own keys, and what wraps those of data subjects.</summary>
internal static class KeysVerb
{
    private static readonly string LogRole = KeyNames.Of(KeyRole.Log), WriterRole = KeyNames.Of(KeyRole.Writer);
    private static readonly string Ed25519Name = KeyNames.Of(KeyAlgorithm.Ed25519), MlDsa65Name = KeyNames.Of(KeyAlgorithm.MlDsa65);

    public static Command Create()
    {
        var list = new Command("list", "Each key, and the sizes of the log for which it speaks");
        list.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance), ListAsync));

        var role = new Option<string>("--role") { Description = "log: signs checkpoints; writer: signs events of weight", DefaultValueFactory = _ => LogRole };
        role.AcceptOnlyFromAmong(LogRole, WriterRole);
        var algorithm = new Option<string>("--algorithm") { Description = "Ed25519 or ML-DSA-65", DefaultValueFactory = _ => Ed25519Name };
        algorithm.AcceptOnlyFromAmong(Ed25519Name, MlDsa65Name);
        var user = new Option<string>("--user") { Description = "Who is recorded as having done it", DefaultValueFactory = _ => "operator" };
        var rotate = new Command("rotate", "Make a new key and let it take the old one's place; an event, signed by both") { role, algorithm, user };
        rotate.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance), (files, offline, cancel) => RotateAsync(
            new RotateLedgerKey(files, offline.Store.Options.Signing!.Keys, parsed.GetValue(role) == LogRole ? KeyRole.Log : KeyRole.Writer,
                parsed.GetValue(algorithm) == MlDsa65Name ? KeyAlgorithm.MlDsa65 : KeyAlgorithm.Ed25519),
            parsed.GetRequiredValue(role), parsed.GetRequiredValue(user), offline, cancel)));
        var encryption = new Command("encryption", "What wraps the keys of data subjects, and how far a rotation of it is");
        encryption.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance), (_, offline, cancel) => new KeyEncryptionConsole(offline).ShowAsync(cancel)));
        var rotateEncryption = new Command("rotate-encryption", "Wrap the keys of data subjects by a new key and destroy the one before, or go on with a rotation that is under way; exit 1 if some can't be wrapped") { user };
        rotateEncryption.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance), (_, offline, cancel) => new KeyEncryptionConsole(offline).RotateAsync(parsed.GetRequiredValue(user), cancel)));
        return new Command("keys", "The ledger's own keys: list, rotate; what wraps those of data subjects: encryption, rotate-encryption") { list, rotate, encryption, rotateEncryption };
    }

    private static async Task<int> RunAsync(string data, Func<LedgerFiles, OfflineStore, CancellationToken, Task<int>> work)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            await using var offline = await OfflineStore.OpenAsync(data, log.CreateLogger("Postgres"), stop.Token);
            return await work(offline.Files, offline, stop.Token);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or IOException or NpgsqlException or EmbeddedPostgresException or LogUnsignedException or PersonalDataUnavailableException)
        {
            await Console.Error.WriteLineAsync(ErrorText.Of(e));
            return 2;
        }
    }

    private static async Task<int> ListAsync(LedgerFiles files, OfflineStore offline, CancellationToken cancel)
    {
        var trust = await new PublishedLog(offline.Database.App).TrustAsync(null, cancel);
        foreach (var key in trust.Keys)
            Console.WriteLine($"{KeyNames.Of(key.Role),-6}  {KeyNames.Of(key.Key.Algorithm),-9}  {key.FromSize} to {key.ToSize?.ToString(null, null) ?? "now"}  {key.Key}");
        Console.WriteLine($"private halves: {files.Keys.Path}");
        return 0;
    }

    private static async Task<int> RotateAsync(RotateLedgerKey rotation, string role, string user, OfflineStore offline, CancellationToken cancel)
    {
        var result = await new CommandRunner(offline.Store).RunAsync(new Arrival(DocumentStore.PlatformTenant, user, "keys"), 200, rotation.RunAsync, cancel);
        if (result is not CommandResult.Accepted { Receipt.Events: [var rotated] })
        {
            await Console.Error.WriteLineAsync(result is CommandResult.Refused { Rejection.Detail: var why } ? why : $"The key wasn't rotated: {result}.");
            return 1;
        }
        var index = await offline.Store.QuerySession(DocumentStore.PlatformTenant).WaitForCheckpointAsync(rotated.Sequence, TimeSpan.FromSeconds(30), cosigned: false, cancel);
        Console.WriteLine(index is { } at
            ? $"rotated: {(role == WriterRole ? $"events from index {at}" : $"checkpoints from size {at + 1}")} on are by the new key. Auditors' trust files follow with their next verify --trust; keep the old private key until nodes elsewhere have the new one."
            : "rotated; the checkpoint that says so isn't signed yet: see ./platform verify.");
        return 0;
    }
}
