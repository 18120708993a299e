using Microsoft.Extensions.Logging;

namespace Platform.Api.Hosting;

/// <summary>
/// A server whose owner was killed. It got SIGINT when its owner died, so it is mostly gone already; where it isn't, it's stopped.
/// </summary>
internal static class LeftoverServer
{
    private static readonly TimeSpan FastShutdown = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ImmediateShutdown = TimeSpan.FromSeconds(10);

    /// <summary>Returns when no server runs on the data directory.</summary>
    /// <exception cref="EmbeddedPostgresException">One runs and doesn't stop.</exception>
    public static async Task StopAsync(string data, ILogger logger, CancellationToken cancellation)
    {
        if (Find(data) is not { } pid)
            return;

        logger.LogWarning("Waiting for PostgreSQL (process {Pid}) of an owner that was killed to stop", pid);
        UnixSignal.Send(pid, UnixSignal.Interrupt);
        if (await EndsAsync(pid, data, FastShutdown, cancellation))
            return;
        UnixSignal.Send(pid, UnixSignal.Quit);
        if (!await EndsAsync(pid, data, ImmediateShutdown, cancellation))
            throw new EmbeddedPostgresException($"PostgreSQL (process {pid}) still runs on {data} and doesn't stop.");
    }

    /// <summary>The process that postmaster.pid names, when it's alive and really a server of that directory.</summary>
    public static int? Find(string data)
    {
        var file = Path.Combine(data, "postmaster.pid");
        try
        {
            return int.TryParse(File.ReadLines(file).FirstOrDefault(), out var pid) && IsServerOf(pid, data) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsServerOf(int pid, string data)
    {
        if (!UnixSignal.IsAlive(pid))
            return false;
        var arguments = $"/proc/{pid}/cmdline";
        // Without /proc (macOS) the file's word is taken: a process id used again for something else is rare there.
        return !Directory.Exists("/proc/self") || (File.Exists(arguments) && File.ReadAllText(arguments).Split('\0').Contains(data));
    }

    private static async Task<bool> EndsAsync(int pid, string data, TimeSpan within, CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)within.TotalMilliseconds;
        while (IsServerOf(pid, data))
        {
            if (Environment.TickCount64 >= deadline)
                return false;
            await Task.Delay(20, cancellation);
        }

        return true;
    }
}
