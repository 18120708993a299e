using Microsoft.Extensions.Logging;

namespace Platform.Api.Hosting;

/// <summary>
/// Starts a server again whenever it ends by itself: killed, out of memory, or because it couldn't write its log on a full disk. It tries
/// until the server runs again, however long the cause lasts; whoever uses the server meanwhile finds it away.
/// </summary>
internal sealed class ServerSupervision : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource stopping = new();
    private readonly Func<CancellationToken, Task<ServerProcess>> start;
    private readonly ILogger logger;
    private readonly Task watch;
    private ServerProcess server;

    /// <param name="server">Runs.</param>
    /// <param name="start">Starts its successor; cancelled, it leaves none.</param>
    /// <param name="logger">For each end and each start.</param>
    public ServerSupervision(ServerProcess server, Func<CancellationToken, Task<ServerProcess>> start, ILogger logger)
    {
        this.server = server;
        this.start = start;
        this.logger = logger;
        watch = Task.Run(WatchAsync);
    }

    /// <summary>Ends the supervision and the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watch;
        await server.StopAsync();
        stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                var code = await server.Exited.WaitAsync(stopping.Token);
                logger.LogError("PostgreSQL (process {Pid}) ended by itself with code {Code}; it is started again", server.Pid, code);
                server = await StartAgainAsync();
                logger.LogWarning("PostgreSQL runs again as process {Pid}", server.Pid);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task<ServerProcess> StartAgainAsync()
    {
        for (var pause = ShortestPause; ; pause = pause * 2 > LongestPause ? LongestPause : pause * 2)
        {
            try
            {
                return await start(stopping.Token);
            }
            // Whatever it was, giving up would be no better: nothing works without the server.
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                logger.LogError("PostgreSQL couldn't be started and is tried again: {Reason}", e.Message);
                await Task.Delay(pause, stopping.Token);
            }
        }
    }
}
