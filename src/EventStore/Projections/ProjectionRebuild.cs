using System.Diagnostics;
using Npgsql;

namespace Platform.EventStore;

/// <summary>How far a rebuild is.</summary>
public readonly record struct RebuildProgress(string Projection, long Position, long Size);

/// <param name="Projection">Name.</param>
/// <param name="Events">Log indices replayed.</param>
/// <param name="Elapsed">From start to swap.</param>
/// <param name="Rows">Rows of the rebuilt model.</param>
/// <param name="OnlyInOld">Rows that the old model had and the rebuilt one has not, compared at the same position; null: not compared, because the old one was written by other code or stood still elsewhere.</param>
/// <param name="OnlyInNew">Rows that only the rebuilt model has.</param>
/// <param name="Swapped">Readers see the rebuilt model; false: it differed, and they still see the old one.</param>
public sealed record RebuildReport(string Projection, long Events, TimeSpan Elapsed, long Rows, long? OnlyInOld, long? OnlyInNew, bool Swapped = true)
{
    /// <summary>No difference was found; true as well where nothing was compared.</summary>
    public bool Equal => OnlyInOld is 0 or null && OnlyInNew is 0 or null;
}

/// <summary>
/// Replays the log into a new generation while readers stay on the old one, compares both at the same position, and swaps atomically. The
/// same code on the same events gives the same rows; a difference means that one of them isn't the same, so nothing is swapped then. An
/// interrupted rebuild goes on where it stopped. Of two at once, one builds and the other waits and answers with what was built (not
/// compared); it goes on with the work if the first one dies.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="swapDifferent">Swap even though the models differ.</param>
public sealed class ProjectionRebuild(DocumentStore store, bool swapDifferent = false)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private NpgsqlDataSource Pool => store.Options.Database.Projections;

    /// <exception cref="NpgsqlException">The database is away; what was built stays and is taken up by the next call.</exception>
    /// <exception cref="LeaseLostException">This process stood still for so long that another one took over.</exception>
    public async Task<RebuildReport> RunAsync(Projection projection, IProgress<RebuildProgress>? progress, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        await ProjectionGenerations.EnsureLiveAsync(Pool, projection, cancel);
        var building = await ProjectionGenerations.EnsureBuildingAsync(Pool, projection, cancel);
        var report = projection.Lifecycle == ProjectionLifecycle.Inline
            ? await RebuildInlineAsync(projection, building, cancel)
            : await RebuildAsync(projection, building, progress, cancel);
        store.Signals.Projected.Pulse();
        return (report ?? await FinishedElsewhereAsync(projection, cancel)) with { Elapsed = clock.Elapsed };
    }

    // Null: another process finished this generation.
    private async Task<RebuildReport?> RebuildAsync(Projection projection, Generation building, IProgress<RebuildProgress>? progress, CancellationToken cancel)
    {
        var run = new ProjectionRun(store, projection, building);
        try
        {
            if (!await TakeOverAsync(run, projection.Name, cancel))
                return null;
            do
            {
                progress?.Report(new RebuildProgress(projection.Name, run.Position, await SizeAsync(cancel)));
                await HoldAsync(run, projection.Name, cancel);
            }
            while (await run.StepAsync(long.MaxValue, cancel) > 0);
            await AwaitLiveAsync(projection, run.Position, cancel);
            return await FinishAsync(projection, run, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or LeaseLostException or NpgsqlException { IsTransient: true }))
        {
            await run.FailAsync($"{e.GetType().Name}: {e.Message}", cancel);
            throw;
        }
        finally
        {
            await run.ReleaseAsync();
        }
    }

    /// <summary>Waits for the generation's lease; false when it isn't being built any more.</summary>
    private async Task<bool> TakeOverAsync(ProjectionRun run, string name, CancellationToken cancel)
    {
        while (true)
        {
            var held = await run.HoldAsync(cancel);
            if (await ProjectionGenerations.FindAsync(Pool, name, run.Generation.Number, cancel) is not { State: "building" } current)
                return false;
            if (held)
            {
                run.MoveTo(current.Position);
                return true;
            }
            await Task.Delay(Lease.Life / 8, cancel);
        }
    }

    // A model that is being followed gets to where the rebuilt one is in no time, and then both can be compared. One that stands still (failed, or
    // nobody follows it) isn't waited for; longer than a lease lives, because whoever follows may have lost its own a moment ago.
    private async Task AwaitLiveAsync(Projection projection, long position, CancellationToken cancel)
    {
        var (last, still) = (-1L, 0);
        while (still < Lease.Life * 1.5 / Look
            && await ProjectionGenerations.LiveAsync(Pool, projection.Name, cancel) is { State: "live" } live
            && live.Version == projection.Version && live.Position < position)
        {
            still = live.Position == last ? still + 1 : 0;
            last = live.Position;
            await Task.Delay(Look, cancel);
        }
    }

    private async Task<RebuildReport> FinishAsync(Projection projection, ProjectionRun run, CancellationToken cancel)
    {
        await using var connection = await Pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ProjectionGenerations.LockAsync(connection, projection, cancel);
        // The old generation stands still from here until both are compared; the new one is brought to the same position.
        var live = await ProjectionGenerations.LockLiveAsync(connection, projection.Name, cancel);
        do
            await HoldAsync(run, projection.Name, cancel);
        while (await run.StepAsync(live.Position, cancel) > 0);
        await run.RequireAsync(connection, cancel);
        // Ahead of a model that stands still: there is no common position to compare at.
        var comparable = live.Version == projection.Version && run.Position == live.Position;
        var report = await CompareAsync(connection, projection, live.Number, run.Generation.Number, comparable, cancel);
        return await SwapAsync(connection, transaction, projection, run.Generation.Number, report with { Events = run.Position }, cancel);
    }

    private static async Task HoldAsync(ProjectionRun run, string name, CancellationToken cancel)
    {
        if (!await run.HoldAsync(cancel))
            throw new LeaseLostException($"The rebuild of {name} passed to another process.");
    }

    private async Task<RebuildReport> FinishedElsewhereAsync(Projection projection, CancellationToken cancel)
    {
        await using var command = Pool.CreateCommand($"""
            select p.position, (select count(*) from read.{projection.Name}) from platform.projection p where p.name = $1 and p.state in ('live', 'failed')
            """);
        command.Parameters.Add(new() { Value = projection.Name });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new RebuildReport(projection.Name, reader.GetInt64(0), TimeSpan.Zero, reader.GetInt64(1), null, null);
    }

    // An inline model has events that the log doesn't have yet, so it is replayed from the streams while its writers wait.
    private async Task<RebuildReport?> RebuildInlineAsync(Projection projection, Generation building, CancellationToken cancel)
    {
        var table = $"read.{Generation.TableOf(projection, building.Number)}";
        await using var connection = await Pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ProjectionGenerations.LockAsync(connection, projection, cancel);
        if (await ProjectionGenerations.FindAsync(Pool, projection.Name, building.Number, cancel) is not { State: "building" })
            return null;
        var live = await ProjectionGenerations.LockLiveAsync(connection, projection.Name, cancel);
        // The view, and with it the table: a writer that held the view and waited for the table would keep the swap waiting for itself.
        await ProjectionGenerations.ExecuteAsync(connection, $"lock table read.{projection.Name} in share row exclusive mode", cancel);
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
        return await SwapAsync(connection, transaction, projection, building.Number, report with { Events = count }, cancel);
    }

    private async Task<RebuildReport> SwapAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Projection projection, int generation, RebuildReport report, CancellationToken cancel)
    {
        var swaps = report.Equal || swapDifferent;
        if (swaps)
            await ProjectionGenerations.SwapAsync(connection, projection, generation, cancel);
        else
            await ProjectionGenerations.DiscardAsync(connection, projection, generation, cancel);
        await transaction.CommitAsync(cancel);
        return report with { Swapped = swaps };
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

    private async Task<long> SizeAsync(CancellationToken cancel)
    {
        await using var command = Pool.CreateCommand("select ledger.size()");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
