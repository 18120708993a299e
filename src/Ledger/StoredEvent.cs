namespace Platform.Ledger;

/// <summary>A row of <c>mt_events</c> as stored, with the ledger's row for it.</summary>
public readonly record struct StoredEvent
{
    /// <summary><c>seq_id</c>; neither dense nor in order of commit.</summary>
    public required long Sequence { get; init; }

    public required Guid Id { get; init; }

    public required long Version { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    /// <summary><c>data::text</c> in UTF-8. Read during the call only: the caller may reuse the memory.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary><c>bdata</c>; null and empty differ.</summary>
    public byte[]? BinaryData { get; init; }

    public string? Correlation { get; init; }

    public string? Causation { get; init; }

    /// <summary><c>headers::text</c> in UTF-8.</summary>
    public byte[]? Headers { get; init; }

    /// <summary>The row of <c>ledger.event</c> with the same sequence, or null if there is none.</summary>
    public ChainEntry? Chain { get; init; }
}
