using System.CommandLine;
using Npgsql;
using Platform.Api.Audit;
using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors.Audit;

namespace Platform.Api.Cli;

/// <summary><c>./platform export</c>: a bundle of the ledger for an auditor, who needs nothing of ours to verify it.</summary>
internal static class ExportVerb
{
    private const string Unfinished = ".unfinished";

    public static Command Create()
    {
        var output = new Option<FileInfo>("--out") { Description = "The bundle to write, a tar", HelpName = "FILE", Required = true };
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant's events (the others are hashes); default: all", HelpName = "ID" };
        var since = new Option<FileInfo?>("--since") { Description = "Only events after this checkpoint, a signed note", HelpName = "CHECKPOINT" };
        var command = new Command("export", "Write a ledger bundle for an auditor; run it again to go on with an interrupted one") { output, tenant, since };
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance), parsed.GetRequiredValue(output).FullName, parsed.GetValue(tenant), parsed.GetValue(since)));
        return command;
    }

    private static async Task<int> RunAsync(string data, string file, string? tenant, FileInfo? since)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            var from = since is null ? 0 : Checkpoint.Parse(SignedNote.Parse(await File.ReadAllTextAsync(since.FullName, stop.Token)).Text).Size;
            await using var instance = await Instance.OpenAsync(data, own: false, log.CreateLogger("Postgres"), stop.Token);
            await using var database = new Database(instance.Connections, OfflineStore.Patience);
            var scope = new ExportScope(tenant, from, WitnessOptions.FromEnvironment().Policy);
            var size = await ProgressBar.RunAsync("export", "events", bar => WriteAsync(new LedgerExport(database.Auditor), file, scope, bar, stop.Token));
            Console.WriteLine($"exported {(tenant is null ? "all tenants" : $"tenant {tenant}")}, indices {from} to {size}: {file}");
            return 0;
        }
        catch (Exception e) when (e is IOException or FormatException or InvalidOperationException or NpgsqlException or EmbeddedPostgresException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"Nothing was exported: {ErrorText.Of(e)}");
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"Stopped; run it again to go on with {file}{Unfinished}.");
            return 2;
        }
    }

    // Under another name until it's whole, so that nobody takes half a bundle for one.
    private static async Task<long> WriteAsync(LedgerExport export, string file, ExportScope scope, ProgressBar bar, CancellationToken cancel)
    {
        long size;
        await using (var output = new FileStream(file + Unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 16))
        {
            var begun = BundleBegun.Read(output);
            if (begun is not null && (begun.About.Tenant != scope.Tenant || begun.About.From != scope.From))
                throw new InvalidOperationException($"{file}{Unfinished} is an export of something else; remove it first.");
            output.SetLength(begun?.Length ?? 0);
            output.Position = output.Length;
            size = await export.WriteAsync(output, scope, DateTimeOffset.UtcNow, begun, bar.Report, cancel);
            output.Flush(flushToDisk: true);
        }
        File.Move(file + Unfinished, file, overwrite: true);
        return size;
    }
}
