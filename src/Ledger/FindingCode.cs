namespace Platform.Ledger;

/// <summary>Codes of the findings that the verification of a single stream can report.</summary>
public static class FindingCode
{
    /// <summary>The body isn't the one that was hashed.</summary>
    public const string PayloadMismatch = "PAYLOAD_MISMATCH";

    /// <summary>Correlation, causation or headers aren't those that were hashed.</summary>
    public const string MetaMismatch = "META_MISMATCH";

    /// <summary>Version, id, type, timestamp or the recorded hash isn't what was written.</summary>
    public const string LeafMismatch = "LEAF_MISMATCH";

    /// <summary>An event between others is gone.</summary>
    public const string VersionGap = "VERSION_GAP";

    /// <summary>The log has events past the stream's last.</summary>
    public const string MissingPayload = "MISSING_PAYLOAD";

    /// <summary>The stream's row counts events past the last, which the log doesn't know.</summary>
    public const string StreamTruncated = "STREAM_TRUNCATED";

    /// <summary>No event is left of a stream that had some.</summary>
    public const string MissingStream = "MISSING_STREAM";

    /// <summary>Genuine events stand at each other's versions.</summary>
    public const string Order = "ORDER";

    /// <summary>A genuine event was appended again.</summary>
    public const string Duplicate = "DUPLICATE";

    /// <summary>An event stands under a tenant that isn't the one it was written for.</summary>
    public const string WrongTenant = "WRONG_TENANT";

    /// <summary>An event was stored without being chained.</summary>
    public const string Unchained = "UNCHAINED";

    /// <summary>An append that was committed long ago has no place in the log.</summary>
    public const string Unsequenced = "UNSEQUENCED";
}
