using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Tests.Identity;

/// <summary>A key pair of a test, its public JWK, and tokens signed with it: honest ones and others.</summary>
internal sealed class Signer
{
    private readonly Func<byte[], byte[]> _sign;

    private Signer(string algorithm, string keyId, string jwk, Func<byte[], byte[]> sign) =>
        (Algorithm, KeyId, Jwk, _sign) = (algorithm, keyId, jwk, sign);

    public static Signer Es256 { get; } = Ec("ES256", "ec-256", "P-256", ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256);

    public static Signer Es384 { get; } = Ec("ES384", "ec-384", "P-384", ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384);

    public static Signer Es512 { get; } = Ec("ES512", "ec-521", "P-521", ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512);

    public static Signer Rs256 { get; } = Rsa("RS256", "rsa-1", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public static Signer Rs384 { get; } = Rsa("RS384", "rsa-2", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);

    public static Signer Rs512 { get; } = Rsa("RS512", "rsa-3", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);

    public static Signer Ps256 { get; } = Rsa("PS256", "rsa-4", HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    public static Signer Ps384 { get; } = Rsa("PS384", "rsa-5", HashAlgorithmName.SHA384, RSASignaturePadding.Pss);

    public static Signer Ps512 { get; } = Rsa("PS512", "rsa-6", HashAlgorithmName.SHA512, RSASignaturePadding.Pss);

    public static IReadOnlyList<Signer> All { get; } = [Es256, Es384, Es512, Rs256, Rs384, Rs512, Ps256, Ps384, Ps512];

    public string Algorithm { get; }

    public string KeyId { get; }

    /// <summary>The public key, with <c>kid</c> and without <c>alg</c>.</summary>
    public string Jwk { get; }

    public string Header => $$"""{"alg":"{{Algorithm}}","typ":"JWT","kid":"{{KeyId}}"}""";

    public string Token(string claims, string? header = null) => Token(Encoding.UTF8.GetBytes(claims), Encoding.UTF8.GetBytes(header ?? Header));

    public string Token(byte[] claims, byte[] header)
    {
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>A token whose signature was altered after signing.</summary>
    public string Token(string claims, Func<byte[], byte[]> alter)
    {
        var parts = Token(claims).Split('.');
        return $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(alter(Base64Url.DecodeFromChars(parts[2])))}";
    }

    private static Signer Ec(string algorithm, string keyId, string curveName, ECCurve curve, HashAlgorithmName hash)
    {
        var key = ECDsa.Create(curve);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var jwk = JsonSerializer.Serialize(new
        {
            kty = "EC",
            crv = curveName,
            x = Base64Url.EncodeToString(point.X),
            y = Base64Url.EncodeToString(point.Y),
            kid = keyId,
        });
        return new Signer(algorithm, keyId, jwk, data => key.SignData(data, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    private static Signer Rsa(string algorithm, string keyId, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        var key = RSA.Create(2048);
        var parts = key.ExportParameters(includePrivateParameters: false);
        var jwk = JsonSerializer.Serialize(new
        {
            kty = "RSA",
            n = Base64Url.EncodeToString(parts.Modulus),
            e = Base64Url.EncodeToString(parts.Exponent),
            kid = keyId,
        });
        return new Signer(algorithm, keyId, jwk, data => key.SignData(data, hash, padding));
    }
}
