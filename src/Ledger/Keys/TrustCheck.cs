namespace Platform.Ledger;

/// <summary>Why a checkpoint or proof isn't trusted.</summary>
/// <param name="Code">One of <see cref="FindingCode"/>.</param>
/// <param name="Detail">A sentence for an auditor.</param>
public sealed record TrustProblem(string Code, string Detail);

/// <summary>The outcome of <see cref="LogTrust.Check"/>.</summary>
/// <param name="Checkpoint">What the note says; null if it is no checkpoint. Not to be used while there are problems.</param>
/// <param name="Problems">Why it isn't trusted; none if it is.</param>
/// <param name="Cosigned">The trusted witnesses whose cosignatures are valid, by their names in the quorum.</param>
/// <param name="Unchecked">Trusted keys that have a line in the note which this platform can't verify, because it has no ML-DSA.</param>
public sealed record TrustCheck(
    Checkpoint? Checkpoint, IReadOnlyList<TrustProblem> Problems, IReadOnlyList<string> Cosigned, IReadOnlyList<VerifierKey> Unchecked)
{
    public bool IsTrusted => Problems.Count == 0;
}
