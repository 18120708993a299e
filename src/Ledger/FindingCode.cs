namespace Platform.Ledger;

/// <summary>Codes of findings: first those of a single stream, then those of the log, its keys and its witnesses.</summary>
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

    /// <summary>The log's events don't give the root that was signed.</summary>
    public const string RootMismatch = "ROOT_MISMATCH";

    /// <summary>An event announces a key in a way that the log's rules don't allow.</summary>
    public const string BadKeyAnnouncement = "BAD_KEY_ANNOUNCEMENT";

    /// <summary>Two checkpoints of one size have different roots: two readers were shown different logs.</summary>
    public const string SplitView = "SPLIT_VIEW";

    /// <summary>A larger log doesn't begin with a smaller one that was signed.</summary>
    public const string InconsistentHistory = "INCONSISTENT_HISTORY";

    /// <summary>An event that its writer must have signed has no signature of that writer.</summary>
    public const string BadWriterSignature = "BAD_WRITER_SIGNATURE";

    /// <summary>A checkpoint lacks a valid signature that it needs, or has an invalid one of a known key, or is no checkpoint.</summary>
    public const string BadCheckpointSignature = "BAD_CHECKPOINT_SIGNATURE";

    /// <summary>Too few of the trusted witnesses cosigned a checkpoint.</summary>
    public const string NoQuorum = "NO_QUORUM";

    /// <summary>A checkpoint or event is signed with a key whose time is over or hasn't come.</summary>
    public const string KeyExpired = "KEY_EXPIRED";

    /// <summary>A checkpoint or proof is of another log.</summary>
    public const string WrongOrigin = "WRONG_ORIGIN";

    /// <summary>The log ends before a checkpoint that was published.</summary>
    public const string Rollback = "ROLLBACK";

    /// <summary>A checkpoint is genuine, but not the newest that is known.</summary>
    public const string Stale = "STALE";

    /// <summary>The key of a data subject isn't the one to which its ciphertext commits, or opens nothing.</summary>
    public const string KeyCommitment = "KEY_COMMITMENT";

    /// <summary>The key of a ciphertext is gone, and no erasure says so.</summary>
    public const string MissingKey = "MISSING_KEY";

    /// <summary>A key that was erased is there again.</summary>
    public const string ErasureViolated = "ERASURE_VIOLATED";
}
