using System.Security.Cryptography;

namespace Platform.Api.Identity;

/// <summary>
/// A JWS signature algorithm (RFC 7518, section 3.1) with a public key. There is no member for <c>none</c> or for a shared secret, so a
/// public key can't be taken for one.
/// </summary>
internal sealed record SignatureAlgorithm(
    string Name, string KeyType, HashAlgorithmName Hash, RSASignaturePadding? Padding, EllipticCurve? Curve)
{
    private static readonly Dictionary<string, SignatureAlgorithm> _all = new SignatureAlgorithm[]
    {
        new("RS256", "RSA", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, null),
        new("RS384", "RSA", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1, null),
        new("RS512", "RSA", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1, null),
        new("PS256", "RSA", HashAlgorithmName.SHA256, RSASignaturePadding.Pss, null),
        new("PS384", "RSA", HashAlgorithmName.SHA384, RSASignaturePadding.Pss, null),
        new("PS512", "RSA", HashAlgorithmName.SHA512, RSASignaturePadding.Pss, null),
        new("ES256", "EC", HashAlgorithmName.SHA256, null, EllipticCurve.P256),
        new("ES384", "EC", HashAlgorithmName.SHA384, null, EllipticCurve.P384),
        new("ES512", "EC", HashAlgorithmName.SHA512, null, EllipticCurve.P521),
    }.ToDictionary(algorithm => algorithm.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => _all.Keys;

    public static SignatureAlgorithm? Find(string name) => _all.GetValueOrDefault(name);
}
