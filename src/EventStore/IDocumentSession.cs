namespace Platform.EventStore;

/// <summary>A unit of work: what is started, appended and archived is written by <see cref="SaveChangesAsync"/> in one transaction.</summary>
public interface IDocumentSession : IQuerySession
{
    new IEventOperations Events { get; }

    /// <summary>The store's clock, to the microsecond.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Ties the transaction to an idempotency key: a second append with the same key fails with <see cref="IdempotencyKeyTakenException"/>.</summary>
    void UseIdempotencyKey(IdempotencyKey key);

    /// <summary>
    /// Ties the transaction to ids that whoever sent something gave it: none of them is accepted again within 48 hours, or <see cref="AlreadyAcceptedException"/>.
    /// </summary>
    void AcceptOnce(IReadOnlyCollection<Guid> ids);

    /// <summary>Those of some ids that were accepted already.</summary>
    Task<IReadOnlyCollection<Guid>> AcceptedAmongAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel = default);

    /// <summary>
    /// From this transaction on, events of weight are signed by another key; the events that announce it are pending. Those who sign with the old one meanwhile are refused and sign again.
    /// </summary>
    void RotateWriter(LedgerKey from, LedgerKey to);

    /// <summary>
    /// With this transaction a new epoch of the log begins, of which the pending events are the first; they must be of weight. Only the tables' owner may.
    /// </summary>
    void OpenEpoch(string origin);

    /// <summary>Keeps the outcome of a command that changed nothing, under its key.</summary>
    /// <returns>When it was kept.</returns>
    Task<DateTimeOffset> RememberOutcomeAsync(IdempotencyKey key, long version, CancellationToken cancel = default);

    /// <summary>Writes everything pending, in one round trip.</summary>
    /// <returns>The events as accepted, in sequence order.</returns>
    /// <exception cref="AppendRefusedException">Nothing was written.</exception>
    Task<IReadOnlyList<AppendedEvent>> SaveChangesAsync(CancellationToken cancel = default);
}

/// <param name="Key">The client's string.</param>
/// <param name="Fingerprint">Digest of the request it came with.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="ReceiptOf">The stream whose new events are the receipt.</param>
public sealed record IdempotencyKey(string Key, byte[] Fingerprint, int Status, Guid ReceiptOf);

public interface IEventOperations : IEventQueries
{
    /// <summary>The stream must not exist yet. <typeparamref name="T"/> gives it its type.</summary>
    void StartStream<T>(Guid streamId, params IEnumerable<object> events);

    /// <summary>
    /// Appends to whatever is there and starts the stream if nothing is; a stream that this session fetched for writing must still be
    /// at the version fetched.
    /// </summary>
    void Append(Guid streamId, params IEnumerable<object> events);

    /// <summary>Appends to whatever is there, unread; where nothing is, <typeparamref name="T"/> gives the stream its type.</summary>
    void Append<T>(Guid streamId, params IEnumerable<object> events);

    /// <summary>Appends to a stream that must be at <paramref name="expectedVersion"/> (0: must not exist).</summary>
    void AppendAt(Guid streamId, long expectedVersion, params IEnumerable<object> events);

    /// <summary>Loads a stream to decide on; what is appended to it is accepted only if nobody else appended in between.</summary>
    /// <exception cref="UnexpectedVersionException"><paramref name="expectedVersion"/> isn't the stream's.</exception>
    Task<EventStream<T>> FetchForWriting<T>(Guid streamId, long? expectedVersion = null, CancellationToken cancel = default);

    /// <summary>
    /// A stream that this session fetched for writing must still be at the version fetched, though nothing is appended to it: for decisions that
    /// rest on more streams than they change.
    /// </summary>
    void EnforceConsistency(Guid streamId);

    /// <summary>Marks the stream's row: it takes no more appends. Its events stay as they are.</summary>
    void ArchiveStream(Guid streamId);
}

/// <summary>A stream loaded for writing.</summary>
public sealed class EventStream<T>
{
    private readonly DocumentSession _session;

    internal EventStream(DocumentSession session, Guid id, AggregateAt<T> loaded) => (_session, Id, Aggregate, StartingVersion) = (session, id, loaded.State, loaded.Version);

    public Guid Id { get; }
    public T Aggregate { get; }
    public long StartingVersion { get; }

    public void AppendMany(IEnumerable<object> events) => _session.Append(Id, events);
    public void AppendOne(object @event) => AppendMany([@event]);
}
