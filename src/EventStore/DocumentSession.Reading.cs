using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

// What a session reads; each call is one round trip, with the tenant set in the same transaction.
internal sealed partial class DocumentSession
{
    // Whole documents of one answer: they are kept in memory until they are sent.
    private const long MostDocumentBytes = 8 << 20;

    public async Task<IReadOnlyList<Event>> FetchStreamAsync(
        Guid streamId, long after = 0, long upTo = long.MaxValue, DateTimeOffset? at = null, int limit = int.MaxValue, CancellationToken cancel = default)
    {
        var events = new List<Event>();
        await foreach (var e in ReadStreamAsync(streamId, after, upTo, at, limit, cancel))
            events.Add(e);
        return events;
    }

    private async IAsyncEnumerable<Event> ReadStreamAsync(Guid streamId, long after, long upTo, DateTimeOffset? at, int limit, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        batch.BatchCommands.Add(new($"""
            select {EventRow.Columns} from public.mt_events e
            where e.tenant_id = $1 and e.stream_id = $2 and e.version > $3 and e.version <= $4
              -- Up to the first event that is later: clocks of several nodes may differ, and a state is a prefix of its stream.
              and ($5::timestamptz is null or e.version < coalesce((select min(x.version) from public.mt_events x
                                              where x.tenant_id = $1 and x.stream_id = $2 and x.timestamp > $5), 9223372036854775807))
            order by e.version limit $6
            """)
        { Parameters = { Text(TenantId), Uuid(streamId), Long(after), Long(upTo), Time(at), Long(limit) } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
            yield return EventRow.Read(reader, store.Options.Events);
    }

    public async Task<StreamState?> FetchStreamStateAsync(Guid streamId, CancellationToken cancel = default)
    {
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        batch.BatchCommands.Add(new("select version, type, created, timestamp, is_archived from public.mt_streams where tenant_id = $1 and id = $2")
        { Parameters = { Text(TenantId), Uuid(streamId) } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new StreamState(streamId, reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetBoolean(4))
            : null;
    }

    public Task<IReadOnlyCollection<Guid>> EndingInAsync(IReadOnlyCollection<Guid> streamIds, string type, CancellationToken cancel = default) => AmongAsync("""
        select s.id from unnest($2) as s (id) cross join lateral
            (select e.type from public.mt_events e where e.tenant_id = $1 and e.stream_id = s.id order by e.version desc limit 1) last
        where last.type = $3
        """, streamIds, [Text(type)], cancel);

    public Task<IReadOnlyCollection<Guid>> WithoutEventsAsync(IReadOnlyCollection<Guid> streamIds, CancellationToken cancel = default) => AmongAsync(
        "select s.id from unnest($2) as s (id) where not exists (select from public.mt_events e where e.tenant_id = $1 and e.stream_id = s.id)", streamIds, [], cancel);

    public Task<IReadOnlyCollection<Guid>> AcceptedAmongAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel = default) =>
        AmongAsync("select a.id from platform.accepted a where a.tenant_id = $1 and a.id = any ($2)", ids, [], cancel);

    private async Task<IReadOnlyCollection<Guid>> AmongAsync(string sql, IReadOnlyCollection<Guid> streamIds, IReadOnlyList<NpgsqlParameter> others, CancellationToken cancel)
    {
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        var query = new NpgsqlBatchCommand(sql) { Parameters = { Text(TenantId), new() { Value = streamIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } } };
        query.Parameters.AddRange(others.ToArray());
        batch.BatchCommands.Add(query);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        var found = new HashSet<Guid>();
        while (await reader.ReadAsync(cancel))
            found.Add(reader.GetGuid(0));
        return found;
    }

    public async Task<AggregateAt<T>> AggregateStreamAsync<T>(Guid streamId, long? version = null, DateTimeOffset? at = null, CancellationToken cancel = default)
    {
        var aggregate = store.Options.Aggregates.Of<T>();
        // A snapshot knows its version but not its time.
        int? shape = aggregate.Snapshot is not null && at is null ? aggregate.Shape : null;
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        batch.BatchCommands.Add(Snapshots.ReadWithEvents(TenantId, streamId, aggregate.Alias, shape, version ?? long.MaxValue, at));

        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        var (state, last, read) = (aggregate.Initial, 0L, 0);
        while (await reader.ReadAsync(cancel))
            if (reader.GetString(5) == Snapshots.RowType)
                (state, last) = (JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(6), aggregate.Snapshot!)!, reader.GetInt64(2));
            else
            {
                var e = EventRow.Read(reader, store.Options.Events);
                (state, last, read) = (aggregate.Evolve(state, e), e.Version, read + 1);
            }
        return new AggregateAt<T>(state, last, read);
    }

    public async Task<TDoc?> AggregateStreamAsync<TDoc>(
        SingleStreamProjection<TDoc> projection, Guid streamId, long? version = null, DateTimeOffset? at = null, CancellationToken cancel = default) where TDoc : class
    {
        TDoc? document = null;
        await foreach (var e in ReadStreamAsync(streamId, 0, version ?? long.MaxValue, at, int.MaxValue, cancel))
            if (projection.Wants(e.Type))
                document = projection.Evolve(document, e);
        return document;
    }

    public async Task<IReadOnlyList<AppendedEvent>> FetchReceiptAsync(Guid streamId, long from, long to, CancellationToken cancel = default)
    {
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        batch.BatchCommands.Add(new("""
            select e.id, e.type, e.version, e.seq_id, (ledger.hashes(array[e.seq_id]))[1], e.timestamp
            from public.mt_events e where e.tenant_id = $1 and e.stream_id = $2 and e.version between $3 and $4 order by e.version
            """)
        { Parameters = { Text(TenantId), Uuid(streamId), Long(from), Long(to) } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        var events = new List<AppendedEvent>();
        while (await reader.ReadAsync(cancel))
            events.Add(new AppendedEvent(streamId, reader.GetGuid(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3),
                reader.IsDBNull(4) ? "" : Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(4)), reader.GetFieldValue<DateTimeOffset>(5)));
        return events;
    }

    public async Task<LedgerEntry?> FindEntryAsync(Guid id, long? sequence, CancellationToken cancel = default)
    {
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        batch.BatchCommands.Add(new($"""
            select {StoredEventRow.Columns}, e.stream_id, h.origin, h.prev, h.signature, ledger.index_of(e.seq_id)
            from public.mt_events e
            cross join lateral (select n.epoch, n.origin, n.hash, n.prev, n.signature, 0 as payload_check, 0 as metadata_check from ledger.entry_of(e.seq_id) n) h
            where e.seq_id = coalesce($2, (select ledger.find_event($1))) and e.id = $1 and e.tenant_id = $3
            """)
        { Parameters = { Uuid(id), Maybe(sequence), Text(TenantId) } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        var at = StoredEventRow.Count;
        return new LedgerEntry(StoredEventRow.Read(reader, 0), reader.GetGuid(at), reader.GetString(at + 1), StoredEventRow.HashOf(reader.GetFieldValue<byte[]>(at + 2)),
            reader.IsDBNull(at + 3) ? null : reader.GetFieldValue<byte[]>(at + 3), reader.IsDBNull(at + 4) ? null : reader.GetInt64(at + 4));
    }

    public async Task<long?> WaitForCheckpointAsync(long sequence, TimeSpan limit, bool cosigned, CancellationToken cancel = default)
    {
        var deadline = store.Options.Time.GetUtcNow() + limit;
        if (await WaitForIndexAsync(sequence, limit, cancel) is not { } index)
            return null;
        while (true)
        {
            var pulse = store.Signals.Published.Next;
            await using (var command = Pool.CreateCommand($"select {(cosigned ? "cosigned_size" : "size")} from ledger.head"))
                if (await command.ExecuteScalarAsync(cancel) is long size && size > index)
                    return index;
            if (store.Options.Time.GetUtcNow() >= deadline)
                return null;
            await Signal.WaitAsync(pulse, store.Signals.Patience, cancel);
        }
    }

    public async Task<long> LogSizeAsync(CancellationToken cancel = default)
    {
        await using var command = Pool.CreateCommand("select ledger.size()");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    public async Task<Answer<T>> QueryAsync<T>(string projection, string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancel = default)
    {
        try
        {
            return await AnswerAsync(projection, sql, parameters, read, cancel);
        }
        catch (PostgresException e) when ((e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction) && e.MessageText.Contains("read.", StringComparison.Ordinal))
        {
            throw new ReadModelMissingException(projection, e);
        }
    }

    private async Task<Answer<T>> AnswerAsync<T>(string projection, string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        // Position first: what is read after it can only be newer. Of this code's version, or of the one that stands in for it.
        batch.BatchCommands.Add(PositionOf(projection));
        var query = new NpgsqlBatchCommand(store.Names.In(sql));
        query.Parameters.AddRange(parameters.ToArray());
        batch.BatchCommands.Add(query);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        var (position, size) = await reader.ReadAsync(cancel) ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
        await reader.NextResultAsync(cancel);
        var items = new List<T>();
        var bytes = 0L;
        while (await reader.ReadAsync(cancel))
        {
            var item = read(reader);
            if (item is StoredDocument document && (bytes += document.Json.Length) > MostDocumentBytes && items.Count > 0)
                return new Answer<T>(items, position - 1, size - position, IsCut: true);
            items.Add(item);
        }
        return new Answer<T>(items, position - 1, size - position);
    }

    private NpgsqlBatchCommand PositionOf(string projection) => new("""
        select p.position, greatest(s.size, p.position) from (select ledger.size() as size) s, platform.projection p
        where p.name = $1 and p.version <= $2 and p.state in ('live', 'failed') order by p.version desc limit 1
        """)
    { Parameters = { Text(projection), Long(store.Names.VersionOf(projection)) } };

    public async Task<bool> WaitForAsync(string projection, long sequence, TimeSpan limit, CancellationToken cancel = default)
    {
        var deadline = store.Options.Time.GetUtcNow() + limit;
        return IsInline(projection) || await WaitForIndexAsync(sequence, limit, cancel) is { } index && await WaitForPositionAsync(projection, index, deadline, cancel);
    }

    public async Task<bool> WaitForAllAsync(string projection, TimeSpan limit, CancellationToken cancel = default)
    {
        var deadline = store.Options.Time.GetUtcNow() + limit;
        if (IsInline(projection))
            return true;
        // Whatever is in the log now, and each that is committed and isn't: not the highest alone, after which a lower one may have been committed. As the role that sees every tenant.
        var pool = store.Options.Database.Projections;
        var (last, waiting) = (-1L, Array.Empty<long>());
        await using (var command = pool.CreateCommand("""
            select ledger.size() - 1, array(select p.id from ledger.pending p where p.id > s.floor and not exists (select from ledger.log l where l.pending_id = p.id)) from platform.sequencer s
            """))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            await reader.ReadAsync(cancel);
            (last, waiting) = (reader.GetInt64(0), reader.GetFieldValue<long[]>(1));
        }
        if (waiting.Length > 0)
        {
            const string sequenced = "select max(first_index + events - 1) from ledger.log where pending_id = any ($1) having count(*) = cardinality($1)";
            if (await WaitForIndexAsync(pool, sequenced, () => new() { Value = waiting }, deadline, cancel) is not { } index)
                return false;
            last = Math.Max(last, index);
        }
        return await WaitForPositionAsync(projection, last, deadline, cancel);
    }

    public Task<long?> WaitForIndexAsync(long sequence, TimeSpan limit, CancellationToken cancel = default) =>
        WaitForIndexAsync(Pool, "select ledger.index_of($1)", () => Long(sequence), store.Options.Time.GetUtcNow() + limit, cancel);

    private bool IsInline(string projection) => store.Options.Projections.Any(p => p.Name == projection && p.Lifecycle == ProjectionLifecycle.Inline);

    private async Task<long?> WaitForIndexAsync(NpgsqlDataSource pool, string sql, Func<NpgsqlParameter> of, DateTimeOffset deadline, CancellationToken cancel)
    {
        while (true)
        {
            var pulse = store.Signals.Sequenced.Next;
            await using (var command = pool.CreateCommand(sql))
            {
                command.Parameters.Add(of());
                if (await command.ExecuteScalarAsync(cancel) is long index)
                    return index;
            }
            if (store.Options.Time.GetUtcNow() >= deadline)
                return null;
            await Signal.WaitAsync(pulse, store.Signals.Patience, cancel);
        }
    }

    private async Task<bool> WaitForPositionAsync(string projection, long index, DateTimeOffset deadline, CancellationToken cancel)
    {
        while (true)
        {
            var pulse = store.Signals.Projected.Next;
            if (await store.Positions.OfAsync(projection, cancel) > index)
                return true;
            if (store.Options.Time.GetUtcNow() >= deadline)
                return false;
            await Signal.WaitAsync(pulse, store.Signals.Patience, cancel);
        }
    }

    public async Task<DateTimeOffset> RememberOutcomeAsync(IdempotencyKey key, long version, CancellationToken cancel = default)
    {
        var now = store.Now();
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        batch.BatchCommands.Add(new("""
            insert into platform.idempotency as idempotency (tenant_id, key, fingerprint, status, stream_id, version, events, created_at) values ($1, $2, $3, $4, $5, $6, 0, $7)
            on conflict (tenant_id, key) do update
                set fingerprint = excluded.fingerprint, status = excluded.status, stream_id = excluded.stream_id,
                    version = excluded.version, events = 0, created_at = excluded.created_at
                where idempotency.created_at < excluded.created_at - interval '24 hours'
            """)
        {
            Parameters =
            {
                Text(TenantId), Text(key.Key), new() { Value = key.Fingerprint }, new() { Value = (short)key.Status }, Uuid(key.ReceiptOf), Long(version), Time(now),
            },
        });
        await batch.ExecuteNonQueryAsync(cancel);
        return now;
    }

    public async Task<StoredOutcome?> FindOutcomeAsync(string key, DateTimeOffset at, CancellationToken cancel = default)
    {
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        batch.BatchCommands.Add(new("""
            select fingerprint, status, stream_id, version, events, created_at from platform.idempotency where tenant_id = $1 and key = $2 and created_at >= $3
            """)
        { Parameters = { Text(TenantId), Text(key), Time(at.AddHours(-24)) } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new StoredOutcome(reader.GetFieldValue<byte[]>(0), reader.GetInt16(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetInt32(4), reader.GetFieldValue<DateTimeOffset>(5))
            : null;
    }
}
