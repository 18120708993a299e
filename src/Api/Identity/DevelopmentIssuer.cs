using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>
/// Issues tokens on a developer's machine, signed with an ES256 key of its own; never part of a production set-up. Safe for use by several
/// threads at once.
/// </summary>
public sealed class DevelopmentIssuer : IDisposable
{
    private readonly Lock _signing = new();
    private readonly ECDsa _key;
    private readonly string _issuer;
    private readonly string _audience;
    private readonly string _keyId;

    private DevelopmentIssuer(ECDsa key, string issuer, string audience)
    {
        (_key, _issuer, _audience) = (key, issuer, audience);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        // The thumbprint of RFC 7638: required members only, in the order of their names, without white space.
        _keyId = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
        PublishedKeys = $$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}","kid":"{{_keyId}}","use":"sig","alg":"ES256"}]}""";
        Keys = JsonWebKeySet.Parse(PublishedKeys);
    }

    /// <summary>The key set as JSON text, for publication.</summary>
    public string PublishedKeys { get; }

    /// <summary>The key set, for validation in this process.</summary>
    public JsonWebKeySet Keys { get; }

    /// <summary>Opens the issuer whose key is <c>secrets/dev-issuer.pem</c> in the directory given, and makes the key on first use.</summary>
    /// <param name="directory">The instance's data directory.</param>
    /// <param name="issuer">Written as <c>iss</c>.</param>
    /// <param name="audience">Written as <c>aud</c>.</param>
    /// <exception cref="InvalidOperationException">Others than the owner may read the key file.</exception>
    public static DevelopmentIssuer Open(string directory, string issuer, string audience) =>
        new(DevelopmentKeyFile.Open(Path.Combine(directory, "secrets", "dev-issuer.pem")), issuer, audience);

    /// <summary>Issues a token that is valid from <paramref name="now"/> (to the second) for the lifetime given.</summary>
    public string Issue(string subject, string tenant, IReadOnlyList<string> roles, TimeSpan lifetime, DateTimeOffset now) => Sign("at+jwt", new
    {
        iss = _issuer,
        aud = _audience,
        sub = subject,
        tenant,
        roles,
        iat = now.ToUnixTimeSeconds(),
        exp = (now + lifetime).ToUnixTimeSeconds(),
    });

    /// <summary>Signs claims as they are.</summary>
    internal string Sign(string type, object claims)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", typ = type, kid = _keyId });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, claims.GetType()))}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(signed))}";
    }

    public void Dispose() => _key.Dispose();

    private byte[] Sign(string signed)
    {
        lock (_signing)
            return _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
