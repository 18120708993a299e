using System.Text;
using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>A verified compact JWS (RFC 7515): its header, and the payload's bytes.</summary>
public sealed record JsonWebSignature(JsonElement Header, byte[] Payload)
{
    /// <summary>Longest token accepted, in characters.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>
    /// Verifies a compact JWS with a key of the set. Keys that the header itself brings or points to (<c>jwk</c>, <c>jku</c>, <c>x5c</c>,
    /// <c>x5u</c>) are never looked at.
    /// </summary>
    /// <returns>The verified content, or the problem; one of the two is null.</returns>
    public static (JsonWebSignature? Verified, JwtProblem? Problem) Verify(string token, IReadOnlySet<string> algorithms, JsonWebKeySet keys)
    {
        if (token.Length > MaxLength)
            return Refused(JwtFailure.TooLong, "The token is longer than 8 KiB.");
        var parts = token.Split('.');
        if (parts.Length != 3)
            return Refused(JwtFailure.Malformed, "The token doesn't have three parts.");
        if (!StrictBase64Url.TryDecode(parts[0], out var headerBytes)
            || !StrictBase64Url.TryDecode(parts[1], out var payload)
            || !StrictBase64Url.TryDecode(parts[2], out var signature))
            return Refused(JwtFailure.Malformed, "A part of the token is no base64url.");
        if (!StrictJson.TryParseObject(headerBytes, out var header))
            return Refused(JwtFailure.Malformed, "The token's header is no JSON object that is unambiguous.");
        if (header.TryGetProperty("crit", out _))
            return Refused(JwtFailure.CriticalHeader, "The token's header names critical extensions; none is supported.");
        if (header.Text("alg") is not { } name || !algorithms.Contains(name) || SignatureAlgorithm.Find(name) is not { } algorithm)
            return Refused(JwtFailure.UnsupportedAlgorithm, "The token's algorithm is not accepted.");
        var id = header.Text("kid");
        if (id is null && header.TryGetProperty("kid", out _))
            return Refused(JwtFailure.Malformed, "The token's kid is no string.");
        if (keys.Find(algorithm, id) is not { } key)
            return Refused(JwtFailure.UnknownKey, "No single key fits the token's kid and algorithm.");

        var signed = Encoding.ASCII.GetBytes(token, 0, parts[0].Length + 1 + parts[1].Length);
        return key.Verifies(algorithm, signed, signature)
            ? (new JsonWebSignature(header, payload), null)
            : Refused(JwtFailure.BadSignature, "The token's signature is not valid.");
    }

    private static (JsonWebSignature?, JwtProblem?) Refused(JwtFailure reason, string message) => (null, new JwtProblem(reason, message));
}
