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
    private readonly List<(long From, IReadOnlySet<string> Types, Task<LogSlice?> Page)> _pages = [];

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
        Task<LogSlice?> page;
        lock (_lock)
        {
            _runs[run] = run.Position;
            Forget();
            page = _pages.Find(p => p.From == run.Position && p.Types.IsSupersetOf(run.EventTypes)).Page ?? Start(run.Position, size);
        }
        var slice = await page.WaitAsync(cancel);
        if (slice is null)
            lock (_lock)
                _pages.RemoveAll(p => p.Page == page);
        return slice;
    }

    private Task<LogSlice?> Start(long from, int size)
    {
        var types = _runs.Where(r => r.Value == from).SelectMany(r => r.Key.EventTypes).ToHashSet(StringComparer.Ordinal);
        var page = Task.Run(() => ReadAsync(from, size, types));
        if (_pages.Count == MostPages)
            _pages.RemoveAt(0);
        _pages.Add((from, types, page));
        return page;
    }

    private async Task<LogSlice?> ReadAsync(long from, int size, IReadOnlySet<string> types)
    {
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync();
        var to = await LogReader.PageEndAsync(connection, from, size, CancellationToken.None);
        return to == from ? null : await LogReader.ReadAsync(connection, store.Options.Events, types, null, from, to, CancellationToken.None);
    }

    // What failed is read again by who asks next, and what all have passed is let go.
    private void Forget() => _pages.RemoveAll(p => p.Page.IsFaulted || !_runs.Values.Any(at => at <= p.From));
}
