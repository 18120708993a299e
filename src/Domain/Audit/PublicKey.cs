using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Platform.Ledger;

namespace Platform.Domain.Audit;

/// <summary>
/// A public key that signatures are verified with, as SubjectPublicKeyInfo (RFC 5280) in DER, which is what openssl and browsers write: Ed25519
/// (RFC 8032, RFC 8410) or ES256 (ECDSA on P-256 with SHA-256; the point uncompressed).
/// </summary>
public sealed class PublicKey
{
    public const string Ed25519 = "Ed25519";
    public const string Es256 = "ES256";

    private const int PointBytes = 64;

    // Everything of the DER before the key's own bytes: the same for all keys of an algorithm, so a key has one spelling.
    private static readonly byte[] Ed25519Prefix = Convert.FromHexString("302a300506032b6570032100");
    private static readonly byte[] Es256Prefix = Convert.FromHexString("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    // Points of small order (y, sign bit cleared, canonical or not): under such a key one signature fits many texts.
    private static readonly ImmutableArray<string> SmallOrder =
    [
        "0000000000000000000000000000000000000000000000000000000000000000", "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];

    private readonly byte[] info;

    private PublicKey(string algorithm, byte[] info) => (Algorithm, this.info) = (algorithm, info);

    public static ImmutableArray<string> Algorithms { get; } = [Ed25519, Es256];

    public string Algorithm { get; }

    /// <summary>Base64 of the SubjectPublicKeyInfo.</summary>
    public override string ToString() => Convert.ToBase64String(info);

    /// <param name="text">Base64 (RFC 4648, section 4) of a SubjectPublicKeyInfo, in its one spelling.</param>
    /// <param name="problem">What is wrong with it, as a sentence; null when it's fine.</param>
    /// <returns>Null when it's no key of ours.</returns>
    public static PublicKey? TryParse(string text, out string? problem)
    {
        var key = Bytes(text) is not { } info || Convert.ToBase64String(info) != text ? null
            : info.AsSpan().StartsWith(Ed25519Prefix) && info.Length == Ed25519Prefix.Length + 32 && !IsOfSmallOrder(info.AsSpan(Ed25519Prefix.Length)) ? new PublicKey(Ed25519, info)
            : info.AsSpan().StartsWith(Es256Prefix) && info.Length == Es256Prefix.Length + PointBytes && IsOnCurve(info) ? new PublicKey(Es256, info)
            : null;
        problem = key is not null ? null
            : text.Length == 0 ? "Is required."
            : "Must be the base64 of a SubjectPublicKeyInfo (DER) of an Ed25519 key or of a P-256 key with its point uncompressed.";
        return key;
    }

    /// <summary>Whether a text, in UTF-8, was signed by this key.</summary>
    /// <param name="text">The text.</param>
    /// <param name="signature">Base64: the 64 bytes of RFC 8032; for ES256 those of r and s (RFC 7518), or their DER as openssl writes it.</param>
    public bool Verifies(string text, string signature)
    {
        if (Bytes(signature) is not { } bytes) return false;

        var message = Encoding.UTF8.GetBytes(text);
        if (Algorithm == Ed25519) return bytes.Length == 64 && Platform.Ledger.Ed25519.Verify(info.AsSpan(Ed25519Prefix.Length), message, bytes);

        using var curve = ECDsa.Create();
        curve.ImportSubjectPublicKeyInfo(info, out _);
        return bytes.Length == PointBytes && curve.VerifyData(message, bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            || curve.VerifyData(message, bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static byte[]? Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return base64.Length <= 1024 && !base64.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }

    private static bool IsOfSmallOrder(ReadOnlySpan<byte> key)
    {
        Span<byte> y = stackalloc byte[32];
        key.CopyTo(y);
        y[31] &= 0x7f;
        return SmallOrder.Contains(Convert.ToHexStringLower(y));
    }

    private static bool IsOnCurve(byte[] info)
    {
        try
        {
            using var curve = ECDsa.Create();
            curve.ImportSubjectPublicKeyInfo(info, out _);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
