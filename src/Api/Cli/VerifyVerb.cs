using System.CommandLine;
using System.Text.Json;
using Npgsql;
using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary><c>./platform verify</c>: recomputes every hash from what is stored, and says exactly where something isn't as it was written.</summary>
internal static class VerifyVerb
{
    private const int MostShown = 1_000;
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var stream = new Option<Guid?>("--stream") { Description = "Only this stream", HelpName = "ID" };
        var json = new Option<bool>("--json") { Description = "Print {\"ok\",\"checked\",\"findings\":[...]}" };
        var bundle = new Option<FileInfo?>("--bundle") { Description = "An exported bundle instead of the database; needs no network", HelpName = "FILE" };
        var trust = new Option<FileInfo?>("--trust") { Description = "Your own trust file instead of the bundle's; remembers what was verified", HelpName = "FILE" };
        var command = new Command("verify", "Verify the ledger: exit 0 clean, 1 findings, 2 couldn't run") { stream, bundle, trust, json };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(bundle) is not null ? parsed.GetValue(stream) is not null : parsed.GetValue(trust) is not null)
                parsed.AddError("--trust goes with --bundle, and --stream without it.");
        });
        command.SetAction(parsed => parsed.GetValue(bundle) is { } file ? BundleVerification.RunAsync(file.FullName, parsed.GetValue(trust)?.FullName, parsed.GetValue(json)) : RunAsync(parsed.GetRequiredValue(DataOption.Instance), parsed.GetValue(stream), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string data, Guid? stream, bool isJson)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            await using var instance = await Instance.OpenAsync(data, own: false, log.CreateLogger("Postgres"), stop.Token);
            await using var database = new Database(instance.Connections);
            var findings = new List<Finding>();
            var verification = new LedgerVerification(database.Auditor);
            var gaps = await ChainGuard.FindGapsAsync(database.Auditor, stop.Token);
            Task<VerificationSummary> Verify(ProgressBar? bar) => verification.RunAsync(
                stream, f => { if (findings.Count < MostShown) findings.Add(f); }, bar is null ? null : bar.Report, stop.Token);
            var summary = isJson ? await Verify(null) : await ProgressBar.RunAsync("verify", "events", Verify);
            if (stream is not null && summary.Streams == 0)
                throw new EmbeddedPostgresException($"There is no stream {stream}.");
            Print(summary, findings, gaps, isJson);
            return summary.Findings == 0 && gaps.Count == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"The ledger couldn't be verified: {e.Message}");
            return 2;
        }
    }

    private static void Print(VerificationSummary summary, List<Finding> findings, IReadOnlyList<string> gaps, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { ok = summary.Findings == 0 && gaps.Count == 0, @checked = summary.Checked, findings, missingTriggers = gaps }, Web));
            return;
        }
        foreach (var f in findings)
            Console.WriteLine($"{f.Code}  tenant {f.Tenant}  stream {f.Stream}  version {f.Version?.ToString(null, null) ?? "-"}  index {f.Index?.ToString(null, null) ?? "-"}\n  {f.Detail}");
        if (summary.Findings > findings.Count)
            Console.WriteLine($"... and {summary.Findings - findings.Count} more");
        foreach (var gap in gaps)
            Console.WriteLine($"UNGUARDED  trigger {gap} is missing or disabled: events appended now aren't chained or guarded");
        Console.WriteLine(summary.Findings == 0
            ? $"verified: {summary.Checked} events in {summary.Streams} streams, no finding"
            : $"NOT AS WRITTEN: {summary.Findings} findings in {summary.Checked} events, {summary.Streams} streams");
    }
}
