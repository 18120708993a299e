using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary><c>./platform verify --bundle</c>: an exported bundle, without database and network.</summary>
internal static class BundleVerification
{
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
            var trust = await TrustFile.ReadAsync(trustFile, stop.Token);
            var findings = new FindingList();
            Task<BundleReport> Verify(ProgressBar? bar) => new BundleVerifier().VerifyAsync(
                bundle, trust, findings.Add, bar is null ? null : bar.Report, stop.Token);
            var report = isJson ? await Verify(null) : await ProgressBar.RunAsync("verify", "events", Verify);
            if (trustFile is not null && report.Trust is { } remembered)
                await TrustFile.SaveAsync(trustFile, remembered, stop.Token);
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

    private static void Print(BundleReport report, FindingList findings, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { ok = report.Findings == 0, @checked = report.Checked, findings = findings.Shown, @unchecked = report.Unchecked }, Web));
            return;
        }

        findings.Print();
        foreach (var what in report.Unchecked)
            Console.WriteLine($"NOT CHECKED  {what}");
        var about = report.About;
        var scope = $"{report.Checked} events of {(about.Tenant is { } tenant ? $"tenant {tenant}" : "all tenants")}, indices {about.From} to {about.To} of {about.Origin}";
        Console.WriteLine(report.Findings == 0 ? $"verified: {scope}, no finding" : $"NOT AS WRITTEN: {report.Findings} findings in {scope}");
    }
}
