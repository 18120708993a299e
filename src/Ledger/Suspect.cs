namespace Platform.Ledger;

/// <summary>
/// An event whose hash doesn't follow from its place, though its body and metadata are those that were hashed. What that means is seen
/// at the stream's end: it may be altered, stand at another's version, or merely follow such an event.
/// </summary>
internal sealed class Suspect
{
    /// <summary>Its index in the log by its version, null if the log doesn't have that version.</summary>
    public required long? Index { get; init; }

    public required EventFields Fields { get; init; }

    public required string Origin { get; init; }

    public required Hash Stored { get; init; }

    /// <summary>Null when the predecessor is missing.</summary>
    public required Predecessor? Before { get; init; }

    /// <summary>Whether its version repeats one that was already passed.</summary>
    public required bool IsExtra { get; init; }

    /// <summary>Whether the log gave its version to another event.</summary>
    public required bool IsForeign { get; init; }

    /// <summary>The append of another stream to which the log gave its sequence, if there is one.</summary>
    public required LoggedAppend? Claim { get; init; }

    /// <summary>The version at which it verifies, once found.</summary>
    public long? Home { get; set; }

    public long Version => Fields.Version;

    public bool IsDisplaced => Home is { } home && home != Version;
}
