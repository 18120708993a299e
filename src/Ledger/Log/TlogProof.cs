using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Platform.Ledger;

/// <summary>That an entry is in a log, for verification without the log (C2SP tlog-proof): its index, its inclusion proof, and the checkpoint.</summary>
/// <param name="Index">The entry's index, from 0.</param>
/// <param name="Hashes">The inclusion proof, the leaf's sibling first.</param>
/// <param name="Checkpoint">The signed note of the tree in which it is, cosignatures included.</param>
/// <param name="Extra">Bytes for the reader's use, which nothing vouches for; null for none.</param>
public sealed record TlogProof(long Index, IReadOnlyList<Hash> Hashes, SignedNote Checkpoint, byte[]? Extra = null)
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";
    private const string ExtraStart = "extra ";
    private const string IndexStart = "index ";

    /// <exception cref="FormatException">The text is no proof.</exception>
    public static TlogProof Parse(string text) => TryParse(text, out var proof) ? proof : throw new FormatException(
        $"A proof is the line {FirstLine}, a line with its index, at most {MerkleTree.LongestProof} hashes in base64, an empty line, and a signed checkpoint.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out TlogProof? proof)
    {
        proof = null;
        if (text is null || text.Length > SignedNote.LongestNote || text.IndexOf("\n\n", StringComparison.Ordinal) is not (> 0 and var end))
            return false;
        var lines = text[..end].Split('\n');
        if (lines[0] != FirstLine || !SignedNote.TryParse(text[(end + 2)..], out var note))
            return false;
        var (next, extra) = (1, (byte[]?)null);
        if (lines.Length > next && lines[next].StartsWith(ExtraStart, StringComparison.Ordinal) && !Base64.TryDecode(lines[next++][ExtraStart.Length..], out extra))
            return false;
        if (lines.Length == next || !lines[next].StartsWith(IndexStart, StringComparison.Ordinal)
            || !NoteText.TryParseNumber(lines[next++][IndexStart.Length..], out var index) || lines.Length - next > MerkleTree.LongestProof)
            return false;
        var hashes = new Hash[lines.Length - next];
        for (var i = 0; i < hashes.Length; i++)
            if (!Base64.TryDecode(lines[next + i], out hashes[i]))
                return false;
        proof = new TlogProof(index, hashes, note, extra);
        return true;
    }

    /// <summary>What speaks against the leaf's being in a log that the reader trusts; empty if nothing does.</summary>
    /// <param name="leaf">The leaf: <see cref="L1.Leaf"/> of an event's hash.</param>
    /// <param name="trust">The keys and witnesses.</param>
    /// <returns>The problems of <see cref="LogTrust.Check"/>, or <see cref="FindingCode.RootMismatch"/>.</returns>
    public IReadOnlyList<TrustProblem> Verify(in Hash leaf, LogTrust trust)
    {
        var check = trust.Check(Checkpoint);
        if (check.Problems.Count > 0 || check.Checkpoint is not { } head)
            return check.Problems;
        return MerkleTree.VerifyInclusion(Index, head.Size, leaf, Hashes, head.Root) ? []
            : [new TrustProblem(FindingCode.RootMismatch, $"The proof doesn't lead from entry {Index} to the root of the {head.Size} entries.")];
    }

    public override string ToString()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (Extra is not null)
            text.Append(ExtraStart).Append(Base64.Encode(Extra)).Append('\n');
        text.Append(IndexStart).Append(NoteText.Number(Index)).Append('\n');
        foreach (var hash in Hashes)
            text.Append(Base64.Encode(hash.Bytes)).Append('\n');
        return text.Append('\n').Append(Checkpoint).ToString();
    }
}
