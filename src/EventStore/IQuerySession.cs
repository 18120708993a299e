using Npgsql;

namespace Platform.EventStore;

/// <summary>Reads of one tenant. Holds no connection between calls.</summary>
public interface IQuerySession
{
    string TenantId { get; }
    IEventQueries Events { get; }

    /// <summary>Runs a query on a projection's read model, confined to the tenant, and says what log index the answer reflects at least.</summary>
    /// <param name="projection">Name of the projection that the query reads.</param>
    /// <param name="sql">One SELECT on <c>read.*</c>; parameters positional (<c>$1</c>...).</param>
    /// <param name="parameters">Typed values for the placeholders.</param>
    /// <param name="read">Turns the current row into a value.</param>
    /// <param name="cancel">Cancels the query.</param>
    Task<Answer<T>> QueryAsync<T>(string projection, string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancel = default);

    /// <summary>Waits until a projection has the event with this sequence, without changing anything.</summary>
    /// <returns>False when <paramref name="limit"/> passed first.</returns>
    Task<bool> WaitForAsync(string projection, long sequence, TimeSpan limit, CancellationToken cancel = default);

    /// <summary>Waits until a projection has every event, of any tenant, that was committed before the call.</summary>
    /// <returns>False when <paramref name="limit"/> passed first.</returns>
    Task<bool> WaitForAllAsync(string projection, TimeSpan limit, CancellationToken cancel = default);

    /// <summary>Waits until the event with this sequence has its place in the log; null when <paramref name="limit"/> passed first.</summary>
    Task<long?> WaitForIndexAsync(long sequence, TimeSpan limit, CancellationToken cancel = default);

    /// <summary>Waits until a checkpoint covers the event with this sequence, and gives its index; null when <paramref name="limit"/> passed first.</summary>
    /// <param name="sequence">From a receipt.</param>
    /// <param name="limit">How long.</param>
    /// <param name="cosigned">A checkpoint that enough witnesses cosigned.</param>
    /// <param name="cancel">Gives up.</param>
    Task<long?> WaitForCheckpointAsync(long sequence, TimeSpan limit, bool cosigned, CancellationToken cancel = default);

    /// <summary>An idempotency key's outcome, if it was used within 24 hours before <paramref name="at"/>.</summary>
    Task<StoredOutcome?> FindOutcomeAsync(string key, DateTimeOffset at, CancellationToken cancel = default);
}

/// <param name="Items">The rows.</param>
/// <param name="Index">Log index of the last event that the answer surely has; -1: none.</param>
/// <param name="IsCut">There are more rows: documents so large that they end an answer before its limit.</param>
/// <param name="Lag">Events that the log had beyond it when it was asked.</param>
public sealed record Answer<T>(IReadOnlyList<T> Items, long Index, long Lag = 0, bool IsCut = false);

public interface IEventQueries
{
    /// <summary>The events of a stream in version order, with versions in <c>(after, upTo]</c> and not later than <paramref name="at"/>.</summary>
    Task<IReadOnlyList<Event>> FetchStreamAsync(Guid streamId, long after = 0, long upTo = long.MaxValue, DateTimeOffset? at = null, int limit = int.MaxValue, CancellationToken cancel = default);

    Task<StreamState?> FetchStreamStateAsync(Guid streamId, CancellationToken cancel = default);

    /// <summary>Those of some streams whose last event is of a type, as of now: one look at an index a stream, however long it is.</summary>
    Task<IReadOnlyCollection<Guid>> EndingInAsync(IReadOnlyCollection<Guid> streamIds, string type, CancellationToken cancel = default);

    /// <summary>Those of some ids under which no event was ever appended, as of now.</summary>
    Task<IReadOnlyCollection<Guid>> WithoutEventsAsync(IReadOnlyCollection<Guid> streamIds, CancellationToken cancel = default);

    /// <summary>Folds a stream as it is, as it was at a version, or as it was at a time (live aggregation).</summary>
    Task<AggregateAt<T>> AggregateStreamAsync<T>(Guid streamId, long? version = null, DateTimeOffset? at = null, CancellationToken cancel = default);

    /// <summary>Folds a stream into a read model that isn't stored, or as it was before what is stored (lifecycle Live).</summary>
    Task<TDoc?> AggregateStreamAsync<TDoc>(
        SingleStreamProjection<TDoc> projection, Guid streamId, long? version = null, DateTimeOffset? at = null, CancellationToken cancel = default) where TDoc : class;

    /// <summary>The events with these versions as they were accepted, with their hashes.</summary>
    Task<IReadOnlyList<AppendedEvent>> FetchReceiptAsync(Guid streamId, long from, long to, CancellationToken cancel = default);

    /// <summary>An event of the tenant as the ledger has it; null: there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="sequence">Its sequence; null: sought by the time in the id, which must then be a UUIDv7.</param>
    /// <param name="cancel">Cancels the reading.</param>
    Task<LedgerEntry?> FindEntryAsync(Guid id, long? sequence, CancellationToken cancel = default);

    /// <summary>The log's size: every event with an index below it was committed before this answer.</summary>
    Task<long> LogSizeAsync(CancellationToken cancel = default);
}

/// <param name="State">The fold; the initial state when there were no events.</param>
/// <param name="Version">Version of the last event folded; 0: none.</param>
/// <param name="Read">Events read past the snapshot.</param>
public sealed record AggregateAt<T>(T State, long Version, int Read);

/// <summary>What an idempotency key stands for: events of a stream, from which the receipt is read again.</summary>
public sealed record StoredOutcome(byte[] Fingerprint, int Status, Guid StreamId, long Version, int Events, DateTimeOffset At);
