using Npgsql;

namespace Platform.EventStore;

/// <summary>One subscription in one process: follows the log and writes the queue while the lease is ours. Each write's first statement requires the lease.</summary>
internal sealed class SubscriptionRun(DocumentStore store, Subscription subscription)
{
    private const int MostIndices = 500, FewestIndices = 20;
    private const long PageBytes = 8 << 20;

    // What a claim reads after an event and its index.
    private const int Target = EventRow.Count + 1, Attempt = EventRow.Count + 2, Hash = EventRow.Count + 3;

    private readonly Lease _lease = new(store.Options.Database.Leases, $"subscription/{subscription.Name}", store.Options.Time);
    private int _pageSize = MostIndices;

    public DeliveryQueue Queue { get; } = new(subscription.Name);

    /// <summary>Next log index to route.</summary>
    public long Position { get; private set; }

    public Task<bool> HoldAsync(CancellationToken cancel) => _lease.HoldAsync(cancel);
    public Task RequireHeldAsync(string meanwhile, CancellationToken cancel) => _lease.RequireHeldAsync(meanwhile, cancel);
    public Task ReleaseAsync() => _lease.ReleaseAsync();

    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancel) => Pool(store).OpenConnectionAsync(cancel).AsTask();

    /// <summary>Takes up where whoever had the lease before stood; a new subscription begins.</summary>
    public async Task RegisterAsync(CancellationToken cancel)
    {
        await using var command = Pool(store).CreateCommand("select platform.register_subscription($1, $2)");
        command.Parameters.Add(new() { Value = subscription.Name });
        command.Parameters.Add(new() { Value = subscription.FromStart });
        Position = (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Routes one page of the log: position and queue in one transaction.</summary>
    /// <returns>Indices advanced; 0: nothing to do.</returns>
    /// <exception cref="LeaseLostException">Another process has the lease; nothing was written.</exception>
    public async Task<long> FollowAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        var from = Position;
        var end = await LogReader.PageEndAsync(connection, from, _pageSize, cancel);
        if (end == from)
            return 0;
        var to = Math.Min(end, await ReachAsync(cancel));
        if (to <= from)
            return 0;
        var page = await LogReader.ReadAsync(connection, store.Options.Events, subscription.EventTypes, null, from, to, cancel);
        var events = page.Events.Select(Readable).ToList();
        _pageSize = page.Bytes > PageBytes ? Math.Max(FewestIndices, _pageSize / 4) : Math.Min(MostIndices, _pageSize * 2);
        var routes = events.Count == 0 ? [] : await subscription.RouteAsync(events, cancel);

        await _lease.RequireHeldAsync("a page was routed", cancel);
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(new("select platform.advance_subscription($1, $2, $3, $4, $5)")
        {
            Parameters = { new() { Value = subscription.Name }, new() { Value = from }, new() { Value = to }, new() { Value = _lease.Holder }, new() { Value = _lease.Epoch } },
        });
        foreach (var command in Queue.Apply(routes, store.Options.Time.GetUtcNow()))
            batch.BatchCommands.Add(command);
        await _lease.FencedAsync(() => batch.ExecuteNonQueryAsync(cancel));
        Position = to;
        return to - from;
    }

    /// <summary>Counts an attempt of each delivery, before it's made.</summary>
    /// <returns>With their events.</returns>
    /// <exception cref="LeaseLostException">Another process has the lease; nothing was written.</exception>
    public async Task<IReadOnlyList<Delivery>> ClaimAsync(IReadOnlyList<DueDelivery> deliveries, Func<int, TimeSpan?> retryIn, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await using var batch = Fenced(connection, [Queue.Claim(deliveries)]);
        var claimed = new List<Delivery>();
        await _lease.FencedAsync(async () =>
        {
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            await reader.NextResultAsync(cancel);
            while (await reader.ReadAsync(cancel))
                claimed.Add(new Delivery(
                    reader.GetString(Target), Readable(EventAt(reader)), reader.IsDBNull(Hash) ? "" : Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(Hash)), reader.GetInt32(Attempt), retryIn(reader.GetInt32(Attempt))));
        });
        return claimed;
    }

    /// <exception cref="LeaseLostException">Another process has the lease; nothing was written.</exception>
    public async Task NoteAsync(IReadOnlyList<AttemptNote> notes, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await using var batch = Fenced(connection, Queue.Note(notes));
        await _lease.FencedAsync(() => batch.ExecuteNonQueryAsync(cancel));
    }

    /// <summary>Notes why the log can't be followed; the position stays, nothing is skipped.</summary>
    public async Task FailAsync(string error, CancellationToken cancel)
    {
        await using var command = Pool(store).CreateCommand("select platform.fail_subscription($1, $2, $3, $4)");
        command.Parameters.Add(new() { Value = subscription.Name });
        command.Parameters.Add(new() { Value = error });
        command.Parameters.Add(new() { Value = _lease.Holder });
        command.Parameters.Add(new() { Value = _lease.Epoch });
        await _lease.FencedAsync(() => command.ExecuteNonQueryAsync(cancel));
    }

    private NpgsqlBatch Fenced(NpgsqlConnection connection, IEnumerable<NpgsqlBatchCommand> commands)
    {
        var batch = new NpgsqlBatch(connection) { BatchCommands = { _lease.Require() } };
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        return batch;
    }

    // How far the read models are that routing reads; their positions are boundaries of appends, like ours.
    private async Task<long> ReachAsync(CancellationToken cancel)
    {
        var reach = long.MaxValue;
        foreach (var model in subscription.After)
            reach = Math.Min(reach, await store.Positions.OfAsync(model, cancel) ?? 0);
        return reach;
    }

    private Event EventAt(NpgsqlDataReader reader)
    {
        var e = EventRow.Read(reader, store.Options.Events);
        e.Index = reader.GetInt64(EventRow.Count);
        return e;
    }

    // What a foreign writer left under one of our aliases must not stop the deliveries of all others.
    private static Event Readable(Event e) => e.TryReadData() ? e : e with { Data = new UnknownEvent(e.Type) };

    private static NpgsqlDataSource Pool(DocumentStore store) => store.Options.Database.Projections;
}
