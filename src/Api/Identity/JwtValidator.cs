using System.Collections.Concurrent;

namespace Platform.Api.Identity;

/// <summary>
/// Validates JSON Web Tokens (RFC 7519, with the advice of RFC 8725 and, for access tokens, RFC 9068): signature first, then claims. Safe
/// for use by several threads at once. A signature that was found right by some keys isn't verified again by the same ones; claims and times are checked each time.
/// </summary>
/// <param name="options">What is accepted.</param>
/// <param name="keys">The issuer's present keys; asked for at each token, so that keys can be rotated.</param>
/// <param name="clock">The time.</param>
public sealed class JwtValidator(JwtOptions options, Func<JsonWebKeySet> keys, TimeProvider clock)
{
    private const int MostVerified = 2_000;

    private readonly ConcurrentDictionary<string, (JsonWebKeySet Keys, JsonWebSignature Verified)> _verified = new(StringComparer.Ordinal);

    /// <summary>Validates a compact token; never throws for what a token contains.</summary>
    public JwtResult Validate(string token)
    {
        var (verified, problem) = Verify(token, keys());
        if (verified is null)
            return JwtResult.Refused(problem!);
        if (verified.Header.TryGetProperty("typ", out _) && !IsTokenType(verified.Header.Text("typ")))
            return JwtResult.Refused(JwtFailure.UnsupportedType, "The token's typ is neither JWT nor at+jwt.");
        if (!StrictJson.TryParseObject(verified.Payload, out var claims))
            return JwtResult.Refused(JwtFailure.Malformed, "The token's claims are no JSON object that is unambiguous.");
        return new JwtClaimsCheck(options, clock.GetUtcNow()).Check(claims);
    }

    private (JsonWebSignature? Verified, JwtProblem? Problem) Verify(string token, JsonWebKeySet present)
    {
        if (_verified.TryGetValue(token, out var known) && ReferenceEquals(known.Keys, present))
            return (known.Verified, null);
        var found = JsonWebSignature.Verify(token, options.Algorithms, present);
        if (found.Verified is { } verified)
        {
            if (_verified.Count >= MostVerified) _verified.Clear();
            _verified[token] = (present, verified);
        }
        return found;
    }

    private static bool IsTokenType(string? type) =>
        string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "at+jwt", StringComparison.OrdinalIgnoreCase);
}
