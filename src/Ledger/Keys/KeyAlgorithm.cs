namespace Platform.Ledger;

/// <summary>Kinds of keys of signed notes, by the type byte that C2SP signed-note assigns.</summary>
public enum KeyAlgorithm : byte
{
    /// <summary>Ed25519 (RFC 8032) over the note's text.</summary>
    Ed25519 = 0x01,

    /// <summary>Ed25519 of a witness: C2SP tlog-cosignature, <c>cosignature/v1</c>.</summary>
    WitnessEd25519 = 0x04,

    /// <summary>ML-DSA-44 (FIPS 204) of a witness: C2SP tlog-cosignature, <c>subtree/v1</c>.</summary>
    WitnessMlDsa44 = 0x06,

    /// <summary>ML-DSA-65 (FIPS 204) over the note's text. C2SP has no byte of its own for it: after this one stands the text <c>ML-DSA-65</c>.</summary>
    MlDsa65 = 0xff,
}
