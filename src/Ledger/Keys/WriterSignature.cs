using System.Buffers.Binary;

namespace Platform.Ledger;

/// <summary>
/// A writer's signature over an event's hash: Ed25519 over <c>"platform/writer/l1" || 00 || hash</c>, written as base64(key id || signature).
/// The key's name is the log's name and <c>/writer</c>.
/// </summary>
public static class WriterSignature
{
    private const int IdSize = sizeof(uint);

    private static ReadOnlySpan<byte> Domain => "platform/writer/l1\0"u8;

    /// <summary>Whether events of a type are of weight: signed by their writer before they are committed.</summary>
    public static bool Covers(string type) => type.StartsWith("identity.", StringComparison.Ordinal) || type.StartsWith("security.", StringComparison.Ordinal)
        || type.StartsWith("deployment.", StringComparison.Ordinal) || type.StartsWith("audit.", StringComparison.Ordinal);

    /// <summary>The same of a type in UTF-8.</summary>
    public static bool Covers(ReadOnlySpan<byte> type) => type.StartsWith("identity."u8) || type.StartsWith("security."u8) || type.StartsWith("deployment."u8) || type.StartsWith("audit."u8);

    /// <summary>The name of the writer's key for a log, such as <c>platform.example/eu-1</c>.</summary>
    public static string KeyName(string log) => $"{log}/writer";

    /// <exception cref="ArgumentException">The writer's key isn't Ed25519.</exception>
    public static string Sign(INoteSigner writer, in Hash hash)
    {
        if (writer.Key.Algorithm != KeyAlgorithm.Ed25519)
            throw new ArgumentException($"A writer signs with Ed25519, not with {writer.Key.Algorithm}.", nameof(writer));
        Span<byte> message = stackalloc byte[Domain.Length + Hash.Size];
        Write(hash, message);
        Span<byte> signature = stackalloc byte[IdSize + Ed25519.SignatureSize];
        BinaryPrimitives.WriteUInt32BigEndian(signature, writer.Key.Id);
        writer.Sign(message).CopyTo(signature[IdSize..]);
        return Base64.Encode(signature);
    }

    /// <summary>Whether a signature is the key's over the hash; false for whatever else stands there, and for a key that isn't Ed25519.</summary>
    public static bool Verify(VerifierKey key, in Hash hash, string signature)
    {
        if (key.Algorithm != KeyAlgorithm.Ed25519 || KeyId(signature) != key.Id)
            return false;
        Span<byte> bytes = stackalloc byte[IdSize + Ed25519.SignatureSize];
        Span<byte> message = stackalloc byte[Domain.Length + Hash.Size];
        Write(hash, message);
        return Convert.TryFromBase64String(signature, bytes, out _) && Ed25519.Verify(key.PublicKey.Span, message, bytes[IdSize..]);
    }

    /// <summary>The id of the key that made a signature; null for a text that is none.</summary>
    public static uint? KeyId(string signature) =>
        Base64.TryDecode(signature, out byte[]? bytes) && bytes.Length == IdSize + Ed25519.SignatureSize ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : null;

    private static void Write(in Hash hash, Span<byte> message)
    {
        Domain.CopyTo(message);
        hash.Bytes.CopyTo(message[Domain.Length..]);
    }
}
