using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Domain;

/// <summary>
/// Ids of streams that are found by name. UUID version 8 (RFC 9562, section 5.8): the first 16 bytes of a SHA-256 digest
/// over kind and parts, each preceded by its length in UTF-8 bytes (4 bytes, big-endian), with version and variant bits set.
/// </summary>
public static class DerivedId
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="kind">What the id stands for, such as <c>content.type</c>; keeps kinds with equal parts apart.</param>
    /// <param name="parts">The name, in one or several parts; their borders matter.</param>
    /// <exception cref="ArgumentException">A part holds a lone surrogate, so it has no UTF-8 form.</exception>
    public static Guid From(string kind, params ReadOnlySpan<string> parts)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(digest, kind);
        foreach (var part in parts) Append(digest, part);

        var bytes = digest.GetHashAndReset().AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static void Append(IncrementalHash digest, string part)
    {
        var utf8 = StrictUtf8.GetBytes(part);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, utf8.Length);
        digest.AppendData(length);
        digest.AppendData(utf8);
    }
}
