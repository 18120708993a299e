namespace Platform.Ledger;

/// <summary>What a note's signatures are worth to someone who trusts certain keys.</summary>
public enum NoteVerdict
{
    /// <summary>No signature is by a trusted key: the text must be ignored.</summary>
    Unverified,

    /// <summary>At least one trusted key signed, and each signature of a trusted key is valid.</summary>
    Verified,

    /// <summary>A signature that names a trusted key isn't that key's, or two trusted keys can't be told apart.</summary>
    Rejected,
}

/// <summary>The outcome of <see cref="SignedNote.Verify"/>.</summary>
/// <param name="Verdict">Whether the text may be used.</param>
/// <param name="Keys">The trusted keys whose signatures are valid, each once, in the order of their lines; none when rejected.</param>
/// <param name="Ignored">Signatures of unknown keys, equal ones once.</param>
/// <param name="Problem">A sentence on why the note is rejected; null otherwise.</param>
public sealed record NoteVerification(
    NoteVerdict Verdict, IReadOnlyList<VerifierKey> Keys, IReadOnlyList<NoteSignature> Ignored, string? Problem = null)
{
    public bool IsVerified => Verdict == NoteVerdict.Verified;
}
