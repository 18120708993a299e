using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Platform.Ledger;

/// <summary>A SHA-256 digest: 32 bytes, held inline, compared by value, written as 64 lower-case hexadecimal digits.</summary>
public readonly struct Hash : IEquatable<Hash>
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int Size = 32;

    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdef");

    private readonly Digest _bytes;

    /// <summary>Takes a digest as it is.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> aren't 32 bytes.</exception>
    public Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        bytes.CopyTo(_bytes);
    }

    /// <summary>The 32 bytes.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>SHA-256 (FIPS 180-4) of <paramref name="content"/>.</summary>
    public static Hash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[Size];
        if (content.Length <= Libcrypto.LongestSha256 && Libcrypto.HasSha256)
            Libcrypto.Sha256(content, digest);
        else
            SHA256.HashData(content, digest);
        return new Hash(digest);
    }

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException"><paramref name="hex"/> is anything else.</exception>
    public static Hash Parse(string hex) =>
        TryParse(hex, out var hash) ? hash : throw new FormatException("A hash is written as 64 lower-case hexadecimal digits.");

    public static bool TryParse([NotNullWhen(true)] string? hex, out Hash hash)
    {
        hash = default;
        if (hex is not { Length: 2 * Size } || hex.AsSpan().ContainsAnyExcept(_hexDigits))
            return false;
        hash = new Hash(Convert.FromHexString(hex));
        return true;
    }

    public bool Equals(Hash other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is Hash other && Equals(other);

    public override int GetHashCode() => BitConverter.ToInt32(Bytes);

    public override string ToString() => Convert.ToHexStringLower(Bytes);

    public static bool operator ==(Hash left, Hash right) => left.Equals(right);

    public static bool operator !=(Hash left, Hash right) => !left.Equals(right);

    [InlineArray(Size)]
    private struct Digest
    {
        private byte _first;
    }
}
