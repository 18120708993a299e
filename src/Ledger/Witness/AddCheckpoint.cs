using System.Diagnostics.CodeAnalysis;

namespace Platform.Ledger;

/// <summary>A request to a witness (C2SP tlog-witness, add-checkpoint): from which size it knows the log, the proof from there, and the new checkpoint.</summary>
/// <param name="OldSize">The size of the checkpoint that the witness is thought to have cosigned last, or 0.</param>
/// <param name="Proof">The consistency proof from there.</param>
/// <param name="Note">The signed note.</param>
/// <param name="Checkpoint">What the note says.</param>
public sealed record AddCheckpoint(long OldSize, IReadOnlyList<Hash> Proof, SignedNote Note, Checkpoint Checkpoint)
{
    /// <summary>Longest body in bytes: a note with more signatures than anyone needs, and a proof.</summary>
    public const int LongestBody = 1 << 18;

    private const string OldStart = "old ";

    /// <summary>Reads a body; false for one that is too long or isn't as described.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AddCheckpoint? request)
    {
        request = null;
        if (body.Length > LongestBody || NoteText.FromUtf8(body) is not { } text || text.IndexOf("\n\n", StringComparison.Ordinal) is not (> 0 and var end))
            return false;
        var lines = text[..end].Split('\n');
        if (!lines[0].StartsWith(OldStart, StringComparison.Ordinal) || !NoteText.TryParseNumber(lines[0][OldStart.Length..], out var oldSize)
            || lines.Length - 1 > MerkleTree.LongestProof)
            return false;
        var proof = new Hash[lines.Length - 1];
        for (var i = 0; i < proof.Length; i++)
            if (!Base64.TryDecode(lines[i + 1], out proof[i]))
                return false;
        if (!SignedNote.TryParse(text[(end + 2)..], out var note) || !Checkpoint.TryParse(note.Text, out var checkpoint))
            return false;
        request = new AddCheckpoint(oldSize, proof, note, checkpoint);
        return true;
    }

    /// <summary>The body, as a log sends it.</summary>
    public override string ToString() =>
        string.Concat([$"{OldStart}{NoteText.Number(OldSize)}\n", .. Proof.Select(hash => Base64.Encode(hash.Bytes) + "\n"), "\n", Note.ToString()]);
}
