using System.Diagnostics;

namespace Platform.Faults.Tests;

/// <summary>Signals to a process by its id.</summary>
internal static class Signal
{
    /// <summary>PostgreSQL: fast shutdown, as <c>pg_ctl stop -m fast</c>.</summary>
    public const string Interrupt = "INT";

    /// <summary>PostgreSQL: immediate shutdown, as <c>pg_ctl stop -m immediate</c>; the next start recovers.</summary>
    public const string Quit = "QUIT";

    public const string Kill = "KILL";
    public const string Terminate = "TERM";

    /// <summary>The process stands still, wherever it is, until <see cref="Continue"/>.</summary>
    public const string Stop = "STOP";

    public const string Continue = "CONT";

    public static void Send(int process, string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", $"{process}"]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }
}
