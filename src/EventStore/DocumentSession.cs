using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

internal sealed partial class DocumentSession(DocumentStore store, SessionOptions options) : IDocumentSession, IEventOperations
{
    private sealed class StreamAction(Guid id, string? type, long? expected)
    {
        public Guid Id => id;
        public string? Type { get; set; } = type;
        public long? Expected { get; set; } = expected;
        public List<object> Events { get; } = [];
        public bool IsEnforced { get; set; }
    }

    private readonly Dictionary<Guid, StreamAction> _streams = [];
    private readonly Dictionary<Guid, (string Type, long Version)> _fetched = [];
    private readonly List<Guid> _archived = [];
    private readonly List<Func<NpgsqlBatchCommand>> _snapshots = [];
    private IdempotencyKey? _key;

    public string TenantId => options.TenantId;
    public DateTimeOffset Now => store.Now();
    IEventQueries IQuerySession.Events => this;
    public IEventOperations Events => this;

    private NpgsqlDataSource Pool => store.Options.Database.App;

    public void UseIdempotencyKey(IdempotencyKey key) => _key = key;

    public void StartStream<T>(Guid streamId, params IEnumerable<object> events) =>
        Enlist(streamId, store.Options.Aggregates.Of<T>().Alias, 0, events);

    public void Append(Guid streamId, params IEnumerable<object> events)
    {
        if (_fetched.TryGetValue(streamId, out var fetched))
            Enlist(streamId, fetched.Type, fetched.Version, events);
        else
            Enlist(streamId, null, null, events);
    }

    public void AppendAt(Guid streamId, long expectedVersion, params IEnumerable<object> events) => Enlist(streamId, null, expectedVersion, events);

    public void EnforceConsistency(Guid streamId)
    {
        var (type, version) = _fetched[streamId];
        Enlist(streamId, type, version, []);
        _streams[streamId].IsEnforced = true;
    }

    public void ArchiveStream(Guid streamId) => _archived.Add(streamId);

    private void Enlist(Guid streamId, string? type, long? expected, IEnumerable<object> events)
    {
        if (!_streams.TryGetValue(streamId, out var action))
            _streams.Add(streamId, action = new StreamAction(streamId, type, expected));
        action.Type ??= type;
        action.Expected ??= expected;
        action.Events.AddRange(events);
    }

    public async Task<EventStream<T>> FetchForWriting<T>(Guid streamId, long? expectedVersion = null, CancellationToken cancel = default)
    {
        var loaded = await AggregateStreamAsync<T>(streamId, cancel: cancel);
        if (expectedVersion is { } expected && expected != loaded.Version)
            throw new UnexpectedVersionException(streamId, expected, loaded.Version);
        _fetched[streamId] = (store.Options.Aggregates.Of<T>().Alias, loaded.Version);
        if (loaded.Read > store.Options.SnapshotEvery && store.Options.Aggregates.Of<T>() is { Snapshot: { } info } aggregate)
            _snapshots.Add(() => Snapshots.Write(TenantId, streamId, aggregate.Alias, aggregate.Shape, loaded.Version, JsonSerializer.SerializeToUtf8Bytes(loaded.State, info)));
        return new EventStream<T>(this, streamId, loaded);
    }

    public async Task<IReadOnlyList<AppendedEvent>> SaveChangesAsync(CancellationToken cancel = default)
    {
        // Sorted, so that two appends to the same streams lock them in the same order.
        var streams = _streams.Values.Any(s => s.Events.Count > 0) ? _streams.Values.Where(s => s.Events.Count > 0 || s.IsEnforced).OrderBy(s => s.Id).ToList() : [];
        if (streams.Count == 0 && _archived.Count == 0)
            return [];

        var now = store.Now();
        var appended = new List<AppendedEvent>();
        try
        {
            var inline = await InlineProjections.PrepareAsync(store, TenantId, await ExpectAsync(streams, cancel), now, cancel);
            await using var batch = Pool.CreateBatch();
            List<(Guid Stream, Guid Id, string Type)>? sent = null;
            if (streams.Count > 0)
                batch.BatchCommands.Add(AppendCommand(streams, now, out sent));
            else
                batch.BatchCommands.Add(SetTenant());
            foreach (var id in _archived)
                batch.BatchCommands.Add(new("update public.mt_streams set is_archived = true where tenant_id = $1 and id = $2") { Parameters = { Text(TenantId), Uuid(id) } });
            foreach (var snapshot in _snapshots)
                batch.BatchCommands.Add(snapshot());
            foreach (var command in inline)
                batch.BatchCommands.Add(command);

            await using var reader = await batch.ExecuteReaderAsync(cancel);
            if (streams.Count > 0 && await reader.ReadAsync(cancel))
                appended.AddRange(Accepted(sent!, reader.GetFieldValue<long[]>(0), reader.GetFieldValue<long[]>(1), reader.GetFieldValue<byte[]>(2), now));
            while (await reader.NextResultAsync(cancel))
            {
            }
        }
        catch (PostgresException e) when (SqlErrors.Translate(e) is { } translated)
        {
            throw translated;
        }
        finally
        {
            _streams.Clear();
            _fetched.Clear();
            _archived.Clear();
            _snapshots.Clear();
            _key = null;
        }
        if (appended.Count > 0)
            store.Signals.Appended.Pulse();
        return appended;
    }

    private static IEnumerable<AppendedEvent> Accepted(List<(Guid Stream, Guid Id, string Type)> sent, long[] versions, long[] sequences, byte[] hashes, DateTimeOffset at) =>
        sent.Select((e, i) => new AppendedEvent(e.Stream, e.Id, e.Type, versions[i], sequences[i], Convert.ToHexStringLower(hashes.AsSpan(i * Hash.Size, Hash.Size)), at));

    // Inline projections fold events whose versions must be known, so the streams' versions become expectations.
    private async Task<IReadOnlyList<InlineProjections.Pending>> ExpectAsync(List<StreamAction> streams, CancellationToken cancel)
    {
        if (!InlineProjections.Any(store))
            return [];
        foreach (var stream in streams.Where(s => s.Expected is null))
            stream.Expected = (await FetchStreamStateAsync(stream.Id, cancel))?.Version ?? 0;
        return [.. streams.SelectMany(s => s.Events.Select((e, i) => new InlineProjections.Pending(s.Id, s.Expected!.Value + i + 1, store.Options.Events.AliasOf(e.GetType()), e)))];
    }

    private NpgsqlBatchCommand AppendCommand(List<StreamAction> streams, DateTimeOffset now, out List<(Guid Stream, Guid Id, string Type)> sent)
    {
        var count = streams.Sum(s => s.Events.Count);
        var of = new int[count];
        var ids = new Guid[count];
        var types = new string[count];
        sent = new List<(Guid, Guid, string)>(count);
        var dotnetTypes = new string?[count];
        var data = new byte[count][];
        var n = 0;
        for (var s = 0; s < streams.Count; s++)
            foreach (var e in streams[s].Events)
            {
                of[n] = s + 1;
                ids[n] = Guid.CreateVersion7(now);
                types[n] = store.Options.Events.AliasOf(e.GetType());
                dotnetTypes[n] = $"{e.GetType().FullName}, {e.GetType().Assembly.GetName().Name}";
                sent.Add((streams[s].Id, ids[n], types[n]));
                data[n++] = store.Options.Events.Serialize(e);
            }

        var headers = new EventHeaders(options.User, options.Trigger, store.Options.Region, store.Clock.Next());
        var receiptOf = _key is null ? 0 : streams.FindIndex(s => s.Id == _key.ReceiptOf) + 1;
        return new NpgsqlBatchCommand("""
            select a.versions, a.sequences, a.hashes
            from ledger.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) a
            """)
        {
            Parameters =
            {
                Text(TenantId),
                Array(NpgsqlDbType.Uuid, streams.ConvertAll(s => s.Id).ToArray()),
                Array(NpgsqlDbType.Text, streams.ConvertAll(s => s.Type).ToArray()),
                Array(NpgsqlDbType.Bigint, streams.ConvertAll(s => s.Expected).ToArray()),
                Array(NpgsqlDbType.Integer, of),
                Array(NpgsqlDbType.Uuid, ids),
                Array(NpgsqlDbType.Text, types),
                Array(NpgsqlDbType.Text, dotnetTypes),
                Array(NpgsqlDbType.Jsonb, data),
                new NpgsqlParameter { Value = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                Text(options.CorrelationId),
                Text(options.CausationId),
                new NpgsqlParameter { Value = JsonSerializer.SerializeToUtf8Bytes(headers, EventStoreJson.Default.EventHeaders), NpgsqlDbType = NpgsqlDbType.Jsonb },
                Text(_key?.Key),
                new NpgsqlParameter { Value = (object?)_key?.Fingerprint ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
                new NpgsqlParameter { Value = (object?)_key?.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
                new NpgsqlParameter { Value = receiptOf == 0 ? DBNull.Value : receiptOf, NpgsqlDbType = NpgsqlDbType.Integer },
            },
        };
    }

    private NpgsqlBatchCommand SetTenant() => new("select set_config('platform.tenant', $1, true)") { Parameters = { Text(TenantId) } };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
    private static NpgsqlParameter Uuid(Guid value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Uuid };
    private static NpgsqlParameter Long(long value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bigint };
    private static NpgsqlParameter Time(DateTimeOffset? value) => new() { Value = (object?)value?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
    private static NpgsqlParameter Array(NpgsqlDbType type, object value) => new() { Value = value, NpgsqlDbType = type | NpgsqlDbType.Array };
}
