namespace Platform.Ledger;

/// <summary>
/// Consecutive versions of a stream, both ends included, at which no event stands, and what stands before them; null if that is unknown.
/// </summary>
internal sealed record Absence(long From, long To, Predecessor? Before)
{
    /// <summary>The log index of the first of them; null while it has none.</summary>
    public long? Index { get; init; }
}
