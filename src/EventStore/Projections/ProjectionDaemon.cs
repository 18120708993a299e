using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// Keeps every async projection up with the log. Each projection's live generation has a lease of its own, so any number of processes
/// share them; a projection whose code has a newer version than its model is rebuilt beside it first.
/// </summary>
public sealed class ProjectionDaemon(DocumentStore store, ProjectionRebuild rebuild, ILogger<ProjectionDaemon> log)
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>Makes the tables of all projections, so that readers find them from the start.</summary>
    public async Task PrepareAsync(CancellationToken cancel = default)
    {
        foreach (var projection in store.Options.Projections.Where(p => p.Lifecycle != ProjectionLifecycle.Live))
        {
            var live = await ProjectionGenerations.EnsureLiveAsync(store.Options.Database.Projections, projection, cancel);
            if (projection.Lifecycle == ProjectionLifecycle.Inline && live.Version < projection.Version)
                await rebuild.RunAsync(projection, null, cancel);
        }
    }

    public Task RunAsync(CancellationToken cancel) =>
        Task.WhenAll(store.Options.Projections.Where(p => p.Lifecycle == ProjectionLifecycle.Async).Select(p => RunAsync(p, cancel)));

    private async Task RunAsync(Projection projection, CancellationToken cancel)
    {
        var retry = TimeSpan.FromMilliseconds(250);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(projection, () => retry = TimeSpan.FromMilliseconds(250), cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (LeaseLostException)
            {
                log.LogInformation("Projection {Projection} passed to another process or generation.", projection.Name);
            }
            catch (NpgsqlException e) when (e.IsTransient)
            {
                log.LogWarning("Projection {Projection} can't reach the database, it tries again: {Reason}", projection.Name, e.Message);
                await Task.Delay(retry, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                log.LogError(e, "Projection {Projection} stopped; it is tried again in {Retry}.", projection.Name, retry);
                await Task.Delay(retry, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry = retry * 2 > LongestRetry ? LongestRetry : retry * 2;
            }
        }
    }

    private async Task FollowAsync(Projection projection, Action onProgress, CancellationToken cancel)
    {
        var pool = store.Options.Database.Projections;
        var generation = await ProjectionGenerations.EnsureLiveAsync(pool, projection, cancel);
        if (generation.Version < projection.Version)
        {
            log.LogInformation("Projection {Projection} has new code: building version {Version} beside version {Old}.", projection.Name, projection.Version, generation.Version);
            await rebuild.RunAsync(projection, null, cancel);
            return;
        }
        if (generation.Version > projection.Version)
        {
            log.LogInformation("Projection {Projection} is of version {Newer}: left to processes with newer code than version {Version}.", projection.Name, generation.Version, projection.Version);
            await Task.Delay(LongestRetry, cancel);
            return;
        }
        var run = new ProjectionRun(store, projection, generation);
        try
        {
            while (!await run.HoldAsync(cancel))
                await Task.Delay(Lease.Life / 8, cancel);
            // What was read before the lease was ours may have moved on.
            if (await ProjectionGenerations.LiveAsync(pool, projection.Name, cancel) is not { } live || live.Number != generation.Number)
                return;
            run.MoveTo(live.Position);
            while (true)
            {
                var pulse = store.Signals.Sequenced.Next;
                if (!await run.HoldAsync(cancel))
                    return;
                var advanced = await run.StepAsync(long.MaxValue, cancel);
                if (advanced > 0)
                {
                    onProgress();
                    store.Signals.Projected.Pulse();
                }
                else
                    await Signal.WaitAsync(pulse, Sequencer.Poll, cancel);
            }
        }
        catch (Exception e) when (e is not (OperationCanceledException or LeaseLostException or NpgsqlException { IsTransient: true }))
        {
            await run.FailAsync($"{e.GetType().Name}: {e.Message}", cancel);
            throw;
        }
        finally
        {
            await ReleaseAsync(run);
        }
    }

    private async Task ReleaseAsync(ProjectionRun run)
    {
        try
        {
            await run.ReleaseAsync();
        }
        catch (NpgsqlException e)
        {
            log.LogDebug(e, "A projection's lease runs out by itself.");
        }
    }
}
