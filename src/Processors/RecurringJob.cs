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

    /// <summary>Does one of a round's pieces of work; what it meets stops none of the others.</summary>
    /// <param name="piece">What it's about, for the log.</param>
    /// <param name="work">Says whether it changed anything.</param>
    /// <param name="cancel">Stops the round.</param>
    /// <returns>Whether it changed anything.</returns>
    protected async Task<bool> TryOneAsync(object piece, Func<Task<bool>> work, CancellationToken cancel)
    {
        try
        {
            return await work();
        }
        // Without its database the whole round is in vain, and told once.
        catch (Exception e) when (!cancel.IsCancellationRequested && e is not NpgsqlException { IsTransient: true })
        {
            log.LogError(e, "{Job} couldn't do {Piece}; it's tried again with the next round.", GetType().Name, piece);
            return false;
        }
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (!await TryAsync(stoppingToken))
                    await Task.Delay(every, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancel)
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
