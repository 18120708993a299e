using System.Diagnostics;
using Npgsql;

namespace Platform.EventStore;

/// <summary>How far a rebuild is.</summary>
public readonly record struct RebuildProgress(string Projection, long Position, long Size);

/// <param name="Projection">Name.</param>
/// <param name="Events">Log indices replayed.</param>
/// <param name="Elapsed">From start to swap.</param>
/// <param name="Rows">Rows of the rebuilt model.</param>
/// <param name="OnlyInOld">Rows that the old model had and the rebuilt one has not, compared at the same position; null: code versions differ.</param>
/// <param name="OnlyInNew">Rows that only the rebuilt model has.</param>
public sealed record RebuildReport(string Projection, long Events, TimeSpan Elapsed, long Rows, long? OnlyInOld, long? OnlyInNew)
{
    public bool Equal => OnlyInOld is 0 or null && OnlyInNew is 0 or null;
}

/// <summary>
/// Replays the log into a new generation while readers stay on the old one, compares both at the same position, and swaps atomically. An
/// interrupted rebuild goes on where it stopped; two at once are safe (one waits for the other's lease).
/// </summary>
public sealed class ProjectionRebuild(DocumentStore store)
{
    /// <exception cref="NpgsqlException">The database is away; what was built stays and is taken up by the next call.</exception>
    public async Task<RebuildReport> RunAsync(Projection projection, IProgress<RebuildProgress>? progress, CancellationToken cancel = default)
    {
        if (projection.Lifecycle == ProjectionLifecycle.Inline)
            return await RebuildInlineAsync(projection, cancel);
        var pool = store.Options.Database.Projections;
        var clock = Stopwatch.StartNew();
        var live = await ProjectionGenerations.EnsureLiveAsync(pool, projection, cancel);
        var run = new ProjectionRun(store, projection, await ProjectionGenerations.EnsureBuildingAsync(pool, projection, cancel));
        try
        {
            while (!await run.HoldAsync(cancel))
                await Task.Delay(Lease.Life / 8, cancel);
            do
            {
                progress?.Report(new RebuildProgress(projection.Name, run.Position, await SizeAsync(pool, cancel)));
                if (!await run.HoldAsync(cancel))
                    throw new LeaseLostException($"The rebuild of {projection.Name} passed to another process.");
            }
            while (await run.StepAsync(long.MaxValue, cancel) > 0);

            await using var connection = await pool.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await ProjectionGenerations.LockAsync(connection, projection, cancel);
            // The old generation stands still from here, for milliseconds; the new one is brought to the same position.
            var position = await LockLiveAsync(connection, projection.Name, cancel);
            await run.HoldAsync(cancel);
            while (await run.StepAsync(position, cancel) > 0)
            {
            }
            // Ahead of a model that failed or lags: there is no common position to compare at.
            var comparable = live.Version == projection.Version && run.Position == position;
            var report = await CompareAsync(connection, projection, live.Number, run.Generation.Number, comparable, cancel);
            await ProjectionGenerations.SwapAsync(connection, projection, run.Generation.Number, cancel);
            await transaction.CommitAsync(cancel);
            store.Signals.Projected.Pulse();
            return report with { Events = run.Position, Elapsed = clock.Elapsed };
        }
        finally
        {
            await run.ReleaseAsync();
        }
    }

    // An inline model has events that the log doesn't have yet, so it is replayed from the streams while its writers wait.
    private async Task<RebuildReport> RebuildInlineAsync(Projection projection, CancellationToken cancel)
    {
        var pool = store.Options.Database.Projections;
        var clock = Stopwatch.StartNew();
        var live = await ProjectionGenerations.EnsureLiveAsync(pool, projection, cancel);
        var building = await ProjectionGenerations.EnsureBuildingAsync(pool, projection, cancel);
        var table = $"read.{Generation.TableOf(projection, building.Number)}";
        await using var connection = await pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ProjectionGenerations.LockAsync(connection, projection, cancel);
        await ProjectionGenerations.ExecuteAsync(connection, $"lock table read.{Generation.TableOf(projection, live.Number)} in share row exclusive mode", cancel);
        await ProjectionGenerations.ExecuteAsync(connection, $"delete from {table}", cancel);
        var (after, count) = (0L, 0L);
        while (true)
        {
            await using var command = new NpgsqlCommand($"select {EventRow.Columns} from public.mt_events e where e.seq_id > $1 and e.type = any ($2) order by e.seq_id limit 2000", connection);
            command.Parameters.Add(new() { Value = after });
            command.Parameters.Add(new() { Value = projection.EventTypes.ToArray() });
            IReadOnlyList<Event> events;
            await using (var reader = await command.ExecuteReaderAsync(cancel))
                events = await EventRow.ReadAllAsync(reader, store.Options.Events, cancel);
            if (events.Count == 0)
                break;
            await using var batch = new NpgsqlBatch(connection);
            foreach (var write in await projection.ApplyAsync(table, events, connection, cancel))
                batch.BatchCommands.Add(write);
            await batch.ExecuteNonQueryAsync(cancel);
            (after, count) = (events[^1].Sequence, count + events.Count);
        }
        var report = await CompareAsync(connection, projection, live.Number, building.Number, live.Version == projection.Version, cancel);
        await ProjectionGenerations.SwapAsync(connection, projection, building.Number, cancel);
        await transaction.CommitAsync(cancel);
        return report with { Events = count, Elapsed = clock.Elapsed };
    }

    private static async Task<RebuildReport> CompareAsync(NpgsqlConnection connection, Projection projection, int oldGeneration, int newGeneration, bool comparable, CancellationToken cancel)
    {
        var (before, after) = ($"read.{Generation.TableOf(projection, oldGeneration)}", $"read.{Generation.TableOf(projection, newGeneration)}");
        await using var command = new NpgsqlCommand($"""
            select (select count(*) from {after}),
                   (select count(*) from (select * from {before} except all select * from {after}) a),
                   (select count(*) from (select * from {after} except all select * from {before}) a)
            """, connection)
        { CommandTimeout = 0 };
        if (!comparable)
            command.CommandText = $"select count(*), null::bigint, null::bigint from {after}";
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new RebuildReport(projection.Name, 0, TimeSpan.Zero, reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2));
    }

    private static async Task<long> LockLiveAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select position from platform.projection where name = $1 and state in ('live', 'failed') for update", connection) { Parameters = { new() { Value = name } } };
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static async Task<long> SizeAsync(NpgsqlDataSource pool, CancellationToken cancel)
    {
        await using var command = pool.CreateCommand("select ledger.size()");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
