using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>Reads one key of a key set: what is no key for us gives a reason to leave it aside, what is broken throws.</summary>
internal static class JsonWebKeyReader
{
    private const int ShortestRsa = 2048;
    private const int LongestRsa = 8192;
    private const int LongestExponentBytes = 4;

    private static readonly string[] _privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth"];

    /// <exception cref="FormatException">The key is malformed, or shows its private part.</exception>
    public static (JsonWebKey? Key, string? Unusable) Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException("A key in the key set is no JSON object.");
        var type = Member(json, "kty") ?? throw new FormatException("A key in the key set has no kty.");
        if (type is not ("RSA" or "EC"))
            return (null, $"key type {type} is not supported");
        if (Array.Exists(_privateMembers, member => json.TryGetProperty(member, out _)))
            throw new FormatException("A key in the key set shows its private part.");

        var algorithm = Member(json, "alg");
        if (algorithm is not null && SignatureAlgorithm.Find(algorithm)?.KeyType != type)
            return (null, $"algorithm {algorithm} is no signature algorithm for {type}");
        if (Member(json, "use") is { } use && use != "sig")
            return (null, $"its use is {use}");
        if (json.TryGetProperty("key_ops", out _) && !Operations(json).Contains("verify"))
            return (null, "its key_ops don't contain verify");
        return type == "RSA" ? Rsa(json, algorithm) : Ec(json, algorithm);
    }

    private static (JsonWebKey?, string?) Rsa(JsonElement json, string? algorithm)
    {
        var (n, e) = (Bytes(json, "n"), Bytes(json, "e"));
        if (n is not [not 0, ..] || e is not [not 0, ..])
            throw new FormatException("An RSA key's n and e are unsigned numbers without leading zero bytes.");
        var (modulus, exponent) = (Number(n), Number(e));
        if (modulus.GetBitLength() is < ShortestRsa or > LongestRsa)
            return (null, $"an RSA key has {ShortestRsa} to {LongestRsa} bits");
        if (modulus.IsEven || exponent.IsEven || exponent.IsOne || e.Length > LongestExponentBytes)
            return (null, "its modulus or exponent is none of a sound RSA key");
        if (RocaFingerprint.Matches(modulus))
            return (null, "it was made by a faulty generator (CVE-2017-15361)");
        return (new JsonWebKey(Member(json, "kid"), algorithm, new RSAParameters { Modulus = n, Exponent = e }), null);
    }

    private static (JsonWebKey?, string?) Ec(JsonElement json, string? algorithm)
    {
        var name = Member(json, "crv") ?? throw new FormatException("An EC key has no crv.");
        if (EllipticCurve.Find(name) is not { } curve)
            return (null, $"curve {name} is not supported");
        if (algorithm is not null && SignatureAlgorithm.Find(algorithm)!.Curve != curve)
            return (null, $"algorithm {algorithm} doesn't go with curve {name}");
        var point = new ECPoint { X = Bytes(json, "x"), Y = Bytes(json, "y") };
        if (point.X.Length != curve.CoordinateBytes || point.Y.Length != curve.CoordinateBytes)
            throw new FormatException($"A coordinate on {name} has {curve.CoordinateBytes} bytes.");
        var parameters = new ECParameters { Curve = curve.Curve, Q = point };
        RefusePointOffCurve(parameters, name);
        return (new JsonWebKey(Member(json, "kid"), algorithm, parameters, curve), null);
    }

    private static void RefusePointOffCurve(ECParameters parameters, string curve)
    {
        try
        {
            using var key = ECDsa.Create(parameters);
        }
        catch (CryptographicException problem)
        {
            throw new FormatException($"An EC key's point isn't on {curve}.", problem);
        }
    }

    private static IReadOnlyList<string> Operations(JsonElement json) =>
        json.Texts("key_ops") is { } operations && operations.Distinct(StringComparer.Ordinal).Count() == operations.Count
            ? operations
            : throw new FormatException("A key's key_ops is an array of different strings.");

    private static string? Member(JsonElement json, string name) =>
        !json.TryGetProperty(name, out _) ? null : json.Text(name) ?? throw new FormatException($"A key's {name} is no string.");

    private static byte[] Bytes(JsonElement json, string name) =>
        Member(json, name) is { } text && StrictBase64Url.TryDecode(text, out var bytes)
            ? bytes
            : throw new FormatException($"A key's {name} is missing or no base64url.");

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
