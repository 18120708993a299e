using System.Runtime.InteropServices;

namespace Platform.Api.Hosting;

/// <summary>Signals to another process, by the numbers that Linux and macOS share.</summary>
internal static class UnixSignal
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Terminate = 15;

    /// <summary>Sends a signal; false when there's no such process or it isn't ours.</summary>
    public static bool Send(int pid, int signal) => pid > 0 && Kill(pid, signal) == 0;

    /// <summary>Whether a process of that id exists.</summary>
    public static bool IsAlive(int pid) => Send(pid, 0);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
