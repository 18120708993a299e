using System.Diagnostics;
using Npgsql;

namespace Platform.EventStore;

/// <summary>Works one generation of a projection forward through the log, page by page: rows and progress in one transaction, under a lease.</summary>
internal sealed class ProjectionRun(DocumentStore store, Projection projection, Generation generation)
{
    private const int FewestIndices = 50;
    private const int MostIndices = 20_000;

    // What a page may weigh: documents are read, folded and written about as large as their events.
    private const long PageBytes = 16 << 20, MostAddedBytes = 32 << 20;

    // Pages grow until one takes this long: what a write costs once is spread, and nothing else waits long for it.
    private static readonly TimeSpan PageTime = TimeSpan.FromMilliseconds(400);

    private readonly Lease _lease = new(store.Options.Database.Leases, $"{projection.Name}/{generation.Number}", store.Options.Time, store.Node);
    private readonly ModelState _state = projection.NewState();
    private readonly ParkedEvents _parked = new(projection.Name, generation.Number);
    private int _pageSize = 2_000;
    private bool _isKnown;

    public Projection Projection => projection;
    public Generation Generation => generation;
    public IReadOnlyList<string> EventTypes => projection.EventTypes;
    public string Table { get; } = $"read.{Generation.TableOf(projection, generation.Number)}";
    public long Position { get; private set; } = generation.Position;
    public int Revision { get; private set; } = generation.Revision;

    /// <summary>The last page that others may read as well was full: there's more behind it.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>What may be held in memory from page to page.</summary>
    public long MostBytes { get; init; } = 64 << 20;

    /// <summary>Told of each event that is parked, after it was stored.</summary>
    public Action<Event, string> OnParked { get; init; } = (_, _) => { };

    public Task<bool> HoldAsync(CancellationToken cancel) => _lease.HoldAsync(cancel);
    public Task RequireHeldAsync(string meanwhile, CancellationToken cancel) => _lease.RequireHeldAsync(meanwhile, cancel);
    public Task WantAsync(CancellationToken cancel) => _lease.WantAsync(cancel);
    public Task<bool> IsWantedAsync(CancellationToken cancel) => _lease.IsWantedAsync(cancel);
    public Task ReleaseAsync() => _lease.ReleaseAsync();

    /// <summary>Keeps the lease from passing on until the caller's transaction ends; the lease can't be renewed until then either.</summary>
    /// <exception cref="LeaseLostException">It has passed on already.</exception>
    public Task RequireAsync(NpgsqlConnection connection, CancellationToken cancel) => _lease.FencedAsync(() => RowChanges.ExecuteAsync([_lease.Require()], connection, cancel));

    /// <summary>Takes up progress that another process made before the lease was ours; what this one holds in memory is dropped.</summary>
    public void MoveTo(Generation current)
    {
        (Position, Revision, _isKnown) = (current.Position, current.Revision, false);
        _state.Clear();
        // Nothing was folded yet, so nothing is stored.
        _state.KnowsAll = Position == 0;
    }

    /// <summary>One page of the log, not past <paramref name="upTo"/>.</summary>
    /// <returns>Indices advanced; 0: nothing to do.</returns>
    /// <exception cref="LeaseLostException">Another process has the lease or the generation; nothing was written.</exception>
    public async Task<long> StepAsync(long upTo, CancellationToken cancel)
    {
        if (Position >= upTo)
            return 0;
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
        var to = await LogReader.PageEndAsync(connection, Position, (int)Math.Min(_pageSize, upTo - Position), cancel);
        if (to == Position)
            return 0;
        return await ApplyAsync(await LogReader.ReadAsync(connection, store.Options.Events, EventTypes, generation.TenantId, Position, to, cancel), connection, cancel);
    }

    /// <summary>One page that others may read as well, and pass together where it doesn't concern them.</summary>
    /// <returns>Indices advanced; 0: nothing to do.</returns>
    /// <exception cref="LeaseLostException">Another process has the lease or the generation; nothing was written.</exception>
    public async Task<long> StepAsync(LogPages pages, PassingRuns others, CancellationToken cancel)
    {
        if (await pages.ReadAsync(this, _pageSize, cancel) is not { } page)
            return 0;
        IsBehind = page.To - page.From >= _pageSize;
        var started = Stopwatch.GetTimestamp();
        if (_isKnown && !page.Events.Any(IsWanted))
        {
            await _lease.RequireHeldAsync("a page was read", cancel);
            if (await others.PassAsync(new(projection.Name, generation.Number, Revision, Position, page.To, _lease)))
            {
                Adapt(page, Stopwatch.GetElapsedTime(started));
                return Advanced(page.To);
            }
        }
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
        return await ApplyAsync(page, connection, cancel);
    }

    private async Task<long> ApplyAsync(LogSlice page, NpgsqlConnection connection, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        await KnowAsync(connection, cancel);
        var events = Wanted(page);
        try
        {
            await _state.LoadAsync(Table, events, connection, cancel);
            Fold(events);
            var changes = _state.TakeChanges();
            // Reading and folding may have taken most of the lease's life. The first statement of the write keeps it from passing on.
            await _lease.RequireHeldAsync("a page was folded", cancel);
            await _lease.FencedAsync(() => changes.WriteAsync(Table, _parked.Statements().Prepend(Advance(page.To)), connection, cancel));
        }
        catch (PostgresException e) when (IsAboutData(e))
        {
            await ApplyOneByOneAsync(page.To, events, connection, cancel);
        }
        catch
        {
            Distrust();
            throw;
        }
        var took = Stopwatch.GetElapsedTime(started);
        StoreMeter.Projected(projection.Name, took, events.Count);
        Adapt(page, took);
        return Advanced(page.To);
    }

    /// <summary>Folds a slice without writing anything; <see cref="FlushAsync"/> does, now and then.</summary>
    public void Fold(LogSlice slice) => Fold(Wanted(slice));

    /// <summary>Makes ready for <see cref="Fold(LogSlice)"/>.</summary>
    public async Task PrepareAsync(LogSlice slice, CancellationToken cancel)
    {
        if (_isKnown && _state.KnowsAll)
            return;
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
        await KnowAsync(connection, cancel);
        await _state.LoadAsync(Table, Wanted(slice), connection, cancel);
    }

    private async Task KnowAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (_isKnown)
            return;
        await _parked.LoadAsync(connection, cancel);
        _isKnown = true;
    }

    public bool KnowsAll => _state.KnowsAll;
    public bool OnlyAdds => _state.OnlyAdds;
    // Rows that nobody reads again are held only for as long as writing them at once is worth it.
    public bool IsFull => _state.Bytes > (OnlyAdds ? Math.Min(MostBytes, MostAddedBytes) : MostBytes);

    /// <summary>Writes what was folded since the last write; it reaches to <paramref name="to"/>.</summary>
    /// <exception cref="PostgresException">The rows can't be stored as they are: nothing was written, and what was folded is dropped.</exception>
    public async Task FlushAsync(long to, CancellationToken cancel)
    {
        if (to == Position)
            return;
        try
        {
            var changes = _state.TakeChanges();
            await _lease.RequireHeldAsync("a model was built", cancel);
            await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
            await _lease.FencedAsync(() => changes.WriteAsync(Table, _parked.Statements().Prepend(Advance(to)), connection, cancel));
        }
        catch
        {
            Distrust();
            throw;
        }
        Advanced(to);
    }

    private List<Event> Wanted(LogSlice page)
    {
        var wanted = new List<Event>(page.Events.Count);
        foreach (var e in page.Events)
            if (IsWanted(e))
                wanted.Add(e);
        return wanted;
    }

    // A page that is shared has other types too, and a slice may begin before this run's position.
    private bool IsWanted(Event e) => e.Index >= Position && projection.Wants(e.Type);

    private void Fold(List<Event> events)
    {
        foreach (var e in events)
            if (_parked.Admits(e))
                try
                {
                    _state.Apply(e);
                }
                catch (Exception x) when (x is not OutOfMemoryException)
                {
                    _parked.Park(e, x);
                }
    }

    // Some row can't be stored: each event in a savepoint of its own says which event it is. The share lock on the lease keeps it ours for as long as it takes.
    private async Task ApplyOneByOneAsync(long to, List<Event> events, NpgsqlConnection connection, CancellationToken cancel)
    {
        Distrust();
        try
        {
            await KnowAsync(connection, cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await _lease.FencedAsync(() => RowChanges.ExecuteAsync([Advance(to)], connection, cancel));
            foreach (var e in events.Where(_parked.Admits))
                try
                {
                    await transaction.SaveAsync("event", cancel);
                    await _state.LoadAsync(Table, [e], connection, cancel);
                    _state.Apply(e);
                    await _state.TakeChanges().WriteWithinAsync(Table, connection, cancel);
                    await transaction.ReleaseAsync("event", cancel);
                }
                catch (Exception x) when (x is PostgresException p ? IsAboutData(p) : x is not (NpgsqlException or OperationCanceledException or OutOfMemoryException))
                {
                    await transaction.RollbackAsync("event", cancel);
                    _parked.Park(e, x);
                    _state.Clear();
                }
            await RowChanges.ExecuteAsync(_parked.Statements(), connection, cancel);
            await transaction.CommitAsync(cancel);
        }
        catch
        {
            Distrust();
            throw;
        }
    }

    /// <summary>Notes that the projection stands still for a reason that isn't one event's; the position stays, nothing is skipped.</summary>
    public async Task FailAsync(string error, CancellationToken cancel)
    {
        await using var command = store.Options.Database.Projections.CreateCommand("""
            update platform.projection set state = case state when 'live' then 'failed' else state end, error = $3, updated_at = clock_timestamp()
            where name = $1 and generation = $2 and state <> 'retired'
            """);
        command.Parameters.Add(new() { Value = projection.Name });
        command.Parameters.Add(new() { Value = generation.Number });
        command.Parameters.Add(new() { Value = error });
        await command.ExecuteNonQueryAsync(cancel);
    }

    // Classes 22, 23 and 54: a value, a constraint, a limit. Anything else is the server's or the network's trouble, and passes.
    public static bool IsAboutData(PostgresException e) => e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal) || e.SqlState.StartsWith("54", StringComparison.Ordinal);

    private void Distrust()
    {
        _state.Clear();
        _isKnown = false;
    }

    private long Advanced(long to)
    {
        foreach (var (e, error) in _parked.New)
            OnParked(e, error);
        _parked.Forget();
        if (_state.Bytes > MostBytes)
            _state.Clear();
        var from = Position;
        Position = to;
        return to - from;
    }

    private void Adapt(LogSlice page, TimeSpan took) => _pageSize =
        page.Bytes > PageBytes || took > PageTime * 2 ? Math.Max(FewestIndices, _pageSize / 2)
        : page.Bytes < PageBytes / 2 && took < PageTime && page.To - page.From >= _pageSize ? Math.Min(MostIndices, _pageSize * 2)
        : _pageSize;

    private NpgsqlBatchCommand Advance(long to) => new("select platform.advance($1, $2, $3, $4, $5, $6, $7)")
    {
        Parameters =
        {
            new() { Value = projection.Name }, new() { Value = generation.Number }, new() { Value = Revision }, new() { Value = Position }, new() { Value = to },
            new() { Value = _lease.Holder }, new() { Value = _lease.Epoch },
        },
    };
}
