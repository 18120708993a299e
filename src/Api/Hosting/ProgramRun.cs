using System.Diagnostics;

namespace Platform.Api.Hosting;

/// <summary>A program that was run to its end, and everything it wrote.</summary>
internal sealed record ProgramRun(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Runs a command in the root directory (the server's account may not be able to read ours) without input.</summary>
    public static async Task<ProgramRun> OfAsync(IEnumerable<string> command, CancellationToken cancellation)
    {
        using var process = Process.Start(StartInfo(command, redirect: true))!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            var text = await output + await error;
            await process.WaitForExitAsync(cancellation);
            return new ProgramRun(process.ExitCode, text);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <exception cref="EmbeddedPostgresException">It failed; the message has what it wrote.</exception>
    public static async Task RequireAsync(string what, IEnumerable<string> command, CancellationToken cancellation)
    {
        var run = await OfAsync(command, cancellation);
        if (!run.Succeeded)
            throw new EmbeddedPostgresException($"{what} failed (exit code {run.ExitCode}):\n{run.Output.Trim()}");
    }

    /// <summary>Whether a program is found in PATH.</summary>
    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    /// <summary>How to start a command: without the PG* variables of the user's own servers.</summary>
    public static ProcessStartInfo StartInfo(IEnumerable<string> command, bool redirect)
    {
        var parts = command.ToList();
        var start = new ProcessStartInfo(parts[0], parts.Skip(1))
        {
            WorkingDirectory = "/",
            RedirectStandardInput = redirect,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return start;
    }
}
