using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Platform.Ledger;

/// <summary>A signature line of a note (C2SP signed-note): <c>— name base64(key id || signature)</c>. Compared by value.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="KeyId">The key's id.</param>
/// <param name="Bytes">The signature: what follows the key id.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes)
{
    private const string Start = "— ";

    /// <summary>Reads a line without its newline.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(Start, StringComparison.Ordinal) || line[Start.Length..].Split(' ') is not [var name, var encoded])
            return false;
        if (!NoteText.IsKeyName(name) || !Base64.TryDecodeLoosely(encoded, out var bytes) || bytes.Length <= sizeof(uint))
            return false;
        signature = new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)));
        return true;
    }

    /// <summary>The signer's signature over a note's text.</summary>
    public static NoteSignature By(INoteSigner signer, string noteText) => new(signer.Key.Name, signer.Key.Id, signer.Sign(NoteText.Utf8(noteText)));

    public bool IsBy(VerifierKey key) => key.Id == KeyId && key.Name == Name;

    /// <summary>The line without its newline.</summary>
    public override string ToString()
    {
        var bytes = new byte[sizeof(uint) + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Bytes.CopyTo(bytes.AsMemory(sizeof(uint)));
        return $"{Start}{Name} {Base64.Encode(bytes)}";
    }

    public bool Equals(NoteSignature? other) => other is not null && KeyId == other.KeyId && Name == other.Name && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode() => HashCode.Combine(Name, KeyId, Bytes.Length);
}
