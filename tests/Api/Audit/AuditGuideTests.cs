using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Ledger;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Audit;

/// <summary>docs/audit.md: its commands, on a server started as it says, and on one whose database was set back.</summary>
public sealed partial class AuditGuideTests : IDisposable
{
    private const string Restored = "<!-- restored:";

    private static readonly string _guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "audit.md"));

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_guides_commands_do_what_it_says()
    {
        Directory.CreateDirectory(_scratch.Path);
        Assert.SkipWhen(await Samples.Script.RunAsync(_scratch.Path, "python3", "--version") is null, "not run: no python3 here");
        await WhileRunningAsync(_ => Task.CompletedTask);
        Copy("postgres", "backup");
        await WhileRunningAsync(async url =>
        {
            var output = await ShellAsync(url, Blocks("<!-- tour:", Restored));
            output.ShouldContain("Signature Verified Successfully");
            output.ShouldContain(" is in the log");
            Regex.Count(output, "no finding").ShouldBe(7, output);
            output.ShouldNotContain("_MISMATCH");
        });
        Copy("backup", "postgres");
        await WhileRunningAsync(async url =>
        {
            var work = Directory.GetDirectories(_scratch.Path, "tmp.*").Single(directory => File.Exists(Path.Combine(directory, "trust.json")));
            var output = await ShellAsync(url, $"work='{work}'\n{Blocks(Restored, "<!-- tour ends")}");
            var parts = Regex.Split(output, "reopened as .*|no finding");
            parts.Length.ShouldBe(3, output);
            parts[0].ShouldContain("ROLLBACK");
            parts[0].ShouldContain("exit 1");
            parts[1].ShouldNotContain("ROLLBACK");
            parts[2].ShouldContain("ROLLBACK");
            parts[2].ShouldContain("WRONG_ORIGIN");
            parts[2].ShouldContain("exit 1");
        });
    }

    [Fact]
    public void Every_code_of_a_finding_is_explained()
    {
        var table = _guide[_guide.IndexOf("## Findings", StringComparison.Ordinal)..];
        foreach (var code in typeof(FindingCode).GetFields().Select(field => (string)field.GetRawConstantValue()!))
            table.ShouldContain($"`{code}`");
    }

    public void Dispose() => _scratch.Dispose();

    // The cluster's owner and modes as they are.
    private void Copy(string from, string to)
    {
        using var copy = Process.Start("sh", ["-c", "rm -rf -- \"$2\" && cp -a -- \"$1\" \"$2\"", "sh", Path.Combine(_scratch.Path, from), Path.Combine(_scratch.Path, to)]);
        copy.WaitForExit();
        copy.ExitCode.ShouldBe(0);
    }

    private static string Blocks(string from, string to)
    {
        var part = _guide[_guide.IndexOf(from, StringComparison.Ordinal).._guide.IndexOf(to, StringComparison.Ordinal)];
        return string.Join('\n', ShellBlock().Matches(part).Select(m => m.Groups[1].Value));
    }

    private async Task WhileRunningAsync(Func<string, Task> work)
    {
        using var server = Start(Path.Combine(Repository.Root, "platform"), ["run", "--port", "0"], null);
        _ = server.StandardError.ReadToEndAsync();
        try
        {
            string? line;
            while ((line = await server.StandardOutput.ReadLineAsync()) is not null && !line.StartsWith("ready ", StringComparison.Ordinal))
            {
            }
            line.ShouldNotBeNull("./platform run ended before it was ready.");
            _ = server.StandardOutput.ReadToEndAsync();
            await work(line["ready ".Length..]);
        }
        finally
        {
            using var stop = Process.Start("kill", ["-TERM", $"{server.Id}"]);
            await server.WaitForExitAsync();
        }
    }

    private async Task<string> ShellAsync(string url, string script)
    {
        using var shell = Start("bash", ["-euo", "pipefail", "-c", script], url);
        var errors = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0, $"{output}\n{await errors}");
        return output;
    }

    private Process Start(string program, string[] arguments, string? url)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PLATFORM_DATA"] = _scratch.Path;
        start.Environment["TMPDIR"] = _scratch.Path;
        start.Environment["WITNESS_URL"] = "http://127.0.0.1:0";
        // What Python compiles would lie in the checkout.
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["PLATFORM_URL"] = url;
        start.Environment.Remove("ConnectionStrings__Platform");
        return Process.Start(start)!;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
