namespace Platform.Api.Identity;

/// <summary>
/// Validates JSON Web Tokens (RFC 7519, with the advice of RFC 8725 and, for access tokens, RFC 9068): signature first, then claims. Safe
/// for use by several threads at once.
/// </summary>
/// <param name="options">What is accepted.</param>
/// <param name="keys">The issuer's present keys; asked for at each token, so that keys can be rotated.</param>
/// <param name="clock">The time.</param>
public sealed class JwtValidator(JwtOptions options, Func<JsonWebKeySet> keys, TimeProvider clock)
{
    /// <summary>Validates a compact token; never throws for what a token contains.</summary>
    public JwtResult Validate(string token)
    {
        var (verified, problem) = JsonWebSignature.Verify(token, options.Algorithms, keys());
        if (verified is null)
            return JwtResult.Refused(problem!);
        if (verified.Header.TryGetProperty("typ", out _) && !IsTokenType(verified.Header.Text("typ")))
            return JwtResult.Refused(JwtFailure.UnsupportedType, "The token's typ is neither JWT nor at+jwt.");
        if (!StrictJson.TryParseObject(verified.Payload, out var claims))
            return JwtResult.Refused(JwtFailure.Malformed, "The token's claims are no JSON object that is unambiguous.");
        return new JwtClaimsCheck(options, clock.GetUtcNow()).Check(claims);
    }

    private static bool IsTokenType(string? type) =>
        string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "at+jwt", StringComparison.OrdinalIgnoreCase);
}
