using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

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
        try
        {
            var streams = Pending();
            if (streams.Count == 0 && _archived.Count == 0)
                return [];
            var now = store.Now();
            if (_archived.Count == 0 && _snapshots.Count == 0 && !InlineProjections.Any(store))
                return await store.Appends.AppendAsync(Append(streams, now), cancel);
            return await SaveAloneAsync(streams, now, cancel);
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
    }

    // Sorted, so that two appends to the same streams lock them in the same order.
    private List<StreamAction> Pending()
    {
        var hasEvents = false;
        foreach (var stream in _streams.Values)
            hasEvents |= stream.Events.Count > 0;
        if (!hasEvents)
            return [];
        var streams = new List<StreamAction>(_streams.Count);
        foreach (var stream in _streams.Values)
            if (stream.Events.Count > 0 || stream.IsEnforced)
                streams.Add(stream);
        streams.Sort((a, b) => a.Id.CompareTo(b.Id));
        return streams;
    }

    private PendingAppend Append(List<StreamAction> streams, DateTimeOffset now) =>
        new(store, options, streams.ConvertAll(s => new StreamAppend(s.Id, s.Type, s.Expected, s.Events)), now, _key);

    // What comes with more than events is a transaction of its own.
    private async Task<IReadOnlyList<AppendedEvent>> SaveAloneAsync(List<StreamAction> streams, DateTimeOffset now, CancellationToken cancel)
    {
        var inline = await InlineProjections.PrepareAsync(store, TenantId, await ExpectAsync(streams, cancel), now, cancel);
        var append = streams.Count == 0 ? null : Append(streams, now);
        await using var batch = Pool.CreateBatch();
        batch.BatchCommands.Add(append is null ? SetTenant() : AppendStatements.Alone(append));
        foreach (var id in _archived)
            batch.BatchCommands.Add(new("update public.mt_streams set is_archived = true where tenant_id = $1 and id = $2") { Parameters = { Text(TenantId), Uuid(id) } });
        foreach (var snapshot in _snapshots)
            batch.BatchCommands.Add(snapshot());
        foreach (var command in inline)
            batch.BatchCommands.Add(command);

        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var appended = append is null ? [] : await AppendStatements.ReadAloneAsync(append, reader);
        while (await reader.NextResultAsync(cancel))
        {
        }
        if (appended.Count > 0)
            store.Signals.Appended.Pulse();
        return appended;
    }

    // Inline projections fold events whose versions must be known, so the streams' versions become expectations.
    private async Task<IReadOnlyList<InlineProjections.Pending>> ExpectAsync(List<StreamAction> streams, CancellationToken cancel)
    {
        if (!InlineProjections.Any(store))
            return [];
        foreach (var stream in streams.Where(s => s.Expected is null))
            stream.Expected = (await FetchStreamStateAsync(stream.Id, cancel))?.Version ?? 0;
        return [.. streams.SelectMany(s => s.Events.Select((e, i) => new InlineProjections.Pending(s.Id, s.Expected!.Value + i + 1, store.Options.Events.AliasOf(e.GetType()), e)))];
    }

    private NpgsqlBatchCommand SetTenant() => new("select set_config('platform.tenant', $1, true)") { Parameters = { Text(TenantId) } };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
    private static NpgsqlParameter Uuid(Guid value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Uuid };
    private static NpgsqlParameter Long(long value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bigint };
    private static NpgsqlParameter Time(DateTimeOffset? value) => new() { Value = (object?)value?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
