using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventStore;

namespace Platform.Processors;

/// <summary>
/// Work that is looked for again and again as long as the host lives. Any number of nodes may run the same job: what it does must be
/// right however often it's done.
/// </summary>
/// <param name="every">Pause between two rounds that left nothing over.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where a round that the database stood in the way of is told.</param>
public abstract class RecurringJob(TimeSpan every, TimeProvider time, ILogger log) : BackgroundService
{
    /// <summary>One round.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    public abstract Task<bool> RunOnceAsync(CancellationToken cancel);

    /// <summary>Does one piece of a round. One that fails is told and passed over: those after it don't wait for it, unless the database is away.</summary>
    /// <param name="about">What the piece is about, for the log.</param>
    /// <param name="work">Gives whether anything was appended.</param>
    protected async Task<bool> TryAsync(object about, Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is not (OperationCanceledException or NpgsqlException { IsTransient: true }))
        {
            log.LogError(e, "{Job} couldn't do its work on {About}; it's tried again.", GetType().Name, about);
            return false;
        }
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (!await TryRoundAsync(stoppingToken))
                    await Task.Delay(every, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryRoundAsync(CancellationToken cancel)
    {
        try
        {
            return await RunOnceAsync(cancel);
        }
        catch (Exception e) when (e is NpgsqlException or AppendRefusedException)
        {
            log.LogWarning(e, "{Job} couldn't do its work; it's tried again in {Every}.", GetType().Name, every);
            return false;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // One job's failure must not take the node down, which would stop all others with it.
            log.LogError(e, "{Job} failed; it's tried again in {Every}.", GetType().Name, every);
            return false;
        }
    }
}
