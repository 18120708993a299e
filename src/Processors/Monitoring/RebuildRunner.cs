using Npgsql;
using Platform.Domain;
using Platform.Domain.Monitoring;
using Platform.EventStore;

namespace Platform.Processors.Monitoring;

/// <summary>
/// Carries out rebuilds that were asked for, and records what came of them. Any number of processes may try: one at a time is at a rebuild, and when it dies the
/// next one goes on with what was built.
/// </summary>
public sealed class RebuildRunner(DocumentStore store, CommandRunner runner)
{
    /// <summary>Who records, as the events say.</summary>
    public const string User = "platform:projections";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly ProjectionOperations _operations = new(store);

    /// <summary>Keeps other processes from a rebuild while it's requested and carried out here.</summary>
    /// <returns>False: another process is at it.</returns>
    /// <exception cref="LeaseLostException">Another process may have taken over.</exception>
    public Task<bool> TryExclusivelyAsync(Guid rebuildId, Func<CancellationToken, Task> work, CancellationToken cancel) =>
        _operations.TryExclusivelyAsync($"rebuild/{rebuildId}", work, cancel);

    /// <summary>Carries out what is still to be done of a rebuild, within <see cref="TryExclusivelyAsync"/>.</summary>
    /// <param name="rebuildId">The rebuild.</param>
    /// <param name="projections">The models that it's of.</param>
    /// <param name="progress">Is told how far each is; null: nobody.</param>
    /// <param name="cancel">Stops it; the next run goes on.</param>
    /// <returns>What came of each that was left; none where it's over, cancelled, or for nodes of other code.</returns>
    public async Task<IReadOnlyList<RebuildReport>> RunAsync(Guid rebuildId, IEnumerable<string> projections, IProgress<RebuildProgress>? progress, CancellationToken cancel)
    {
        var pending = new List<Projection>();
        PendingRebuild? what = null;
        foreach (var name in projections)
            if (store.Options.Projections.FirstOrDefault(p => p.Name == name) is { } projection
                && await StateAsync(name, cancel) is { Rebuild: { } rebuild } state && rebuild.RebuildId == rebuildId && rebuild.CodeVersion == projection.Version)
            {
                foreach (var sequence in state.Skipped)
                    await _operations.SkipAsync(name, sequence, cancel);
                pending.Add(projection);
                what = rebuild;
            }
        if (what is null)
            return [];
        var there = (await ProjectionStatus.AllAsync(store.Options.Database, cancel)).Where(s => s.State is not ("building" or "retired" or "rejected")).ToLookup(s => s.Name, s => s.Version);
        var reports = new List<RebuildReport>();
        // One tenant's rows have no place in a version of a model that isn't there yet: then all of it is built.
        foreach (var part in pending.ToLookup(p => what.TenantId is not null && there[p.Name].Contains(p.Version)))
            reports.AddRange(await BuildAsync(what, [.. part], part.Key ? what.TenantId : null, progress, cancel));
        return reports;
    }

    /// <summary>What was recorded of a rebuild, by whichever process carried it out.</summary>
    /// <param name="rebuildId">The rebuild.</param>
    /// <param name="projections">Of these models.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<RebuildReport>> RecordedAsync(Guid rebuildId, IEnumerable<string> projections, CancellationToken cancel)
    {
        var reports = new List<RebuildReport>();
        foreach (var name in projections)
            if ((await store.QuerySession(DocumentStore.PlatformTenant).Events.FetchStreamAsync(OperatedProjection.IdOf(name), cancel: cancel))
                .Select(e => e.Data).OfType<ProjectionRebuildFinished>().LastOrDefault(finished => finished.RebuildId == rebuildId)?.Outcome is { } outcome)
                reports.Add(new RebuildReport(
                    name, outcome.Events, TimeSpan.FromMilliseconds(outcome.Milliseconds), outcome.Rows, outcome.OnlyInOld, outcome.OnlyInNew, outcome.Swapped, outcome.Parked, outcome.Error));
        return reports;
    }

    private async Task<IReadOnlyList<RebuildReport>> BuildAsync(PendingRebuild what, List<Projection> part, string? tenantId, IProgress<RebuildProgress>? progress, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watching = WatchAsync(what.RebuildId, part[0].Name, stop);
        IReadOnlyList<RebuildReport> reports;
        try
        {
            var told = new BuildProgress(store, tenantId, progress);
            reports = await told.WhileAsync(() => new ProjectionRebuild(store, what.SwapDifferent, tenantId).RunAsync(part, told, stop.Token), stop.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // By the operator's word, which is recorded.
            return [];
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException or LeaseLostException or NpgsqlException { IsTransient: true }))
        {
            // Tried again it would end the same way.
            reports = part.ConvertAll(p => new RebuildReport(p.Name, 0, TimeSpan.Zero, 0, null, null, Swapped: false, Error: $"{e.GetType().Name}: {e.Message}"));
        }
        finally
        {
            // What is recorded as over isn't to be taken for cancelled.
            await stop.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        foreach (var report in reports.Where(r => !r.Interrupted))
            await RecordAsync(new FinishRebuild(report.Projection, what.RebuildId, Outcome(report)), cancel);
        return reports;
    }

    /// <summary>Records that a version of a projection's code was built beside what there was.</summary>
    public Task RecordAsync(Projection projection, RebuildReport report, CancellationToken cancel)
    {
        var command = new RecordBuild(projection.Name, Guid.CreateVersion7(), projection.Version, Outcome(report));
        return RecordAsync<RecordBuild>(projection.Name, command.RebuildId, command, cancel);
    }

    private Task RecordAsync(FinishRebuild command, CancellationToken cancel) => RecordAsync(command.Projection, command.RebuildId, command, cancel);

    private Task RecordAsync<TCommand>(string projection, Guid rebuildId, TCommand command, CancellationToken cancel) where TCommand : ICommand<TCommand, OperatedProjection> =>
        runner.RunAsync(new Arrival(DocumentStore.PlatformTenant, User, "rebuild", CorrelationId: $"rebuild:{rebuildId}"), 200,
            (session, c) => session.DecideAsync<OperatedProjection>(OperatedProjection.IdOf(projection), state => TCommand.Decide(command, state), c), cancel);

    private static RebuildOutcome Outcome(RebuildReport r) =>
        new(r.Events, r.Rows, (long)r.Elapsed.TotalMilliseconds, r.Swapped, r.Parked, r.OnlyInOld, r.OnlyInNew, r.Error);

    private async Task WatchAsync(Guid rebuildId, string projection, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Look, stop.Token);
            try
            {
                if ((await StateAsync(projection, stop.Token)).Rebuild?.RebuildId != rebuildId)
                    await stop.CancelAsync();
            }
            catch (NpgsqlException)
            {
                // The build itself says that the database is away.
            }
        }
    }

    private async Task<OperatedProjection> StateAsync(string projection, CancellationToken cancel) =>
        (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<OperatedProjection>(OperatedProjection.IdOf(projection), cancel: cancel)).State;
}
