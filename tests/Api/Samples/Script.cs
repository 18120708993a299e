using System.ComponentModel;
using System.Diagnostics;

namespace Platform.Api.Tests.Samples;

/// <summary>How a program of another language ended.</summary>
internal sealed record Script(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program of PATH to its end, at most five minutes. Null if there is none of this name.</summary>
    /// <exception cref="TimeoutException">It was ended after that time.</exception>
    public static async Task<Script?> RunAsync(string directory, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        // What Python compiles would lie in the checkout.
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            using var process = Process.Start(start)!;
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            try
            {
                await process.WaitForExitAsync(limit.Token);
                return new Script(process.ExitCode, await output, await errors);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"{program} {string.Join(' ', arguments)} took more than five minutes.");
            }
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
