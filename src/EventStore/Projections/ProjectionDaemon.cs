using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// Keeps every async projection up with the log. Each projection's generation has a lease of its own, so any number of processes share them; a projection
/// whose code has another version than the models there are is built beside them first.
/// </summary>
public sealed class ProjectionDaemon
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(250), LongestRetry = TimeSpan.FromSeconds(30), LongestPause = TimeSpan.FromHours(1);

    private readonly DocumentStore _store;
    private readonly ProjectionRebuild _rebuild;
    private readonly ILogger<ProjectionDaemon> _log;
    private readonly LogPages _pages;
    private readonly PassingRuns _passing;
    private readonly NodeShare _share;
    private volatile HashSet<string> _paused = [];

    public ProjectionDaemon(DocumentStore store, ProjectionRebuild rebuild, ILogger<ProjectionDaemon> log)
    {
        (_store, _rebuild, _log, _pages, _passing) = (store, rebuild, log, new LogPages(store), new PassingRuns(store.Options.Database.Projections));
        _share = new NodeShare(store.Options.Database.Leases, "projections", Followed.Count(), store.Options.Time);
    }

    /// <summary>Told of each version that this process built, or found built, beside what there was; what it throws is logged, and nothing waits for it.</summary>
    public Func<Projection, RebuildReport, CancellationToken, Task> OnBuilt { get; set; } = (_, _, _) => Task.CompletedTask;

    private NpgsqlDataSource Pool => _store.Options.Database.Projections;
    private IEnumerable<Projection> Followed => _store.Options.Projections.Where(p => p.Lifecycle == ProjectionLifecycle.Async);

    /// <summary>Makes the tables of all projections, so that readers find them from the start.</summary>
    public async Task PrepareAsync(CancellationToken cancel = default)
    {
        foreach (var projection in _store.Options.Projections.Where(p => p.Lifecycle != ProjectionLifecycle.Live))
        {
            var live = await ProjectionGenerations.EnsureLiveAsync(_store, projection, cancel);
            if (live is null && projection.Lifecycle == ProjectionLifecycle.Inline)
                await _rebuild.RunAsync(projection, null, cancel);
            else if (!await ProjectionGenerations.EnsureReadableAsync(_store, projection, cancel))
                _log.LogWarning("Projection {Projection} can't be read here until version {Version} of it is built.", projection.Name, projection.Version);
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        await Task.WhenAll(Followed.Select(p => RunAsync(p, cancel)).Append(WatchAsync(cancel)));
        await _share.LeaveAsync();
    }

    // What all projections of this process go by: how many processes share them, and which are paused.
    private async Task WatchAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await _share.RenewAsync(cancel);
                _paused = [.. await new ProjectionOperations(_store).PausedAsync(cancel)];
            }
            catch (NpgsqlException e)
            {
                _log.LogDebug(e, "The processes that follow the log can't be counted now.");
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
            }
            await Task.Delay(Lease.Life / 4, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(Projection projection, CancellationToken cancel)
    {
        var retry = ShortestRetry;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(projection, () => retry = ShortestRetry, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (LeaseLostException)
            {
                _log.LogInformation("Projection {Projection} passed to another process or generation.", projection.Name);
            }
            catch (NpgsqlException e) when (e.IsTransient)
            {
                _log.LogWarning("Projection {Projection} can't reach the database, it tries again: {Reason}", projection.Name, e.Message);
                await Task.Delay(retry, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                _log.LogError(e, "Projection {Projection} stopped; it is tried again in {Retry}.", projection.Name, retry);
                await Task.Delay(retry, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry = retry * 2 > LongestRetry ? LongestRetry : retry * 2;
            }
        }
    }

    private async Task FollowAsync(Projection projection, Action onProgress, CancellationToken cancel)
    {
        if (await ProjectionGenerations.EnsureLiveAsync(_store, projection, cancel) is not { } generation)
        {
            await BuildAsync(projection, cancel);
            return;
        }
        var run = new ProjectionRun(_store, projection, generation) { OnParked = (e, error) => Alarm(projection, e, error) };
        await TakeAsync(run, cancel);
        _share.Took();
        var isCounted = true;
        _pages.Join(run);
        try
        {
            // What was read before the lease was ours may have moved on.
            if (await ProjectionGenerations.LiveAsync(Pool, projection, cancel) is not { } live || live.Number != generation.Number)
                return;
            run.MoveTo(live);
            var look = 0L;
            while (!_paused.Contains(projection.Name))
            {
                var pulse = _store.Signals.Sequenced.Next;
                if (!await run.HoldAsync(cancel))
                    return;
                if (Environment.TickCount64 >= look)
                {
                    look = Environment.TickCount64 + (long)(Lease.Life / 4).TotalMilliseconds;
                    if (_share.HasMore && await run.IsWantedAsync(cancel) && _share.GivesUp())
                    {
                        isCounted = false;
                        _log.LogInformation("Projection {Projection} goes to a process that has fewer.", projection.Name);
                        break;
                    }
                }
                if (await run.StepAsync(_pages, _passing, cancel) > 0)
                {
                    onProgress();
                    _store.Signals.Projected.Pulse();
                    if (!run.IsBehind)
                        await Task.Delay(projection.Rest, cancel);
                }
                else
                    await Signal.WaitAsync(pulse, _store.Signals.Patience, cancel);
            }
        }
        catch (Exception e) when (e is not (OperationCanceledException or LeaseLostException or NpgsqlException { IsTransient: true }))
        {
            await run.FailAsync($"{e.GetType().Name}: {e.Message}", cancel);
            throw;
        }
        finally
        {
            _pages.Leave(run);
            if (isCounted)
                _share.GaveBack();
            await run.ReleaseAsync();
        }
        // Whoever asked for it takes it now.
        await Task.Delay(Lease.Life / 2, cancel);
    }

    private async Task TakeAsync(ProjectionRun run, CancellationToken cancel)
    {
        while (_paused.Contains(run.Projection.Name) || !await run.HoldAsync(cancel))
        {
            if (_share.HasLess)
                await run.WantAsync(cancel);
            await Task.Delay(Lease.Life / 8, cancel);
        }
    }

    private async Task BuildAsync(Projection projection, CancellationToken cancel)
    {
        for (var pause = LongestRetry; ; pause = pause * 2 > LongestPause ? LongestPause : pause * 2)
        {
            _log.LogInformation("Projection {Projection}: version {Version} is built beside what there is.", projection.Name, projection.Version);
            var progress = new BuildProgress(_store, null);
            var report = await progress.WhileAsync(() => _rebuild.RunAsync(projection, progress, cancel), cancel);
            await TellAsync(projection, report, cancel);
            if (report.Swapped)
                return;
            _log.LogCritical("Version {Version} of projection {Projection} isn't put in place: {Parked} events couldn't be applied. See ./platform projections.", projection.Version, projection.Name, report.Parked);
            // The same code on the same events gives the same: that is worth a whole rebuild ever more rarely. An operator's own rebuild is noticed soon.
            for (var waited = TimeSpan.Zero; waited < pause; waited += LongestRetry)
            {
                await Task.Delay(LongestRetry, cancel);
                if (await ProjectionGenerations.LiveAsync(Pool, projection, cancel) is not null)
                    return;
            }
        }
    }

    private async Task TellAsync(Projection projection, RebuildReport report, CancellationToken cancel)
    {
        try
        {
            await OnBuilt(projection, report, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            _log.LogWarning(e, "That version {Version} of projection {Projection} was built couldn't be recorded.", projection.Version, projection.Name);
        }
    }

    private void Alarm(Projection projection, Event e, string error) => _log.LogCritical(
        "Projection {Projection} can't apply event {Event} ({Type}, sequence {Sequence}) of stream {Stream}: {Error}. It is parked and later events of its stream wait; see ./platform projections.",
        projection.Name, e.Id, e.Type, e.Sequence, e.StreamId, error);
}
