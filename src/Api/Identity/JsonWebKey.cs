using System.Security.Cryptography;

namespace Platform.Api.Identity;

/// <summary>A public key for signatures (RFC 7517), checked when it was read. Safe for use by several threads at once.</summary>
public sealed class JsonWebKey
{
    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _ec;
    private readonly EllipticCurve? _curve;

    internal JsonWebKey(string? id, string? algorithm, RSAParameters rsa) => (Id, Algorithm, _rsa) = (id, algorithm, rsa);

    internal JsonWebKey(string? id, string? algorithm, ECParameters ec, EllipticCurve curve) =>
        (Id, Algorithm, _ec, _curve) = (id, algorithm, ec, curve);

    /// <summary><c>kid</c>, if the key has one.</summary>
    public string? Id { get; }

    /// <summary><c>alg</c>: the one algorithm the key is for, or null for any that its type allows.</summary>
    public string? Algorithm { get; }

    internal bool Fits(SignatureAlgorithm algorithm) =>
        (Algorithm is null || Algorithm == algorithm.Name)
        && (algorithm.KeyType == "RSA" ? _rsa is not null : _curve is not null && _curve == algorithm.Curve);

    /// <summary>Whether the signature is this key's, in JWS form: RSA as it is, ECDSA as r and s of fixed length (RFC 7518, 3.4).</summary>
    internal bool Verifies(SignatureAlgorithm algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm))
            return false;

        if (_rsa is { } rsa)
        {
            using var key = RSA.Create(rsa);
            return key.VerifyData(signed, signature, algorithm.Hash, algorithm.Padding!);
        }

        if (signature.Length != 2 * _curve!.CoordinateBytes)
            return false;
        using var ec = ECDsa.Create(_ec!.Value);
        return ec.VerifyData(signed, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
