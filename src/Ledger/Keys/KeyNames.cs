using System.Diagnostics.CodeAnalysis;

namespace Platform.Ledger;

/// <summary>How roles and algorithms are spelt in events, statements and trust files.</summary>
public static class KeyNames
{
    public static string Of(KeyRole role) => role == KeyRole.Log ? "log" : "writer";

    /// <exception cref="ArgumentException">It is a witness's algorithm, which no key of the platform has.</exception>
    public static string Of(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.Ed25519 => "Ed25519",
        KeyAlgorithm.MlDsa65 => "ML-DSA-65",
        _ => throw new ArgumentException($"A key of {algorithm} is a witness's.", nameof(algorithm)),
    };

    public static bool TryParse(string? name, out KeyRole role)
    {
        role = name == "writer" ? KeyRole.Writer : KeyRole.Log;
        return name is "log" or "writer";
    }

    public static bool TryParse([NotNullWhen(true)] string? name, out KeyAlgorithm algorithm)
    {
        algorithm = name == "ML-DSA-65" ? KeyAlgorithm.MlDsa65 : KeyAlgorithm.Ed25519;
        return name is "Ed25519" or "ML-DSA-65";
    }

    internal static int PublicKeySize(KeyAlgorithm algorithm) => algorithm == KeyAlgorithm.MlDsa65 ? MlDsa65.PublicKeySize : Ed25519.PublicKeySize;

    internal static bool Verify(KeyAlgorithm algorithm, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        algorithm == KeyAlgorithm.MlDsa65 ? MlDsa65.Verify(publicKey, message, signature) : Ed25519.Verify(publicKey, message, signature);
}
