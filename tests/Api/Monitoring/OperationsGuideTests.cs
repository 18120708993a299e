using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Monitoring;

/// <summary>docs/operations.md: the commands of its run-books, on a server started as it says.</summary>
public sealed partial class OperationsGuideTests : IDisposable
{
    private static readonly string _guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_run_books_commands_do_what_they_say()
    {
        using var server = Start(Path.Combine(Repository.Root, "platform"), ["run", "--port", "0"], null);
        var errors = server.StandardError.ReadToEndAsync();
        try
        {
            string? line;
            while ((line = await server.StandardOutput.ReadLineAsync()) is not null && !line.StartsWith("ready ", StringComparison.Ordinal))
            {
            }
            line.ShouldNotBeNull("./platform run ended before it was ready.");
            var log = server.StandardOutput.ReadToEndAsync();
            var output = await ShellAsync(line["ready ".Length..], Blocks());

            output.ShouldMatch("site_details +paused");
            output.ShouldContain("site_details is paused");
            output.ShouldContain("site_details (1 events parked, 0 held)");
            output.ShouldContain("sites.site-renamed");
            output.ShouldContain("1 events couldn't be applied");
            output.ShouldContain("equal to the old model");
            output.ShouldContain("Had the read model site_details leave out the parked event");
            output.ShouldMatch(@"generation \d+ of site_details is dropped");
            // The table with parked events, the retry by the same code, and the drop of what is read.
            Regex.Count(output, "exit 1").ShouldBe(3, output);

            using (var stop = Process.Start("kill", ["-TERM", $"{server.Id}"]))
                await server.WaitForExitAsync();
            ((await log) + await errors).ShouldContain("can't apply event");
        }
        finally
        {
            if (!server.HasExited)
                server.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void Every_metric_it_names_is_one_that_there_is()
    {
        var metrics = File.ReadAllText(Path.Combine(Repository.Root, "src", "Api", "Monitoring", "Metrics.cs"));
        foreach (var name in MetricName().Matches(_guide).Select(m => m.Value).Distinct())
            metrics.ShouldContain($"\"{name}\"");
    }

    public void Dispose() => _scratch.Dispose();

    private static string Blocks()
    {
        var part = _guide[_guide.IndexOf("<!-- tour:", StringComparison.Ordinal).._guide.IndexOf("<!-- tour ends", StringComparison.Ordinal)];
        return string.Join('\n', ShellBlock().Matches(part).Select(m => m.Groups[1].Value));
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
        start.Environment["PLATFORM_URL"] = url;
        start.Environment.Remove("ConnectionStrings__Platform");
        return Process.Start(start)!;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"platform_(log|projection)_[a-z_]+")]
    private static partial Regex MetricName();
}
