using System.Security.Cryptography;

namespace Platform.Ledger;

/// <summary>ML-DSA-65 (FIPS 204, pure, empty context) through .NET. Without <see cref="IsSupported"/>, the other members throw <see cref="PlatformNotSupportedException"/>.</summary>
public static class MlDsa65
{
    /// <summary>Length of a private key's seed in bytes.</summary>
    public const int SeedSize = 32;

    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeySize = 1952;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 3309;

    internal const string Missing = "ML-DSA needs OpenSSL 3.5 or newer (or a Windows that has it), which this machine lacks.";

    /// <summary>Whether the platform has ML-DSA: on Linux, from OpenSSL 3.5 on.</summary>
    public static bool IsSupported => MLDsa.IsSupported;

    /// <summary>The public key that belongs to a seed.</summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> isn't 32 bytes.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        using var key = PrivateKey(seed);
        return key.ExportMLDsaPublicKey();
    }

    /// <summary>A signature; the platform may mix in randomness, so that two of the same message differ.</summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> isn't 32 bytes.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        using var key = PrivateKey(seed);
        return Sign(key, message);
    }

    /// <summary>Whether the signature is the key's over the message; false for a key or signature of another length.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Verify(MLDsaAlgorithm.MLDsa65, publicKey, message, signature);

    internal static MLDsa PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException($"A seed of ML-DSA-65 has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        return IsSupported ? MLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa65, seed) : throw new PlatformNotSupportedException(Missing);
    }

    internal static byte[] Sign(MLDsa key, ReadOnlySpan<byte> message)
    {
        var signature = new byte[SignatureSize];
        key.SignData(message, signature);
        return signature;
    }

    internal static bool Verify(MLDsaAlgorithm algorithm, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!IsSupported)
            throw new PlatformNotSupportedException(Missing);
        if (publicKey.Length != algorithm.PublicKeySizeInBytes || signature.Length != algorithm.SignatureSizeInBytes)
            return false;
        using var key = MLDsa.ImportMLDsaPublicKey(algorithm, publicKey);
        return key.VerifyData(message, signature);
    }
}
