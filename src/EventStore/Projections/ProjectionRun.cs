using Npgsql;

namespace Platform.EventStore;

/// <summary>Works one generation of a projection forward through the log, page by page: rows and progress in one transaction, under a lease.</summary>
internal sealed class ProjectionRun(DocumentStore store, Projection projection, Generation generation)
{
    private const int MostIndices = 2_000;
    private const int FewestIndices = 50;

    // What a page may weigh: documents are read, folded and written about as large as their events.
    private const long PageBytes = 16 << 20;

    private int _pageSize = MostIndices / 4;
    private readonly Lease _lease = new(store.Options.Database.Projections, $"{projection.Name}/{generation.Number}", store.Options.Time);

    public Generation Generation => generation;
    public long Position { get; private set; } = generation.Position;

    public Task<bool> HoldAsync(CancellationToken cancel) => _lease.HoldAsync(cancel);
    public Task ReleaseAsync() => _lease.ReleaseAsync();

    /// <summary>Keeps the lease from passing on until the caller's transaction ends; the lease can't be renewed until then either.</summary>
    /// <exception cref="LeaseLostException">It has passed on already.</exception>
    public async Task RequireAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select platform.require_lease($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = _lease.Name }, new() { Value = _lease.Holder }, new() { Value = _lease.Epoch } },
        };
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException e) when (SqlErrors.Translate(e) is { } translated)
        {
            _lease.Lost();
            throw translated;
        }
    }

    /// <summary>Takes up progress that another process made before the lease was ours.</summary>
    public void MoveTo(long position) => Position = position;

    /// <summary>One page, not past <paramref name="upTo"/>.</summary>
    /// <returns>Indices advanced; 0: nothing to do.</returns>
    /// <exception cref="LeaseLostException">Another process has the lease or the generation; nothing was written.</exception>
    public async Task<long> StepAsync(long upTo, CancellationToken cancel)
    {
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
        var from = Position;
        var to = from >= upTo ? from : await LogReader.PageEndAsync(connection, from, (int)Math.Min(_pageSize, upTo - from), cancel);
        if (to == from)
            return 0;
        var events = await LogReader.ReadAsync(connection, store.Options.Events, projection.EventTypes, from, to, cancel);
        var bytes = events.Sum(e => (long)e.Json.Length);
        _pageSize = bytes > PageBytes ? Math.Max(FewestIndices, _pageSize / 4) : bytes < PageBytes / 8 ? Math.Min(MostIndices, _pageSize * 2) : _pageSize;
        var commands = await projection.ApplyAsync($"read.{Generation.TableOf(projection, generation.Number)}", events, connection, cancel);

        // Reading and folding may have taken most of the lease's life. The first statement of the write keeps it from passing on.
        if (!await _lease.HoldAsync(cancel))
            throw new LeaseLostException($"The lease {_lease.Name} passed on while a page was folded.");
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(new("select platform.advance($1, $2, $3, $4, $5, $6)")
        {
            Parameters =
            {
                new() { Value = projection.Name }, new() { Value = generation.Number }, new() { Value = from }, new() { Value = to },
                new() { Value = _lease.Holder }, new() { Value = _lease.Epoch },
            },
        });
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        try
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException e) when (SqlErrors.Translate(e) is { } translated)
        {
            _lease.Lost();
            throw translated;
        }
        Position = to;
        return to - from;
    }

    /// <summary>Notes that a page can't be applied; the position stays, nothing is skipped.</summary>
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
}
