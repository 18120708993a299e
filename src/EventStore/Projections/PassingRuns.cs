using Npgsql;

namespace Platform.EventStore;

/// <summary>A run that wants nothing of a page.</summary>
/// <param name="Projection">Its name.</param>
/// <param name="Generation">Its number.</param>
/// <param name="Revision">That the run knows.</param>
/// <param name="From">Where it stands.</param>
/// <param name="To">The page's end.</param>
/// <param name="Lease">Its own, held.</param>
internal sealed record PassingRun(string Projection, int Generation, int Revision, long From, long To, Lease Lease);

/// <summary>
/// Lets the runs of a process that want nothing of a page pass it together: those that come while one statement is under way share the next. However many
/// read models there are, a page costs those that it doesn't concern two transactions or so.
/// </summary>
internal sealed class PassingRuns(NpgsqlDataSource pool)
{
    private readonly Lock _lock = new();
    private List<(PassingRun Run, TaskCompletionSource<bool> Passed)> _waiting = [];
    private bool _isUnderWay;

    /// <summary>Moves the stored position; false: it wasn't, for a reason that the run finds by writing for itself.</summary>
    public Task<bool> PassAsync(PassingRun run)
    {
        var passed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((run, passed));
            if (_isUnderWay)
                return passed.Task;
            _isUnderWay = true;
        }
        // Behind those who were woken by the same page.
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = WriteAsync(), null);
        return passed.Task;
    }

    private async Task WriteAsync()
    {
        while (Take() is { Count: > 0 } together)
        {
            HashSet<string> passed = [];
            try
            {
                passed = await AdvanceAsync([.. together.Select(t => t.Run)]);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Each tries for itself, and says what's wrong.
            }
            foreach (var (run, outcome) in together)
                outcome.SetResult(passed.Contains(run.Projection));
        }
    }

    private List<(PassingRun Run, TaskCompletionSource<bool> Passed)> Take()
    {
        lock (_lock)
        {
            var taken = _waiting;
            _waiting = [];
            _isUnderWay = taken.Count > 0;
            return taken;
        }
    }

    private async Task<HashSet<string>> AdvanceAsync(IReadOnlyList<PassingRun> runs)
    {
        await using var command = pool.CreateCommand("select platform.advance_together($1, $2, $3, $4, $5, $6, $7)");
        command.Parameters.Add(new() { Value = runs.Select(r => r.Projection).ToArray() });
        command.Parameters.Add(new() { Value = runs.Select(r => r.Generation).ToArray() });
        command.Parameters.Add(new() { Value = runs.Select(r => r.Revision).ToArray() });
        command.Parameters.Add(new() { Value = runs.Select(r => r.From).ToArray() });
        command.Parameters.Add(new() { Value = runs.Select(r => r.To).ToArray() });
        command.Parameters.Add(new() { Value = runs.Select(r => r.Lease.Holder).ToArray() });
        command.Parameters.Add(new() { Value = runs.Select(r => r.Lease.Epoch).ToArray() });
        await using var reader = await command.ExecuteReaderAsync();
        var passed = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            passed.Add(reader.GetString(0));
        return passed;
    }
}
