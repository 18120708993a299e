using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

internal sealed partial class DocumentSession(DocumentStore store, SessionOptions options) : IDocumentSession, IEventOperations
{
    /// <summary>Rotations of the writer's key that one append may run into.</summary>
    private const int MostRotationsMet = 10;

    private static readonly IReadOnlyDictionary<Guid, SubjectKey> NoKeys = new Dictionary<Guid, SubjectKey>();

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
    private readonly List<AmountChange> _amounts = [];
    private IdempotencyKey? _key;
    private IReadOnlyCollection<Guid> _accepted = [];
    private LedgerKey? _nextWriter;
    private NpgsqlBatchCommand? _first;

    // Events may have been written.
    private bool _isSent;

    public string TenantId => options.TenantId;
    public DateTimeOffset Now => store.Now();
    IEventQueries IQuerySession.Events => this;
    public IEventOperations Events => this;

    private NpgsqlDataSource Pool => store.Options.Database.App;

    public void UseIdempotencyKey(IdempotencyKey key) => _key = key;

    public void AcceptOnce(IReadOnlyCollection<Guid> ids) => _accepted = ids;

    public void StartStream<T>(Guid streamId, params IEnumerable<object> events) =>
        Enlist(streamId, store.Options.Aggregates.Of<T>().Alias, 0, events);

    public void Append(Guid streamId, params IEnumerable<object> events)
    {
        if (_fetched.TryGetValue(streamId, out var fetched))
            Enlist(streamId, fetched.Type, fetched.Version, events);
        else
            Enlist(streamId, null, null, events);
    }

    public void Append<T>(Guid streamId, params IEnumerable<object> events) => Enlist(streamId, store.Options.Aggregates.Of<T>().Alias, null, events);

    public void AppendAt(Guid streamId, long expectedVersion, params IEnumerable<object> events) => Enlist(streamId, null, expectedVersion, events);

    public void EnforceConsistency(Guid streamId)
    {
        var (type, version) = _fetched[streamId];
        Enlist(streamId, type, version, []);
        _streams[streamId].IsEnforced = true;
    }

    public void ArchiveStream(Guid streamId) => _archived.Add(streamId);

    public void RotateWriter(LedgerKey from, LedgerKey to) =>
        (_nextWriter, _first) = (to, new("select ledger.rotate_writer($1, $2)") { Parameters = { new() { Value = from.PublicKey }, new() { Value = to.PublicKey } } });

    public void OpenEpoch(string origin) => _first = new("insert into ledger.epoch (epoch, origin) select max(epoch) + 1, $1 from ledger.epoch") { Parameters = { Text(origin) } };

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
        var started = Stopwatch.GetTimestamp();
        var appended = await SavePendingAsync(cancel);
        if (appended.Count > 0)
            StoreMeter.Appended(started, appended.Count);
        return appended;
    }

    private async Task<IReadOnlyList<AppendedEvent>> SavePendingAsync(CancellationToken cancel)
    {
        try
        {
            var streams = Pending();
            if (streams.Count == 0 && _archived.Count == 0)
                return [];
            var now = store.Now();
            var subjects = await SubjectKeysAsync(streams, cancel);
            var append = streams.Count == 0 ? null : Append(streams, now, subjects);
            await CountAmountsAsync(streams, cancel);
            if (append is null || store.Options.Quotas is not { } quotas)
                return await SaveAsync(streams, append, now, subjects, cancel);
            if (await quotas.AdmitAsync(options, streams.SelectMany(s => s.Events), append.Bytes, now, cancel) is not { } admission)
                return await SaveAsync(streams, append, now, subjects, cancel);
            try
            {
                return await SaveAsync(streams, append, now, subjects, cancel);
            }
            catch (Exception e) when (e is AppendRefusedException or PostgresException { InvariantSeverity: "ERROR" } || !_isSent && !append.IsSent)
            {
                // Whatever else goes wrong once it's sent, it may have been written: then what was taken counts as used.
                quotas.GiveBack(admission);
                throw;
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
            _amounts.Clear();
            (_key, _accepted, _nextWriter, _first, _isSent) = (null, [], null, null, false);
        }
    }

    private async Task<IReadOnlyList<AppendedEvent>> SaveAsync(
        List<StreamAction> streams, PendingAppend? append, DateTimeOffset now, IReadOnlyDictionary<Guid, SubjectKey> subjects, CancellationToken cancel)
    {
        if (append is not null && append.Types.Any(WriterSignature.Covers))
            return await SaveSignedAsync(streams, append, now, subjects, cancel);
        if (append is not null && _archived.Count == 0 && _snapshots.Count == 0 && _amounts.Count == 0 && _accepted.Count == 0 && !InlineProjections.Any(store))
            return await store.Appends.AppendAsync(append, cancel);
        await using var connection = await Pool.OpenConnectionAsync(cancel);
        cancel.ThrowIfCancellationRequested();
        _isSent = true;
        return await SaveAloneAsync(connection, streams, append, now, subjects, cancel);
    }

    // Sorted, so that two appends change them in the same order.
    private async Task CountAmountsAsync(List<StreamAction> streams, CancellationToken cancel)
    {
        SortedDictionary<string, long>? deltas = null;
        foreach (var stream in streams)
            foreach (var e in stream.Events)
                if (store.Options.Amounts.TryGetValue(e.GetType(), out var amount))
                    (deltas ??= new(StringComparer.Ordinal))[amount.Quota] = deltas.GetValueOrDefault(amount.Quota) + amount.Delta;
        foreach (var (quota, delta) in deltas ?? [])
            _amounts.Add(new AmountChange(quota, delta, delta <= 0 || store.Options.Quotas is not { } quotas ? null : await quotas.LimitOfAmountAsync(options, quota, cancel)));
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

    private PendingAppend Append(List<StreamAction> streams, DateTimeOffset now, IReadOnlyDictionary<Guid, SubjectKey> subjects) =>
        new(store, options, streams.ConvertAll(s => new StreamAppend(s.Id, s.Type, s.Expected, s.Events)), now, _key, subjects);

    // Keys of the people whom the events are about; they can be found by their texts before anybody can read those.
    private async Task<IReadOnlyDictionary<Guid, SubjectKey>> SubjectKeysAsync(List<StreamAction> streams, CancellationToken cancel)
    {
        List<(PersonalProperty Property, Guid SubjectId, string Text)>? texts = null;
        foreach (var stream in streams)
            foreach (var e in stream.Events)
                if (store.Options.Events.SealingOf(e) is { } sealing)
                    (texts ??= []).AddRange(sealing.TextsOf(e));
        if (texts is not { Count: > 0 })
            return NoKeys;
        var personal = store.Options.Personal ?? throw new PersonalDataUnavailableException("This process has no keys of data subjects.");
        var keys = await personal.KeysForWritingAsync(TenantId, texts.Select(t => t.SubjectId).ToHashSet(), cancel);
        foreach (var (property, subjectId, text) in texts)
            if (property.IsSearchable)
                await personal.IndexAsync(TenantId, subjectId, property.Name, text, cancel);
        return keys;
    }

    // What comes with more than events is a transaction of its own.
    private async Task<IReadOnlyList<AppendedEvent>> SaveAloneAsync(
        NpgsqlConnection connection, List<StreamAction> streams, PendingAppend? append, DateTimeOffset now, IReadOnlyDictionary<Guid, SubjectKey> subjects, CancellationToken cancel)
    {
        if (InlineProjections.Any(store))
        {
            var expected = await ExpectAsync(streams, cancel);
            append = streams.Count == 0 ? null : Append(streams, now, subjects);
            return await SendAsync(connection, append, await InlineProjections.PrepareAsync(store, TenantId, expected, now, cancel), cancel);
        }
        return await SendAsync(connection, append, [], cancel);
    }

    // Events of weight: what the database answers is signed, and the signatures are part of the same transaction.
    private async Task<IReadOnlyList<AppendedEvent>> SaveSignedAsync(
        List<StreamAction> streams, PendingAppend append, DateTimeOffset now, IReadOnlyDictionary<Guid, SubjectKey> subjects, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var key = _nextWriter ?? await store.Writer.CurrentAsync(cancel);
            await using var connection = await Pool.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            try
            {
                if (_first is { } first)
                {
                    await using var batch = new NpgsqlBatch(connection) { BatchCommands = { first } };
                    await batch.ExecuteNonQueryAsync(cancel);
                }
                var appended = await SaveAloneAsync(connection, streams, append, now, subjects, cancel);
                await store.Writer.SignAsync(connection, key, appended, cancel);
                _isSent = true;
                await transaction.CommitAsync(CancellationToken.None);
                store.Signals.Appended.Pulse();
                return appended;
            }
            catch (PostgresException e) when (e.SqlState == WriterKeys.Rotated && _nextWriter is null && attempt < MostRotationsMet)
            {
                store.Writer.Forget();
            }
        }
    }

    private async Task<IReadOnlyList<AppendedEvent>> SendAsync(NpgsqlConnection connection, PendingAppend? append, IReadOnlyList<NpgsqlBatchCommand> inline, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(append is null ? SetTenant() : AppendStatements.Alone(append));
        foreach (var id in _archived)
            batch.BatchCommands.Add(new("update public.mt_streams set is_archived = true where tenant_id = $1 and id = $2") { Parameters = { Text(TenantId), Uuid(id) } });
        foreach (var snapshot in _snapshots)
            batch.BatchCommands.Add(snapshot());
        foreach (var command in inline)
            batch.BatchCommands.Add(command);
        // Sorted, so that two appends with the same ids wait for each other in the same order.
        if (_accepted.Count > 0)
            batch.BatchCommands.Add(new("insert into platform.accepted (tenant_id, id, accepted_at) select $1, i.id, now() from unnest($2) as i (id) order by i.id")
            {
                Parameters = { Text(TenantId), new() { Value = _accepted.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } },
            });
        // Last: appends of a tenant that make sites wait for each other here, for as short as can be.
        foreach (var amount in _amounts)
            batch.BatchCommands.Add(TenantCounters.Change(TenantId, amount));

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
    private static NpgsqlParameter Maybe(long? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };
    private static NpgsqlParameter Time(DateTimeOffset? value) => new() { Value = (object?)value?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
