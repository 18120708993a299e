using System.Text;

namespace Platform.Ledger.Tests;

/// <summary>A database's streams, chained as the trigger chains them and sequenced as the sequencer does, in memory.</summary>
internal sealed class History
{
    private readonly L1 _suite = new();
    private readonly List<LoggedAppend> _pending = [];
    private long _sequence;
    private long _nextIndex;

    public Dictionary<int, string> Origins { get; } = new() { [1] = "platform.example/eu-1/1" };

    public List<StoredStream> Streams { get; } = [];

    public List<LoggedAppend> Log { get; } = [];

    /// <summary>Log indices as assigned, by stream and version.</summary>
    public Dictionary<(string Tenant, Guid Stream, long Version), long> Indices { get; } = [];

    public StoredStream Start(string tenant, Guid id)
    {
        var stream = new StoredStream(tenant, id);
        Streams.Add(stream);
        return stream;
    }

    public void OpenEpoch() => Origins.Add(Origins.Count + 1, $"platform.example/eu-1/{Origins.Count + 1}");

    public void Append(StoredStream stream, Random random, params IReadOnlyList<long> versions)
    {
        _sequence += random.Next(3);
        var from = _sequence + 1;
        foreach (var version in versions)
            Store(stream, version, Draw.Event(random, version, ++_sequence, stream.IsTombstones));
        _pending.Add(new LoggedAppend(0, stream.Tenant, stream.Id, versions[0], versions[^1], versions.Count, from, _sequence));
    }

    /// <summary>Appends an event that was there before, as a well-behaved client would.</summary>
    public void Replay(StoredStream stream, StoredEvent e)
    {
        Store(stream, stream.Rows[^1].Version + 1, e with { Sequence = ++_sequence });
        var version = stream.Rows[^1].Version;
        _pending.Add(new LoggedAppend(0, stream.Tenant, stream.Id, version, version, 1, _sequence, _sequence));
    }

    /// <summary>Stores an event with the trigger disabled; the application moved the stream's version.</summary>
    public void StoreUnchained(StoredStream stream, Random random)
    {
        Store(stream, stream.Rows[^1].Version + 1, Draw.Event(random, 0, ++_sequence, tombstone: false));
        stream.Rows[^1] = stream.Rows[^1] with { Chain = null };
    }

    /// <summary>Gives all pending appends their places in the log.</summary>
    public void Sequence()
    {
        foreach (var append in _pending)
        {
            Log.Add(append with { FirstIndex = _nextIndex });
            var rows = Streams.Single(stream => stream.Tenant == append.Tenant && stream.Id == append.Stream).Rows;
            foreach (var row in rows.Where(row => row.Sequence >= append.SequenceFrom && row.Sequence <= append.SequenceTo))
                Indices.Add((append.Tenant, append.Stream, row.Version), _nextIndex++);
        }

        _pending.Clear();
    }

    public List<Finding> Verify(Func<string, Guid, long, Hash?>? recordedHash = null)
    {
        var findings = new List<Finding>();
        var verifier = new StreamVerifier(Origins, findings.Add, recordedHash);
        var known = Streams.Where(stream => stream.RowVersion is not null || stream.Rows.Count > 0)
            .Select(stream => (stream.Tenant, stream.Id));
        foreach (var (tenant, id) in known.Union(Log.Select(row => (row.Tenant, Id: row.Stream))))
        {
            var stream = Streams.Find(stream => stream.Tenant == tenant && stream.Id == id);
            verifier.Begin(tenant, id, stream?.RowVersion, [.. Log.Where(row => row.Stream == id)]);
            foreach (var row in stream?.Rows.OrderBy(row => row.Version) ?? Enumerable.Empty<StoredEvent>())
                verifier.Next(row);
            verifier.End();
        }

        verifier.Complete();
        return findings;
    }

    private void Store(StoredStream stream, long version, StoredEvent e)
    {
        var prev = stream.Rows.Count == 0 ? _suite.Genesis(stream.Tenant, stream.Id) : stream.LastHash;
        var payload = _suite.Payload(e.Data.Span, e.BinaryData);
        var metadata = _suite.Metadata(e.Correlation, e.Causation, e.Headers is null ? null : Encoding.UTF8.GetString(e.Headers));
        var epoch = Origins.Keys.Max();
        var fields = new EventFields(e.Id, version, e.Type, e.Timestamp, payload, metadata);
        stream.LastHash = _suite.Event(Origins[epoch], stream.Tenant, stream.Id, fields, prev);
        var entry = new ChainEntry(epoch, stream.LastHash, ChainEntry.Check(payload), ChainEntry.Check(metadata));
        stream.Rows.Add(e with { Version = version, Chain = entry });
        stream.RowVersion = version;
    }
}

internal sealed class StoredStream(string tenant, Guid id)
{
    public string Tenant { get; } = tenant;

    public Guid Id { get; } = id;

    public bool IsTombstones { get; init; }

    public long? RowVersion { get; set; }

    public Hash LastHash { get; set; }

    public List<StoredEvent> Rows { get; } = [];
}
