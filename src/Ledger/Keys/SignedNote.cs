using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Platform.Ledger;

/// <summary>A text signed by one or more keys (C2SP signed-note). Until <see cref="Verify"/> has said so, the text is anybody's.</summary>
public sealed class SignedNote
{
    /// <summary>Longest note that is read, in bytes.</summary>
    public const int LongestNote = 1 << 20;

    /// <summary>Most signatures that a note may have.</summary>
    public const int MostSignatures = 100;

    private const string Malformed =
        "A signed note is UTF-8 text without control characters that ends in a newline, an empty line, and 1 to 100 signature lines; 1 MiB at most.";

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures) => (Text, Signatures) = (text, signatures);

    /// <summary>What is signed, with its last newline.</summary>
    public string Text { get; }

    /// <summary>The signature lines in order, whoever they are by.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <exception cref="FormatException">The text is no signed note.</exception>
    public static SignedNote Parse(string note) => TryParse(note, out var parsed) ? parsed : throw new FormatException(Malformed);

    /// <summary>The same of a note in UTF-8.</summary>
    /// <exception cref="FormatException">The bytes are no signed note.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> note) => TryParse(note, out var parsed) ? parsed : throw new FormatException(Malformed);

    public static bool TryParse(ReadOnlySpan<byte> note, [NotNullWhen(true)] out SignedNote? parsed)
    {
        parsed = null;
        return note.Length <= LongestNote && TryParse(NoteText.FromUtf8(note), out parsed);
    }

    public static bool TryParse(string? note, [NotNullWhen(true)] out SignedNote? parsed)
    {
        parsed = null;
        if (note is null || note.Length > LongestNote || !NoteText.IsAllowed(note) || Encoding.UTF8.GetByteCount(note) > LongestNote)
            return false;
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !note.EndsWith('\n') || note.Length == end + 2)
            return false;
        var lines = note[(end + 2)..^1].Split('\n', MostSignatures + 1);
        if (lines.Length > MostSignatures)
            return false;
        var signatures = new NoteSignature[lines.Length];
        for (var i = 0; i < lines.Length; i++)
            if (NoteSignature.TryParse(lines[i], out var signature))
                signatures[i] = signature;
            else
                return false;
        parsed = new SignedNote(note[..(end + 1)], signatures);
        return true;
    }

    /// <summary>Signs a text with each of the signers.</summary>
    /// <exception cref="ArgumentException">The text doesn't end in a newline or has what a note can't have, or there is no signer.</exception>
    public static SignedNote Sign(string text, IEnumerable<INoteSigner> signers)
    {
        if (!text.EndsWith('\n') || !NoteText.IsAllowed(text))
            throw new ArgumentException("A note's text ends in a newline and has no other control characters.", nameof(text));
        return new SignedNote(text, Bounded([.. signers.Select(signer => NoteSignature.By(signer, text))]));
    }

    /// <summary>The note with further signatures behind its own; those that it has already aren't added again.</summary>
    /// <exception cref="ArgumentException">There would be more than <see cref="MostSignatures"/>.</exception>
    public SignedNote With(params IEnumerable<NoteSignature> signatures) => new(Text, Bounded([.. Signatures.Union(signatures)]));

    /// <summary>
    /// Judges the signatures: those of unknown keys are ignored, and one that names a trusted key and isn't valid rejects the note, whatever else stands there.
    /// </summary>
    /// <param name="trusted">The keys that the reader knows from elsewhere.</param>
    /// <exception cref="PlatformNotSupportedException">A trusted key isn't <see cref="VerifierKey.IsVerifiable"/> here and has a line in the note.</exception>
    public NoteVerification Verify(IEnumerable<VerifierKey> trusted)
    {
        var known = trusted.ToLookup(key => (key.Name, key.Id));
        var verified = new List<VerifierKey>();
        var ignored = new List<NoteSignature>();
        foreach (var signature in Signatures.Distinct())
        {
            var keys = known[(signature.Name, signature.KeyId)].ToList();
            if (keys.Count > 1)
                return Reject($"Two trusted keys are {signature.Name}+{signature.KeyId:x8}.");
            if (keys.Count == 0)
                ignored.Add(signature);
            else if (!keys[0].Verify(Text, signature.Bytes.Span))
                return Reject($"The signature that names {signature.Name}+{signature.KeyId:x8} isn't that key's.");
            else if (!verified.Contains(keys[0]))
                verified.Add(keys[0]);
        }

        return new NoteVerification(verified.Count > 0 ? NoteVerdict.Verified : NoteVerdict.Unverified, verified, ignored);

        NoteVerification Reject(string problem) => new(NoteVerdict.Rejected, [], ignored, problem);
    }

    /// <summary>The whole note.</summary>
    public override string ToString()
    {
        var note = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
            note.Append(signature).Append('\n');
        return note.ToString();
    }

    private static NoteSignature[] Bounded(NoteSignature[] signatures) => signatures.Length is >= 1 and <= MostSignatures ? signatures
        : throw new ArgumentException($"A note has 1 to {MostSignatures} signatures, not {signatures.Length}.", nameof(signatures));
}
