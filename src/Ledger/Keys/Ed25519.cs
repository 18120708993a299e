namespace Platform.Ledger;

/// <summary>
/// Ed25519 (RFC 8032, pure) through OpenSSL's libcrypto, because .NET has none of its own. Every member throws
/// <see cref="PlatformNotSupportedException"/> where there is no libcrypto of version 1.1.1 or newer.
/// </summary>
public static class Ed25519
{
    /// <summary>Length of a private key's seed in bytes.</summary>
    public const int SeedSize = 32;

    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeySize = 32;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    /// <summary>The public key that belongs to a seed.</summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> isn't 32 bytes.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        using var key = PrivateKey(seed);
        return PublicKey(key);
    }

    /// <summary>The signature, always the same for the same seed and message.</summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> isn't 32 bytes.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        using var key = PrivateKey(seed);
        return Sign(key, message);
    }

    /// <summary>Whether the signature is the key's over the message; false for a key or signature of another length.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeySize || signature.Length != SignatureSize)
            return false;
        using var key = Libcrypto.PublicKey(publicKey);
        return Libcrypto.Verify(key, message, signature);
    }

    internal static Libcrypto.EvpKey PrivateKey(ReadOnlySpan<byte> seed) => seed.Length == SeedSize ? Libcrypto.PrivateKey(seed)
        : throw new ArgumentException($"A seed of Ed25519 has {SeedSize} bytes, not {seed.Length}.", nameof(seed));

    internal static byte[] PublicKey(Libcrypto.EvpKey key)
    {
        var bytes = new byte[PublicKeySize];
        Libcrypto.ReadPublicKey(key, bytes);
        return bytes;
    }

    internal static byte[] Sign(Libcrypto.EvpKey key, ReadOnlySpan<byte> message)
    {
        var signature = new byte[SignatureSize];
        Libcrypto.Sign(key, message, signature);
        return signature;
    }
}
