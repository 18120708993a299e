using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// Fills new generations from the log in one pass: states accumulate in memory, and are written as they are at the end, or now and then, so that an interrupted
/// build goes on and memory stays bounded. Keys and indexes come when the rows are there.
/// </summary>
/// <param name="store">The shard.</param>
/// <param name="runs">Of the generations; their leases are held.</param>
/// <param name="tenantId">Only this tenant's events; null: all.</param>
/// <param name="flushEvery">How much work an interruption costs at most.</param>
internal sealed class BulkBuild(DocumentStore store, IReadOnlyList<ProjectionRun> runs, string? tenantId, TimeSpan flushEvery)
{
    /// <summary>What all states together may hold.</summary>
    public const long MostBytes = 384L << 20;

    // Copying and indexing are as fast as processors; each takes a connection, and memory for sorting.
    private static readonly int Writers = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly List<ProjectionRun> _folding = [.. runs];

    /// <summary>Up to about <paramref name="to"/>. A run whose rows can't be stored in bulk is left where it is; stepping on from there says which event it is.</summary>
    /// <exception cref="LeaseLostException">Another process builds one of the generations.</exception>
    public async Task RunAsync(long to, IProgress<RebuildProgress>? progress, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var keeping = KeepLeasesAsync(stop.Token);
        try
        {
            await EachAsync(runs.Where(r => !r.KnowsAll), IndexAsync, cancel);
            await FillAsync(to, progress, cancel);
            await EachAsync(runs, IndexAsync, cancel);
        }
        finally
        {
            await stop.CancelAsync();
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FillAsync(long to, IProgress<RebuildProgress>? progress, CancellationToken cancel)
    {
        var from = runs.Min(r => r.Position);
        var feed = new LogFeed(store, runs.SelectMany(r => r.EventTypes).ToHashSet(StringComparer.Ordinal), tenantId);
        var (end, flushed) = (from, Stopwatch.GetTimestamp());
        await foreach (var slice in feed.ReadAsync(from, to, cancel))
        {
            foreach (var run in _folding)
                await run.PrepareAsync(slice, cancel);
            if (_folding.Count == 1)
                _folding[0].Fold(slice);
            else
                await Task.WhenAll(_folding.Select(run => Task.Run(() => run.Fold(slice), cancel)));
            end = slice.To;
            if (Stopwatch.GetElapsedTime(flushed) > flushEvery || _folding.Exists(r => r.IsFull))
            {
                await FlushAsync(end, isLast: false, cancel);
                flushed = Stopwatch.GetTimestamp();
            }
            foreach (var run in _folding)
                progress?.Report(new RebuildProgress(run.Projection.Name, end, to));
        }
        await FlushAsync(end, isLast: true, cancel);
    }

    private async Task FlushAsync(long end, bool isLast, CancellationToken cancel)
    {
        var refused = new ConcurrentBag<ProjectionRun>();
        await EachAsync(_folding, async (run, token) =>
        {
            try
            {
                await run.FlushAsync(Math.Max(end, run.Position), token);
                // From now on rows may be there already.
                if (!isLast && !run.OnlyAdds)
                    await IndexAsync(run, token);
            }
            catch (PostgresException e) when (ProjectionRun.IsAboutData(e))
            {
                refused.Add(run);
            }
        }, cancel);
        foreach (var run in refused)
            _folding.Remove(run);
    }

    private static Task EachAsync(IEnumerable<ProjectionRun> runs, Func<ProjectionRun, CancellationToken, Task> work, CancellationToken cancel) =>
        Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancel }, (run, token) => new ValueTask(work(run, token)));

    private Task IndexAsync(ProjectionRun run, CancellationToken cancel) =>
        ProjectionGenerations.EnsureIndexedAsync(store.Options.Database.Projections, run.Projection, run.Generation.Number, cancel);

    // Copying and indexing may take longer than a lease lives. One that was lost shows with the next write.
    private async Task KeepLeasesAsync(CancellationToken cancel)
    {
        while (true)
        {
            foreach (var run in runs)
                await run.HoldAsync(cancel);
            await Task.Delay(Lease.Life / 4, cancel);
        }
    }
}
