using System.Diagnostics;
using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>A running PostgreSQL server that is our child and doesn't outlive us.</summary>
internal sealed class ServerProcess
{
    private static readonly TimeSpan FastShutdown = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ImmediateShutdown = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(int pid) => Pid = pid;

    public int Pid { get; }

    /// <summary>Completes with the exit code when the server has ended.</summary>
    public Task<int> Exited => exited.Task;

    /// <summary>Starts a command whose output is appended to a log file; the command must end up as the server itself (by exec).</summary>
    public static async Task<ServerProcess> StartAsync(IEnumerable<string> command, string log)
    {
        await PrivateFiles.Open(log, FileMode.Append, FileShare.ReadWrite).DisposeAsync();
        // The shell opens the log, as us, before the command becomes another user; a pipe to us would break when we are killed.
        var start = ProgramRun.StartInfo(
            ["sh", "-c", "log=$0; exec \"$@\" </dev/null >>\"$log\" 2>&1", log, .. command], redirect: false);

        var started = new TaskCompletionSource<ServerProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        // The parent-death signal is sent when the thread that forked ends, so that thread stays until the server has ended.
        new Thread(() => Run(start, started)) { IsBackground = true, Name = "postgres" }.Start();
        return await started.Task;
    }

    /// <summary>Fast shutdown (SIGINT: rolls back, checkpoints), immediate shutdown (SIGQUIT) when that takes longer than 30 s.</summary>
    /// <exception cref="EmbeddedPostgresException">The server didn't end.</exception>
    public async Task StopAsync()
    {
        if (await EndsAsync(UnixSignal.Interrupt, FastShutdown) || await EndsAsync(UnixSignal.Quit, ImmediateShutdown))
            return;
        throw new EmbeddedPostgresException($"PostgreSQL (process {Pid}) doesn't stop.");
    }

    private static void Run(ProcessStartInfo start, TaskCompletionSource<ServerProcess> started)
    {
        try
        {
            using var process = Process.Start(start)!;
            var server = new ServerProcess(process.Id);
            started.SetResult(server);
            process.WaitForExit();
            server.exited.SetResult(process.ExitCode);
        }
        catch (Exception error) when (!started.Task.IsCompleted)
        {
            started.SetException(error);
        }
    }

    private async Task<bool> EndsAsync(int signal, TimeSpan within)
    {
        if (!Exited.IsCompleted)
            UnixSignal.Send(Pid, signal);
        return await Task.WhenAny(Exited, Task.Delay(within)) == Exited;
    }
}
