using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>An event with all that its hash is made of.</summary>
/// <param name="Stored">Its row.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Origin">Of the epoch that it was appended in.</param>
/// <param name="Prev">The hash of the stream's event before, or the stream's genesis.</param>
/// <param name="Writer">The writer's signature: key id and signature; null: not signed.</param>
/// <param name="Index">Place in the log; null: none yet.</param>
public sealed record LedgerEntry(StoredEvent Stored, Guid Stream, string Origin, Hash Prev, byte[]? Writer, long? Index)
{
    public long Sequence => Stored.Sequence;
    public int Epoch => Stored.Chain!.Value.Epoch;
    public Hash Hash => Stored.Chain!.Value.Hash;
}
