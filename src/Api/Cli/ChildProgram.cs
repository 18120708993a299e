using System.Diagnostics;
using Platform.Api.Hosting;

namespace Platform.Api.Cli;

/// <summary>Runs another program on our terminal.</summary>
internal static class ChildProgram
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Waits for the program to end. When <paramref name="stop"/> is cancelled it gets SIGTERM, and after 10 s it and its children
    /// are killed.
    /// </summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(ProcessStartInfo start, CancellationToken stop)
    {
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            UnixSignal.Send(process.Id, UnixSignal.Terminate);
            await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(Grace, CancellationToken.None));
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }
}
