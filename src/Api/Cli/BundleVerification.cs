using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary><c>./platform verify --bundle</c>: an exported bundle, without database and network.</summary>
internal static class BundleVerification
{
    private const int MostShown = 1_000;

    // Printed, not embedded in a page.
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Verifies a bundle and prints what was found.</summary>
    /// <param name="bundle">The tar.</param>
    /// <param name="trustFile">The auditor's own trust; its checkpoint moves on when all is well. Null: there is none.</param>
    /// <param name="isJson">Whether to print one JSON object.</param>
    /// <returns>0 without findings, 1 with some, 2 if it couldn't run.</returns>
    public static async Task<int> RunAsync(string bundle, string? trustFile, bool isJson)
    {
        using var stop = new StopSignal();
        try
        {
            var trust = trustFile is null ? null : LogTrust.Parse(await File.ReadAllTextAsync(trustFile, stop.Token));
            var findings = new List<Finding>();
            Task<BundleReport> Verify(ProgressBar? bar) => new BundleVerifier().VerifyAsync(
                bundle, trust, f => { if (findings.Count < MostShown) findings.Add(f); }, bar is null ? null : bar.Report, stop.Token);
            var report = isJson ? await Verify(null) : await ProgressBar.RunAsync("verify", "events", Verify);
            if (trustFile is not null && report.Trust is { } remembered)
                await SaveAsync(trustFile, remembered, stop.Token);
            Print(report, findings, isJson);
            return report.Findings == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            await Console.Error.WriteLineAsync($"The bundle couldn't be verified: {e.Message}");
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped before the end: nothing is verified.");
            return 2;
        }
    }

    // Written whole or not at all: an auditor's memory of the log must not be lost.
    private static async Task SaveAsync(string file, LogTrust trust, CancellationToken cancel)
    {
        var unfinished = file + ".new";
        await using (var output = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(trust.ToJson()), cancel);
            output.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    private static void Print(BundleReport report, List<Finding> findings, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { ok = report.Findings == 0, @checked = report.Checked, findings, @unchecked = report.Unchecked }, Web));
            return;
        }

        foreach (var f in findings)
            Console.WriteLine($"{f.Code}  tenant {f.Tenant ?? "-"}  stream {f.Stream?.ToString() ?? "-"}  version {f.Version?.ToString(null, null) ?? "-"}  index {f.Index?.ToString(null, null) ?? "-"}\n  {f.Detail}");
        if (report.Findings > findings.Count)
            Console.WriteLine($"... and {report.Findings - findings.Count} more");
        foreach (var what in report.Unchecked)
            Console.WriteLine($"NOT CHECKED  {what}");
        var about = report.About;
        var scope = $"{report.Checked} events of {(about.Tenant is { } tenant ? $"tenant {tenant}" : "all tenants")}, indices {about.From} to {about.To} of {about.Origin}";
        Console.WriteLine(report.Findings == 0 ? $"verified: {scope}, no finding" : $"NOT AS WRITTEN: {report.Findings} findings in {scope}");
    }
}
