using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// The pages of the log that a process's projections are at: those that stand at the same place are fed by one pass. A projection that is slow or behind
/// reads for itself and holds up no other.
/// </summary>
internal sealed class LogPages(DocumentStore store)
{
    private const int MostPages = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<ProjectionRun, long> _runs = [];
    private readonly List<Page> _pages = [];
    private long _started;

    private sealed record Page(long Number, long From, IReadOnlySet<string> Types, Task<LogSlice?> Slice);

    public void Join(ProjectionRun run)
    {
        lock (_lock)
            _runs[run] = run.Position;
    }

    public void Leave(ProjectionRun run)
    {
        lock (_lock)
        {
            _runs.Remove(run);
            Forget();
        }
    }

    /// <summary>The page at the run's position, of its event types and perhaps more; null: the log ends there.</summary>
    /// <param name="run">Has joined.</param>
    /// <param name="size">Indices at most, and the rest of the last append.</param>
    /// <param name="cancel">Gives up waiting; the page may be another's as well.</param>
    public async Task<LogSlice?> ReadAsync(ProjectionRun run, int size, CancellationToken cancel)
    {
        long called;
        lock (_lock)
            called = _started;
        while (true)
        {
            Page page;
            lock (_lock)
            {
                _runs[run] = run.Position;
                Forget();
                page = _pages.Find(p => p.From == run.Position && p.Types.IsSupersetOf(run.EventTypes)) ?? Start(run.Position, size);
            }
            if (await page.Slice.WaitAsync(cancel) is { } slice)
                return slice;
            lock (_lock)
                _pages.Remove(page);
            // Nothing was there when another asked; what woke this run may have come since.
            if (page.Number > called)
                return null;
        }
    }

    private Page Start(long from, int size)
    {
        var types = _runs.Where(r => r.Value == from).SelectMany(r => r.Key.EventTypes).ToHashSet(StringComparer.Ordinal);
        var page = new Page(++_started, from, types, Task.Run(() => ReadAsync(from, size, types)));
        if (_pages.Count == MostPages)
            _pages.RemoveAt(0);
        _pages.Add(page);
        return page;
    }

    private async Task<LogSlice?> ReadAsync(long from, int size, IReadOnlySet<string> types)
    {
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync();
        return await LogReader.ReadPageAsync(connection, store.Options.Events, types, from, size, CancellationToken.None);
    }

    // What failed is read again by who asks next, and what all have passed is let go.
    private void Forget() => _pages.RemoveAll(p => p.Slice.IsFaulted || !_runs.Values.Any(at => at <= p.From));
}
