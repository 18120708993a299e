using System.Text.Json;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>What an append has for one stream.</summary>
/// <param name="Id">The stream.</param>
/// <param name="Type">The aggregate's alias, for a stream that is started.</param>
/// <param name="Expected">Null: any version; 0: must not exist.</param>
/// <param name="Events">None: the stream must only be at the version expected.</param>
internal sealed record StreamAppend(Guid Id, string? Type, long? Expected, IReadOnlyList<object> Events);

/// <summary>One session's append, ready to be sent alone or with others.</summary>
internal sealed class PendingAppend
{
    private const int Waiting = 0, Sent = 1, Abandoned = 2;

    private readonly TaskCompletionSource<IReadOnlyList<AppendedEvent>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Waiting;

    /// <param name="store">Gives clock, region and event types.</param>
    /// <param name="session">Who appends.</param>
    /// <param name="streams">Sorted by id, so that two appends to the same streams lock them in the same order.</param>
    /// <param name="at">When it was asked for.</param>
    /// <param name="key">The idempotency key, or null.</param>
    /// <param name="subjects">Keys of the people whom the events are about.</param>
    public PendingAppend(
        DocumentStore store, SessionOptions session, IReadOnlyList<StreamAppend> streams, DateTimeOffset at, IdempotencyKey? key, IReadOnlyDictionary<Guid, SubjectKey> subjects)
    {
        (Session, Streams, At, Key) = (session, streams, at, key);
        Headers = JsonSerializer.SerializeToUtf8Bytes(new EventHeaders(session.User, session.Trigger, store.Options.Region, store.Clock.Next()), EventStoreJson.Default.EventHeaders);
        foreach (var stream in streams)
            Count += stream.Events.Count;
        Ids = new Guid[Count];
        Types = new string[Count];
        DotnetTypes = new string[Count];
        Data = new byte[Count][];
        var n = 0;
        for (var s = 0; s < streams.Count; s++)
        {
            if (streams[s].Id == key?.ReceiptOf)
                ReceiptOf = s;
            foreach (var e in streams[s].Events)
            {
                Ids[n] = Guid.CreateVersion7(at);
                (Types[n], DotnetTypes[n], Data[n]) = store.Options.Events.Write(e, Ids[n], subjects);
                Bytes += Data[n++].Length;
            }
        }
    }

    public SessionOptions Session { get; }
    public IReadOnlyList<StreamAppend> Streams { get; }
    public DateTimeOffset At { get; }
    public IdempotencyKey? Key { get; }
    public byte[] Headers { get; }

    /// <summary>Place among the streams of the one whose events are the receipt; null without a key or such a stream.</summary>
    public int? ReceiptOf { get; }

    /// <summary>Events, in all streams.</summary>
    public int Count { get; }

    /// <summary>Size of the bodies.</summary>
    public long Bytes { get; }

    public Guid[] Ids { get; }
    public string[] Types { get; }
    public string[] DotnetTypes { get; }
    public byte[][] Data { get; }

    public Task<IReadOnlyList<AppendedEvent>> Outcome => _outcome.Task;

    /// <summary>From here on the caller waits for the outcome; false: the caller has gone.</summary>
    public bool TrySend() => Interlocked.CompareExchange(ref _state, Sent, Waiting) == Waiting;

    /// <summary>Events may have been written.</summary>
    public bool IsSent => Volatile.Read(ref _state) == Sent;

    /// <summary>Gives up while it still waits; once sent nothing happens.</summary>
    public void Abandon(CancellationToken cancel)
    {
        if (Interlocked.CompareExchange(ref _state, Abandoned, Waiting) == Waiting)
            _outcome.TrySetCanceled(cancel);
    }

    public void Accept(IReadOnlyList<AppendedEvent> events) => _outcome.TrySetResult(events);
    public void Fail(Exception reason) => _outcome.TrySetException(reason);

    /// <summary>The answer to the caller.</summary>
    /// <param name="versionOf">The version of the event at a place in a stream's part, by the stream's place, the event's place there and among all.</param>
    /// <param name="sequences">Of this append's events, in order.</param>
    /// <param name="hashes">32 bytes an event.</param>
    public IReadOnlyList<AppendedEvent> Accepted(Func<int, int, int, long> versionOf, ReadOnlySpan<long> sequences, ReadOnlySpan<byte> hashes)
    {
        var events = new AppendedEvent[Count];
        var n = 0;
        for (var s = 0; s < Streams.Count; s++)
            for (var i = 0; i < Streams[s].Events.Count; i++, n++)
                events[n] = new AppendedEvent(Streams[s].Id, Ids[n], Types[n], versionOf(s, i, n), sequences[n], Convert.ToHexStringLower(hashes.Slice(n * Hash.Size, Hash.Size)), At);
        return events;
    }
}
