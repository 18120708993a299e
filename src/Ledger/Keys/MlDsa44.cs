using System.Security.Cryptography;

namespace Platform.Ledger;

/// <summary>ML-DSA-44 (FIPS 204, pure, empty context): the cosignatures of others' witnesses are verified, none are made.</summary>
public static class MlDsa44
{
    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeySize = 1312;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 2420;

    /// <summary>Whether the platform has ML-DSA: on Linux, from OpenSSL 3.5 on.</summary>
    public static bool IsSupported => MLDsa.IsSupported;

    /// <summary>Whether the signature is the key's over the message; false for a key or signature of another length.</summary>
    /// <exception cref="PlatformNotSupportedException">Not <see cref="IsSupported"/>.</exception>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        MlDsa65.Verify(MLDsaAlgorithm.MLDsa44, publicKey, message, signature);
}
