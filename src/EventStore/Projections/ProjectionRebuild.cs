using System.Diagnostics;
using Npgsql;

namespace Platform.EventStore;

/// <summary>How far a rebuild is.</summary>
public readonly record struct RebuildProgress(string Projection, long Position, long Size);

/// <param name="Projection">Name.</param>
/// <param name="Events">Log indices replayed.</param>
/// <param name="Elapsed">From start to swap.</param>
/// <param name="Rows">Rows of the rebuilt model.</param>
/// <param name="OnlyInOld">Rows that the old model had and the rebuilt one has not, compared at the same position; null: not compared, because the old one was written by other code, stood still elsewhere or has other events parked.</param>
/// <param name="OnlyInNew">Rows that only the rebuilt model has.</param>
/// <param name="Swapped">Readers see the rebuilt model; false: it differed or isn't complete, and they still see the old one.</param>
/// <param name="Parked">Events that couldn't be applied.</param>
/// <param name="Error">Why it ended early; null: it didn't.</param>
/// <param name="Interrupted">It ended because the database or the lease went away: run again, it goes on where it stopped.</param>
public sealed record RebuildReport(
    string Projection, long Events, TimeSpan Elapsed, long Rows, long? OnlyInOld, long? OnlyInNew, bool Swapped = true, long Parked = 0, string? Error = null, bool Interrupted = false)
{
    /// <summary>No difference was found; true as well where nothing was compared.</summary>
    public bool Equal => OnlyInOld is 0 or null && OnlyInNew is 0 or null;

    /// <summary>All events are in the model, and it's the one that was there.</summary>
    public bool IsClean => Equal && Parked == 0 && Error is null;
}

/// <summary>
/// Replays the log into new generations while readers stay on the old ones, compares each at the same position, and swaps atomically. The
/// same code on the same events gives the same rows; a difference means that one of them isn't the same, so nothing is swapped then. An
/// interrupted rebuild goes on where it stopped. Of two at once, one builds and the other waits and answers with what was built (not
/// compared); it goes on with the work if the first one dies.
/// </summary>
/// <param name="store">The shard.</param>
/// <param name="swapDifferent">Swap even a model that differs from the old one, or that has events parked.</param>
/// <param name="tenantId">Only this tenant's rows, which take the place of those that are there; null: everything.</param>
public sealed class ProjectionRebuild(DocumentStore store, bool swapDifferent = false, string? tenantId = null)
{
    private const int AtOnce = 3;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // Each needs connections of its own, to read, to write and to end with; whose turn is later takes its lease anew.
    private SemaphoreSlim Turns { get; } = new(AtOnce);

    /// <summary>How often what was built is written: how much work an interruption costs at most.</summary>
    public TimeSpan FlushEvery { get; init; } = TimeSpan.FromSeconds(15);

    private NpgsqlDataSource Pool => store.Options.Database.Projections;

    /// <exception cref="NpgsqlException">The database is away, or refuses; what was built so far is taken up by the next rebuild.</exception>
    public async Task<RebuildReport> RunAsync(Projection projection, IProgress<RebuildProgress>? progress, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var building = await BeginAsync(projection, cancel);
        var report = projection.Lifecycle == ProjectionLifecycle.Inline
            ? await RebuildInlineAsync(projection, building, cancel)
            : await RebuildAsync(RunOf(projection, building, 1), progress, cancel);
        return await EndAsync(projection, building, report, clock, cancel);
    }

    /// <summary>Several in one pass over the log. One that fails is told in its report, and holds up no other.</summary>
    public async Task<IReadOnlyList<RebuildReport>> RunAsync(IReadOnlyList<Projection> projections, IProgress<RebuildProgress>? progress, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var followed = projections.Where(p => p.Lifecycle == ProjectionLifecycle.Async).ToList();
        var runs = new List<ProjectionRun>();
        foreach (var projection in followed)
            runs.Add(RunOf(projection, await BeginAsync(projection, cancel), followed.Count));
        try
        {
            // Those that another process is at are waited for afterwards.
            var ours = new List<ProjectionRun>();
            foreach (var run in runs)
                if (await run.HoldAsync(cancel) && await IsBuildingAsync(run, cancel))
                    ours.Add(run);
            if (ours.Count > 1)
                await new BulkBuild(store, ours, tenantId, FlushEvery).RunAsync(await SizeAsync(cancel), progress, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // One of them stopped all, by its lease or its events. Each goes on alone from what was written, and what is wrong with it is in its report.
        }
        var reports = await Task.WhenAll(runs.Select(run => TryAsync(run.Projection, clock, async () => (run.Generation, await RebuildAsync(run, progress, cancel)), cancel)));
        var inline = new List<RebuildReport>();
        foreach (var projection in projections.Except(followed))
            inline.Add(await TryAsync(projection, clock, async () =>
            {
                var building = await BeginAsync(projection, cancel);
                return (building, await RebuildInlineAsync(projection, building, cancel));
            }, cancel));
        return [.. projections.Select(p => reports.Concat(inline).Single(r => r.Projection == p.Name))];
    }

    private async Task<RebuildReport> TryAsync(Projection projection, Stopwatch clock, Func<Task<(Generation Built, RebuildReport? Report)>> rebuild, CancellationToken cancel)
    {
        try
        {
            var (built, report) = await rebuild();
            return await EndAsync(projection, built, report, clock, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return new RebuildReport(projection.Name, 0, clock.Elapsed, 0, null, null, Swapped: false, Error: $"{e.GetType().Name}: {e.Message}",
                Interrupted: e is LeaseLostException or NpgsqlException { IsTransient: true });
        }
    }

    private async Task<Generation> BeginAsync(Projection projection, CancellationToken cancel)
    {
        if (tenantId is not null && projection.Lifecycle == ProjectionLifecycle.Inline)
            throw new NotSupportedException($"{projection.Name} is written with each append; rebuild it whole.");
        if (await ProjectionGenerations.EnsureLiveAsync(store, projection, cancel) is null && tenantId is not null)
            throw new InvalidOperationException($"Version {projection.Version} of {projection.Name} isn't built yet; rebuild it whole.");
        return await ProjectionGenerations.EnsureBuildingAsync(Pool, projection, tenantId, cancel);
    }

    private async Task<RebuildReport> EndAsync(Projection projection, Generation built, RebuildReport? report, Stopwatch clock, CancellationToken cancel)
    {
        store.Signals.Projected.Pulse();
        return (report ?? await FinishedElsewhereAsync(projection, built, cancel)) with { Elapsed = clock.Elapsed };
    }

    private ProjectionRun RunOf(Projection projection, Generation building, int together)
    {
        var run = new ProjectionRun(store, projection, building) { MostBytes = Math.Max(16L << 20, BulkBuild.MostBytes / together) };
        run.MoveTo(building);
        return run;
    }

    // Null: another process finished this generation.
    private async Task<RebuildReport?> RebuildAsync(ProjectionRun run, IProgress<RebuildProgress>? progress, CancellationToken cancel)
    {
        var projection = run.Projection;
        await Turns.WaitAsync(cancel);
        try
        {
            if (!await TakeOverAsync(run, cancel))
                return null;
            progress?.Report(new RebuildProgress(projection.Name, run.Position, await SizeAsync(cancel)));
            await new BulkBuild(store, [run], tenantId, FlushEvery).RunAsync(await SizeAsync(cancel), progress, cancel);
            do
            {
                progress?.Report(new RebuildProgress(projection.Name, run.Position, await SizeAsync(cancel)));
                await run.RequireHeldAsync("a model was built", cancel);
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
            Turns.Release();
        }
    }

    private async Task<bool> IsBuildingAsync(ProjectionRun run, CancellationToken cancel)
    {
        if (await ProjectionGenerations.FindAsync(Pool, run.Projection.Name, run.Generation.Number, cancel) is not { State: "building" } current)
            return false;
        // What this process holds in memory may be of an attempt that failed.
        run.MoveTo(current);
        return true;
    }

    /// <summary>Waits for the generation's lease; false when it isn't being built any more.</summary>
    private async Task<bool> TakeOverAsync(ProjectionRun run, CancellationToken cancel)
    {
        while (true)
        {
            var held = await run.HoldAsync(cancel);
            if (!await IsBuildingAsync(run, cancel))
                return false;
            if (held)
                return true;
            await Task.Delay(Lease.Life / 8, cancel);
        }
    }

    // A model that is being followed gets to where the rebuilt one is in no time, and then both can be compared. One that stands still (failed, or
    // nobody follows it) isn't waited for; longer than a lease lives, because whoever follows may have lost its own a moment ago.
    private async Task AwaitLiveAsync(Projection projection, long position, CancellationToken cancel)
    {
        var (last, still) = (-1L, 0);
        while (still < Lease.Life * 1.5 / Look && await ProjectionGenerations.LiveAsync(Pool, projection, cancel) is { State: "live" } live && live.Position < position)
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
        var live = await ProjectionGenerations.LockLiveAsync(connection, projection, cancel);
        do
            await run.RequireHeldAsync("a model was built", cancel);
        while (live is not null && await run.StepAsync(live.Position, cancel) > 0);
        await run.RequireAsync(connection, cancel);
        var comparison = new ModelComparison(connection, projection, run.Generation);
        // Ahead of a model that stands still: there is no common position to compare at.
        var report = live is not null && live.Position == run.Position
            ? await comparison.RunAsync(live, cancel)
            : await comparison.CountAsync(cancel);
        report = report with { Events = run.Position };
        if (tenantId is null)
            return await SwapAsync(connection, transaction, projection, run.Generation.Number, report, cancel);
        if (live!.Position != run.Position)
            throw new InvalidOperationException($"{projection.Name} doesn't follow the log now (position {live.Position}, {run.Position} wanted), so one tenant's rows can't take their place in it. See ./platform projections.");
        return await ReplaceRowsAsync(connection, transaction, projection, live, run.Generation, report, cancel);
    }

    // What another process made of the generation that both wanted to build.
    private async Task<RebuildReport> FinishedElsewhereAsync(Projection projection, Generation built, CancellationToken cancel)
    {
        var live = await ProjectionGenerations.LiveAsync(Pool, projection, cancel);
        await using var command = Pool.CreateCommand($"""
            select (select count(*) from platform.parked_event where projection = $1 and generation = $2 and ($3 is null or tenant_id = $3)),
                   {(live is null ? "0::bigint" : $"(select count(*) from read.{Generation.TableOf(projection, live.Number)} t where $3 is null or t.tenant_id = $3)")}
            """);
        // One tenant's rows, and what was parked of them, stand in the live generation afterwards.
        var holder = tenantId is null ? built.Number : live?.Number ?? built.Number;
        command.Parameters.Add(new() { Value = projection.Name });
        command.Parameters.Add(new() { Value = holder });
        command.Parameters.Add(new() { Value = (object?)tenantId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Varchar });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        var (parked, rows) = (reader.GetInt64(0), reader.GetInt64(1));
        // A later one may have taken its place since.
        var isSeen = tenantId is not null || live?.Number >= built.Number;
        return new RebuildReport(
            projection.Name, live?.Position ?? 0, TimeSpan.Zero, rows, null, null, Swapped: isSeen, Parked: parked,
            Error: isSeen || parked > 0 ? null : "Another process built it, and it differed: it wasn't put in place.");
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
        var live = await ProjectionGenerations.LockLiveAsync(connection, projection, cancel);
        // The view, and with it the table: a writer that held the view and waited for the table would keep the swap waiting for itself.
        await ProjectionGenerations.ExecuteAsync(connection, $"{(live is null ? "" : $"lock table read.{ReadNames.ViewOf(projection)} in share row exclusive mode;")} delete from {table}", cancel);
        var state = projection.NewState();
        state.KnowsAll = true;
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
            foreach (var e in events)
                state.Apply(e);
            (after, count) = (events[^1].Sequence, count + events.Count);
        }
        await state.TakeChanges().WriteWithinAsync(table, connection, cancel);
        await ProjectionGenerations.ExecuteAsync(connection, projection.Table.IndexSql("read", Generation.TableOf(projection, building.Number)), cancel);
        var comparison = new ModelComparison(connection, projection, building);
        var report = live is null ? await comparison.CountAsync(cancel) : await comparison.RunAsync(live, cancel);
        return await SwapAsync(connection, transaction, projection, building.Number, report with { Events = count }, cancel);
    }

    private async Task<RebuildReport> SwapAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Projection projection, int generation, RebuildReport report, CancellationToken cancel)
    {
        var swaps = swapDifferent || report.Equal && report.Parked == 0;
        if (swaps)
            await ProjectionGenerations.SwapAsync(connection, store.Names, projection, generation, cancel);
        else
            await ProjectionGenerations.DiscardAsync(connection, projection, generation, cancel);
        await transaction.CommitAsync(cancel);
        return report with { Swapped = swaps };
    }

    // The process that follows the model notices by the revision that its rows aren't those it knows.
    private async Task<RebuildReport> ReplaceRowsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Projection projection, Generation live, Generation built, RebuildReport report, CancellationToken cancel)
    {
        var replaces = swapDifferent || report.OnlyInOld is null;
        if (replaces)
        {
            await using var replace = new NpgsqlBatch(connection) { Timeout = 0, BatchCommands = { new($"update platform.projection set revision = revision + 1 where name = '{projection.Name}' and generation = {live.Number}") } };
            var tables = Generation.TablesOf(projection, live.Number).Zip(Generation.TablesOf(projection, built.Number), (own, shadow) => (Own: own.Table, Shadow: shadow.Table));
            foreach (var sql in (string[])
            [
                .. tables.SelectMany(table => new[] { $"delete from read.{table.Own} where tenant_id = $1", $"insert into read.{table.Own} select * from read.{table.Shadow} where tenant_id = $1" }),
                $"delete from platform.parked_event where tenant_id = $1 and projection = '{projection.Name}' and generation = {live.Number}",
                $"update platform.parked_event set generation = {live.Number} where tenant_id = $1 and projection = '{projection.Name}' and generation = {built.Number}",
            ])
                replace.BatchCommands.Add(new(sql) { Parameters = { new() { Value = tenantId } } });
            await replace.ExecuteNonQueryAsync(cancel);
        }
        await ProjectionGenerations.DiscardAsync(connection, projection, built.Number, cancel);
        await transaction.CommitAsync(cancel);
        return report with { Swapped = replaces };
    }

    private async Task<long> SizeAsync(CancellationToken cancel)
    {
        await using var command = Pool.CreateCommand("select ledger.size()");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
