using System.CommandLine;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary><c>./platform verify</c>: recomputes every hash from what is stored, and says exactly where something isn't as it was written.</summary>
internal static class VerifyVerb
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var stream = new Option<Guid?>("--stream") { Description = "Only this stream", HelpName = "ID" };
        var since = new Option<FileInfo?>("--since") { Description = "Only what came after this checkpoint, a signed note that you trust", HelpName = "CHECKPOINT" };
        var json = new Option<bool>("--json") { Description = "Print {\"ok\",\"checked\",\"findings\":[...],\"unchecked\":[...]}" };
        var bundle = new Option<FileInfo?>("--bundle") { Description = "An exported bundle instead of the database; needs no network", HelpName = "FILE" };
        var trust = new Option<FileInfo?>("--trust") { Description = "Your own trust file instead of the keys that the log or the bundle names; remembers what was verified", HelpName = "FILE" };
        var command = new Command("verify", "Verify the ledger: exit 0 clean, 1 findings, 2 couldn't run") { stream, since, bundle, trust, json };
        command.Validators.Add(parsed =>
        {
            if (new object?[] { parsed.GetValue(bundle), parsed.GetValue(stream), parsed.GetValue(since) }.Count(given => given is not null) > 1)
                parsed.AddError("--bundle, --stream and --since exclude each other.");
        });
        command.SetAction(parsed => parsed.GetValue(bundle) is { } file ? BundleVerification.RunAsync(file.FullName, parsed.GetValue(trust)?.FullName, parsed.GetValue(json))
            : RunAsync(parsed.GetRequiredValue(DataOption.Instance), parsed.GetValue(stream), parsed.GetValue(since), parsed.GetValue(trust)?.FullName, parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string data, Guid? stream, FileInfo? since, string? trustFile, bool isJson)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            var trust = await TrustFile.ReadAsync(trustFile, stop.Token);
            var checkpoint = since is null ? null : SignedNote.Parse(await File.ReadAllTextAsync(since.FullName, stop.Token));
            await using var instance = await Instance.OpenAsync(data, own: false, log.CreateLogger("Postgres"), stop.Token);
            await using var database = new Database(instance.Connections, OfflineStore.Patience);
            var gaps = await ChainGuard.FindGapsAsync(database.Auditor, stop.Token);
            var guard = new FileCheckpointGuard(LedgerFiles.OfEnvironment(instance.DataDirectory).Guard);
            var anchor = await LogAnchor.ReadAsync(database.Auditor, guard, trust, checkpoint is null ? 0 : Checkpoint.Parse(checkpoint.Text).Size, stop.Token);
            var (verification, findings) = (new LedgerVerification(database.Auditor, PersonalFiles.OfEnvironment(instance.DataDirectory).OpenAsKept()), new FindingList());
            Task<VerificationSummary> Verify(Action<long, long>? progress) => checkpoint is null
                ? verification.RunAsync(stream, anchor, findings.Add, progress, stop.Token)
                : verification.RunSinceAsync(Trusted(checkpoint, anchor), anchor, findings.Add, progress, stop.Token);
            var summary = isJson ? await Verify(null) : await ProgressBar.RunAsync("verify", "events", bar => Verify(bar.Report));
            if (stream is not null && summary.Streams == 0)
                throw new EmbeddedPostgresException($"There is no stream {stream}.");
            Print(summary, findings, gaps, isJson);
            if (summary.Findings > 0 || gaps.Count > 0)
                return 1;
            if (trustFile is not null && stream is null && anchor.Head is { } head)
                await TrustFile.SaveAsync(trustFile, anchor.Trust with { Checkpoint = SignedNote.Parse(head.Note) }, stop.Token);
            return 0;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"The ledger couldn't be verified: {ErrorText.Of(e)}");
            return 2;
        }
    }

    private static Checkpoint Trusted(SignedNote since, LogAnchor anchor) =>
        anchor.Trust.Check(since).Problems.FirstOrDefault(problem => problem.Code != FindingCode.NoQuorum) is { } problem
            ? throw new InvalidDataException($"The checkpoint of --since isn't to be trusted: {problem.Detail} If its key was rotated since you got the trust file, verify once without --since: that follows the rotation.")
            : Checkpoint.Parse(since.Text);

    private static void Print(VerificationSummary summary, FindingList findings, IReadOnlyList<string> gaps, bool isJson)
    {
        IReadOnlyList<string> left = [.. MlDsa65.IsSupported ? Array.Empty<string>() : ["ML-DSA-65 signatures, if there are any: this machine's OpenSSL hasn't them (3.5 has)"], .. summary.Unchecked ?? []];
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { ok = summary.Findings == 0 && gaps.Count == 0, @checked = summary.Checked, findings = findings.Shown, missingTriggers = gaps, @unchecked = left }, Web));
            return;
        }
        findings.Print();
        foreach (var gap in gaps)
            Console.WriteLine($"UNGUARDED  trigger {gap} is missing or disabled: events appended now aren't chained or guarded");
        foreach (var what in left)
            Console.WriteLine($"NOT CHECKED  {what}");
        var scope = summary.Streams == 0 ? $"{summary.Checked} events since the checkpoint" : $"{summary.Checked} events in {summary.Streams} streams";
        Console.WriteLine(summary.Findings == 0 ? $"verified: {scope}, no finding" : $"NOT AS WRITTEN: {summary.Findings} findings in {scope}");
    }
}
