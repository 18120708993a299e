using Microsoft.Extensions.Logging;

namespace Platform.Api.Hosting;

/// <summary>Starts the server of a cluster whose lock we hold, making the cluster first when it's new.</summary>
internal sealed class ServerStart(ClusterDirectory directory, EmbeddedPostgresOptions options, ILogger logger)
{
    private const long LogLimitBytes = 16 << 20;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Obstacles = TimeSpan.FromSeconds(20);

    /// <summary>Returns when the server answers and has the platform's database.</summary>
    /// <param name="cancellation">Gives up; no server stays behind.</param>
    /// <param name="onPort">The port to listen on; null: the one of the last start if it's free, otherwise any.</param>
    /// <exception cref="EmbeddedPostgresException">It can't be started; the message has the end of the server's log.</exception>
    /// <exception cref="IOException">The directory can't be written to.</exception>
    public async Task<(ServerProcess Server, int Port)> RunAsync(CancellationToken cancellation, int? onPort = null)
    {
        var kept = directory.ReadState()?.Port;
        directory.WriteState(new ClusterState(kept ?? 0, 0, Environment.ProcessId));
        var binaries = PostgresBinaries.Find(directory.MajorVersion);
        var account = await ServerAccount.ForAsync(directory.Root, cancellation);

        if (directory.MajorVersion is null)
            await ClusterCreation.CreateAsync(directory, binaries, account, options.Durable, cancellation);
        else
            await LeftoverServer.StopAsync(directory.Data, logger, cancellation);
        if (File.Exists(directory.Log) && new FileInfo(directory.Log).Length > LogLimitBytes)
            File.Move(directory.Log, directory.Log + ".1", overwrite: true);

        var compression = await WalCompressionAsync(binaries, account, cancellation);
        var deadline = Environment.TickCount64 + (long)Obstacles.TotalMilliseconds;
        while (true)
        {
            var logged = File.Exists(directory.Log) ? new FileInfo(directory.Log).Length : 0;
            var port = onPort ?? FreePort.Choose(kept);
            var server = await ServerProcess.StartAsync(account.RunAsChild(
                [binaries.Program("postgres"), "-D", directory.Data, .. ServerSettings.Arguments(options, port, compression)]), directory.Log);
            if (await IsReadyAsync(server, port, cancellation))
                return (server, port);

            var log = EndOfLog(logged);
            if (!MayPass(log) || Environment.TickCount64 >= deadline)
                throw new EmbeddedPostgresException($"PostgreSQL {binaries.Version} didn't start. The end of {directory.Log}:\n{log}");
            await Task.Delay(Pause, cancellation);
        }
    }

    private async Task<bool> IsReadyAsync(ServerProcess server, int port, CancellationToken cancellation)
    {
        var maintenance = ServerConnection.StringFor(
            port, directory.Secrets.Get(ClusterCreation.PasswordSecret), ServerConnection.Maintenance);
        var deadline = Environment.TickCount64 + (long)options.StartTimeout.TotalMilliseconds;
        try
        {
            while (!server.Exited.IsCompleted)
            {
                if (await ServerConnection.AnswersAsync(maintenance, cancellation))
                {
                    await ServerConnection.EnsureDatabaseAsync(maintenance, cancellation);
                    directory.WriteState(new ClusterState(port, server.Pid, Environment.ProcessId));
                    return true;
                }

                if (Environment.TickCount64 >= deadline)
                    throw new EmbeddedPostgresException($"PostgreSQL didn't answer in time. The end of {directory.Log}:\n{EndOfLog(0)}");
                await Task.WhenAny(server.Exited, Task.Delay(Poll, cancellation));
            }

            return false;
        }
        catch
        {
            await server.StopAsync();
            throw;
        }
    }

    /// <summary>
    /// Another program took the port between the choice and the start ("in use"), or the processes of a killed server aren't gone yet:
    /// children keep its memory "in use", and until it is reaped its lock file "already exists".
    /// </summary>
    private static bool MayPass(string log) =>
        log.Contains("in use", StringComparison.Ordinal) || log.Contains("already exists", StringComparison.Ordinal);

    /// <summary>lz4 where the server was built with it, otherwise PostgreSQL's own method.</summary>
    private async Task<string> WalCompressionAsync(PostgresBinaries binaries, ServerAccount account, CancellationToken cancellation)
    {
        var probe = await ProgramRun.OfAsync(account.Run(
            [binaries.Program("postgres"), "-D", directory.Data, "-c", "wal_compression=lz4", "-C", "wal_compression"]), cancellation);
        return probe.Succeeded ? "lz4" : "on";
    }

    private string EndOfLog(long from)
    {
        using var file = new FileStream(directory.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return string.Join('\n', reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(20));
    }
}
