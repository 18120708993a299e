using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>Recomputes one event of the log from what is stored, on the hash of its predecessor as recorded.</summary>
/// <param name="origins">The log's name with its epoch, by epoch.</param>
internal sealed class LoggedEventCheck(IReadOnlyDictionary<int, string> origins)
{
    private readonly L1 _suite = new();

    /// <summary>What is wrong with it; null: nothing.</summary>
    public Finding? Problem(in LoggedEvent e)
    {
        var stored = e.Stored;
        if (stored.Chain is not { } chain)
            return Finding(e, FindingCode.Unchained, "isn't chained");
        if (e.Prev is not { } prev)
            return Finding(e, FindingCode.Unchained, "follows one that isn't chained");
        if (!origins.TryGetValue(chain.Epoch, out var origin))
            return Finding(e, FindingCode.LeafMismatch, "is recorded under an epoch that the log doesn't have");
        var (payload, metadata) = (_suite.Payload(stored.Data.Span, stored.BinaryData), _suite.MetadataUtf8(stored.Correlation, stored.Causation, stored.Headers));
        if (_suite.Event(origin, e.Tenant, e.Stream, new EventFields(stored.Id, stored.Version, stored.Type, stored.Timestamp, payload, metadata), prev) == chain.Hash)
            return null;
        return ChainEntry.Check(payload) != chain.PayloadCheck ? Finding(e, FindingCode.PayloadMismatch, "hasn't the body that was hashed when it was appended")
            : ChainEntry.Check(metadata) != chain.MetadataCheck ? Finding(e, FindingCode.MetaMismatch, "hasn't the correlation, causation or headers that were hashed when it was appended")
            : Finding(e, FindingCode.LeafMismatch, "isn't what was hashed when it was appended");
    }

    private static Finding Finding(in LoggedEvent e, string code, string what) => new(code, e.Tenant, e.Stream, e.Stored.Version, e.Index, $"The event {what}.");
}
