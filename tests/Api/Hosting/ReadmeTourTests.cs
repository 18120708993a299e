using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Hosting;

/// <summary>The README's ten minutes, as a newcomer types them: its own commands on a server started by its own first command.</summary>
public sealed partial class ReadmeTourTests
{
    [Fact]
    public async Task The_tour_of_the_readme_does_what_it_says()
    {
        using var data = new ScratchDirectory();
        using var server = Start(Path.Combine(Repository.Root, "platform"), ["run", "--port", "0"], data.Path, null);
        try
        {
            var url = await ReadyAsync(server);
            using var tour = Start("bash", ["-euo", "pipefail", "-c", Tour()], data.Path, url);
            var errors = tour.StandardError.ReadToEndAsync();
            var output = await tour.StandardOutput.ReadToEndAsync();
            await tour.WaitForExitAsync();

            tour.ExitCode.ShouldBe(0, $"{output}\n{await errors}");
            output.ShouldContain("content.item-published");
            output.ShouldContain("no finding");
            output.ShouldContain("PAYLOAD_MISMATCH");
            Regex.Count(output, "_MISMATCH").ShouldBe(1);
            output.ShouldContain("exit 1");
            output.ShouldContain("DIFFERS: 1 rows only before, 1 rows only after; the old model stays");
            output.ShouldContain("content_type_details live");
        }
        finally
        {
            using var stop = Process.Start("kill", ["-TERM", $"{server.Id}"]);
            await server.WaitForExitAsync();
        }
        server.ExitCode.ShouldBe(0);
    }

    private static string Tour()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var part = readme[readme.IndexOf("<!-- tour:", StringComparison.Ordinal)..readme.IndexOf("<!-- tour ends", StringComparison.Ordinal)];
        return string.Join('\n', ShellBlock().Matches(part).Select(m => m.Groups[1].Value));
    }

    private static Process Start(string program, string[] arguments, string data, string? url)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PLATFORM_DATA"] = data;
        start.Environment.Remove("ConnectionStrings__Platform");
        if (url is not null)
            start.Environment["PLATFORM_URL"] = url;
        return Process.Start(start)!;
    }

    private static async Task<string> ReadyAsync(Process server)
    {
        _ = server.StandardError.ReadToEndAsync();
        while (await server.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _ = server.StandardOutput.ReadToEndAsync();
                return line["ready ".Length..];
            }
        throw new InvalidOperationException("./platform run ended before it was ready.");
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
