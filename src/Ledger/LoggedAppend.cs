namespace Platform.Ledger;

/// <summary>
/// A row of <c>ledger.log</c>: one append's place in the log. Its events have the indices <c>FirstIndex</c> to
/// <c>FirstIndex + Events - 1</c> in order of version; versions are dense unless the events are tombstones.
/// </summary>
public sealed record LoggedAppend(
    long FirstIndex, string Tenant, Guid Stream, long VersionFrom, long VersionTo, int Events, long SequenceFrom, long SequenceTo)
{
    internal bool HoldsVersion(long version) => version >= VersionFrom && version <= VersionTo;

    internal bool HoldsSequence(long sequence) => sequence >= SequenceFrom && sequence <= SequenceTo;

    internal bool IsDense => Events == VersionTo - VersionFrom + 1;
}
