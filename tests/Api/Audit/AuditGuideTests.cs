using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Api.Tests.Hosting;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.Api.Tests.Audit;

/// <summary>docs/audit.md: its commands, on a server started as it says, and on one whose database was set back.</summary>
public sealed class AuditGuideTests : IDisposable
{
    private const string Restored = "<!-- restored:";

    private static readonly Guide _guide = new("docs/audit.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_guides_commands_do_what_it_says()
    {
        Directory.CreateDirectory(_scratch.Path);
        Assert.SkipWhen(await Samples.Script.RunAsync(_scratch.Path, "python3", "--version") is null, "not run: no python3 here");
        await RunningAsync(_ => Task.CompletedTask);
        Copy("postgres", "backup");
        await RunningAsync(async shell =>
        {
            var output = await shell(_guide.Blocks(Guide.Tour, Restored));
            output.ShouldContain("Signature Verified Successfully");
            output.ShouldContain(" is in the log");
            Regex.Count(output, "no finding").ShouldBe(MlDsa65.IsSupported ? 6 : 7, output);
            Regex.Count(output, "exit ").ShouldBe(MlDsa65.IsSupported ? 1 : 0, output);
            output.ShouldNotContain("_MISMATCH");
        });
        Copy("backup", "postgres");
        await RunningAsync(async shell =>
        {
            var work = Directory.GetDirectories(_scratch.Path, "tmp.*").Single(directory => File.Exists(Path.Combine(directory, "trust.json")));
            var output = await shell($"work='{work}'\n{_guide.Blocks(Restored, Guide.TourEnds)}");
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
        var table = _guide.Text[_guide.Text.IndexOf("## Findings", StringComparison.Ordinal)..];
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

    private Task RunningAsync(Func<Func<string, Task<string>>, Task> work) => Guide.RunningAsync(
        _scratch.Path, work, ("TMPDIR", _scratch.Path), ("WITNESS_URL", "http://127.0.0.1:0"),
        // What Python compiles would lie in the checkout.
        ("PYTHONDONTWRITEBYTECODE", "1"));
}
