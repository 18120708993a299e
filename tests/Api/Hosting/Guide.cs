using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Hosting;

/// <summary>A document whose commands the tests run, as somebody types them who follows it.</summary>
/// <param name="file">From the checkout's root.</param>
internal sealed partial class Guide(string file)
{
    /// <summary>Where the commands begin that are run, and where they end.</summary>
    public const string Tour = "<!-- tour:", TourEnds = "<!-- tour ends";

    public string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, file));

    /// <summary>The commands of the whole document.</summary>
    public string Blocks() => Blocks(Text);

    /// <summary>The commands between two marks.</summary>
    public string Blocks(string from, string to) => Blocks(Text[Text.IndexOf(from, StringComparison.Ordinal)..Text.IndexOf(to, StringComparison.Ordinal)]);

    /// <summary>Starts a server as the documents say, works with it, and stops it; one whose work failed is killed.</summary>
    /// <param name="data">The instance's directory.</param>
    /// <param name="work">Is given what runs commands beside the server, and gives what they print.</param>
    /// <param name="environment">Beside the test's own, for the server and the commands.</param>
    /// <returns>What the server said once it was ready.</returns>
    public static async Task<string> RunningAsync(string data, Func<Func<string, Task<string>>, Task> work, params (string Name, string Value)[] environment)
    {
        (string, string)[] instance = [("PLATFORM_DATA", data), .. environment];
        using var server = Start(Repository.Root, Path.Combine(Repository.Root, "platform"), ["run", "--port", "0"], instance);
        var errors = server.StandardError.ReadToEndAsync();
        try
        {
            string? line;
            while ((line = await server.StandardOutput.ReadLineAsync()) is not null && !line.StartsWith("ready ", StringComparison.Ordinal))
            {
            }
            line.ShouldNotBeNull("./platform run ended before it was ready.");
            var log = server.StandardOutput.ReadToEndAsync();
            await work(script => ShellAsync(Repository.Root, script, [("PLATFORM_URL", line["ready ".Length..]), .. instance]));

            using (var stop = Process.Start("kill", ["-TERM", $"{server.Id}"]))
                await server.WaitForExitAsync();
            server.ExitCode.ShouldBe(0, await errors);
            return await log + await errors;
        }
        finally
        {
            if (!server.HasExited)
                server.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs commands, none of which may fail, and gives what they print.</summary>
    public static async Task<string> ShellAsync(string directory, string script, params (string Name, string Value)[] environment)
    {
        using var shell = Start(directory, "bash", ["-euo", "pipefail", "-c", script], environment);
        var errors = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0, $"{output}\n{await errors}");
        return output;
    }

    private static string Blocks(string text) => string.Join('\n', ShellBlock().Matches(text).Select(m => m.Groups[1].Value));

    private static Process Start(string directory, string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("PLATFORM_URL");
        start.Environment.Remove("ConnectionStrings__Platform");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
