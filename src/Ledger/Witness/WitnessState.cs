namespace Platform.Ledger;

/// <summary>What a witness remembers of a log: the checkpoint that it cosigned last.</summary>
/// <param name="Size">Its size; 0 before the first.</param>
/// <param name="Root">Its root.</param>
public sealed record WitnessState(long Size, Hash Root)
{
    /// <summary>What is known of a log that was never cosigned.</summary>
    public static readonly WitnessState Initial = new(0, MerkleTree.EmptyRoot);
}

/// <summary>A witness's answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Body">Signature lines, the size that is remembered, or what is wrong.</param>
/// <param name="Remember">What must be on disk before the answer is sent; null if nothing changes.</param>
public sealed record WitnessAnswer(int Status, string ContentType, string Body, WitnessState? Remember = null);
