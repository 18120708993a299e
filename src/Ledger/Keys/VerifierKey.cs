using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Platform.Ledger;

/// <summary>
/// A public key that signs notes (C2SP signed-note), written as a vkey: <c>name+key id in 8 hexadecimal digits+base64(type byte || public key)</c>.
/// Compared by value.
/// </summary>
public sealed record VerifierKey
{
    private const int IdDigits = 8;

    private static ReadOnlySpan<byte> MlDsa65Name => "ML-DSA-65"u8;

    /// <exception cref="ArgumentException">The name is empty or has white space or a plus, or the public key hasn't the algorithm's length.</exception>
    public VerifierKey(string name, KeyAlgorithm algorithm, ReadOnlyMemory<byte> publicKey)
    {
        if (!NoteText.IsKeyName(name))
            throw new ArgumentException("A key's name is not empty and has neither white space nor a plus.", nameof(name));
        if (publicKey.Length != SizeOf(algorithm))
            throw new ArgumentException($"A public key of {algorithm} has {SizeOf(algorithm)} bytes, not {publicKey.Length}.", nameof(publicKey));
        (Name, Algorithm, PublicKey) = (name, algorithm, publicKey.ToArray());
        Id = BinaryPrimitives.ReadUInt32BigEndian(Hash.Of([.. NoteText.Utf8(name), (byte)'\n', .. Encoded()]).Bytes);
    }

    /// <summary>Whose key it is: for a log its origin.</summary>
    public string Name { get; }

    public KeyAlgorithm Algorithm { get; }

    /// <summary>The key as RFC 8032 or FIPS 204 encodes it.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The first 4 bytes of SHA-256 of name, newline, type and public key, big-endian.</summary>
    public uint Id { get; }

    /// <summary>Whether this platform can verify the key's signatures; ML-DSA needs OpenSSL 3.5.</summary>
    public bool IsVerifiable => Algorithm is KeyAlgorithm.Ed25519 or KeyAlgorithm.WitnessEd25519 || MlDsa65.IsSupported;

    /// <summary>Whether the key is a witness's: its signatures are cosignatures with a time.</summary>
    public bool IsWitness => Algorithm is KeyAlgorithm.WitnessEd25519 or KeyAlgorithm.WitnessMlDsa44;

    /// <exception cref="FormatException">The text is no vkey, of an unknown type, or its key id isn't the one of its key.</exception>
    public static VerifierKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException("A verifier key is written as name+<key id, 8 hex digits>+<base64 of type and public key>.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out VerifierKey? key)
    {
        key = null;
        // The name has no plus, while the base64 may.
        if (text?.Split('+', 3) is not [var name, { Length: IdDigits } id, var encoded] || !NoteText.IsKeyName(name)
            || !id.All(char.IsAsciiHexDigitLower) || !Base64.TryDecode(encoded, out byte[]? bytes) || bytes.Length == 0 || !Enum.IsDefined((KeyAlgorithm)bytes[0]))
            return false;
        var algorithm = (KeyAlgorithm)bytes[0];
        var publicKey = bytes.AsMemory(1);
        if (algorithm == KeyAlgorithm.MlDsa65)
        {
            if (!publicKey.Span.StartsWith(MlDsa65Name))
                return false;
            publicKey = publicKey[MlDsa65Name.Length..];
        }

        if (publicKey.Length != SizeOf(algorithm))
            return false;
        key = new VerifierKey(name, algorithm, publicKey);
        // The one ML-DSA-44 key that is published for tests has another id than tlog-cosignature says, and its authors' code reads it: the id that counts is
        // computed, so nothing is lost but a check on misspelling.
        if (key.Id.ToString("x8", CultureInfo.InvariantCulture) != id && algorithm != KeyAlgorithm.WitnessMlDsa44)
            key = null;
        return key is not null;
    }

    /// <summary>The key as a vkey.</summary>
    public override string ToString() => $"{Name}+{Id:x8}+{Base64.Encode(Encoded())}";

    /// <summary>Whether a signature is this key's over a note's text.</summary>
    /// <param name="noteText">The note's text with its last newline.</param>
    /// <param name="signature">What stands in the signature line after the key id; for a witness the time and the signature.</param>
    /// <exception cref="PlatformNotSupportedException">Not <see cref="IsVerifiable"/>.</exception>
    public bool Verify(string noteText, ReadOnlySpan<byte> signature) => Algorithm switch
    {
        KeyAlgorithm.Ed25519 => Ed25519.Verify(PublicKey.Span, NoteText.Utf8(noteText), signature),
        KeyAlgorithm.MlDsa65 => MlDsa65.Verify(PublicKey.Span, NoteText.Utf8(noteText), signature),
        _ => Cosignature.Verify(this, noteText, signature),
    };

    public bool Equals(VerifierKey? other) =>
        other is not null && Name == other.Name && Algorithm == other.Algorithm && PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    public override int GetHashCode() => HashCode.Combine(Name, Id);

    private static int SizeOf(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.Ed25519 or KeyAlgorithm.WitnessEd25519 => Ed25519.PublicKeySize,
        KeyAlgorithm.WitnessMlDsa44 => MlDsa44.PublicKeySize,
        KeyAlgorithm.MlDsa65 => MlDsa65.PublicKeySize,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "There is no such kind of key."),
    };

    private byte[] Encoded() =>
        Algorithm == KeyAlgorithm.MlDsa65 ? [(byte)Algorithm, .. MlDsa65Name, .. PublicKey.Span] : [(byte)Algorithm, .. PublicKey.Span];
}
