using System.Diagnostics.CodeAnalysis;

namespace Platform.Ledger;

/// <summary>A tree head (C2SP tlog-checkpoint): the text of a note that says which root a log has at a size. Compared by value.</summary>
/// <param name="Origin">The log's name, not empty.</param>
/// <param name="Size">Number of leaves.</param>
/// <param name="Root">The root of the tree of that size.</param>
/// <param name="Extensions">Further lines, none of them empty; ours have none.</param>
public sealed record Checkpoint(string Origin, long Size, Hash Root, IReadOnlyList<string> Extensions)
{
    public Checkpoint(string origin, long size, Hash root) : this(origin, size, root, [])
    {
    }

    /// <exception cref="FormatException">The text is no checkpoint.</exception>
    public static Checkpoint Parse(string noteText) => TryParse(noteText, out var checkpoint) ? checkpoint
        : throw new FormatException("A checkpoint is three lines (origin, size, root in base64), and extension lines if any; none is empty.");

    /// <summary>Reads the text of a note; nothing but the spelling that <see cref="ToText"/> gives.</summary>
    public static bool TryParse(string? noteText, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        if (noteText is null || noteText.Length > SignedNote.LongestNote || !NoteText.IsAllowed(noteText) || !noteText.EndsWith('\n'))
            return false;
        var lines = noteText[..^1].Split('\n');
        if (lines.Length < 3 || lines.Contains("") || !NoteText.TryParseNumber(lines[1], out var size) || !Base64.TryDecode(lines[2], out Hash root))
            return false;
        checkpoint = new Checkpoint(lines[0], size, root, lines[3..]);
        return true;
    }

    /// <summary>The note's text, with its last newline.</summary>
    public string ToText() => string.Join('\n', [Origin, NoteText.Number(Size), Base64.Encode(Root.Bytes), .. Extensions, ""]);

    public bool Equals(Checkpoint? other) => other is not null && ToText() == other.ToText();

    public override int GetHashCode() => HashCode.Combine(Origin, Size, Root);
}
