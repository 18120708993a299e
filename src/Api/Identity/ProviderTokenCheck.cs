using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>Checks tokens that a provider made for the platform as its client: ID tokens (OpenID Connect Core 1.0, section 3.1.3.7) and logout tokens (Back-Channel Logout 1.0, section 2.6).</summary>
/// <param name="issuer">The provider's.</param>
/// <param name="clientId">What the platform is called there.</param>
/// <param name="now">The time.</param>
internal sealed class ProviderTokenCheck(string issuer, string clientId, DateTimeOffset now)
{
    private const int LongestText = 255;
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60), Oldest = TimeSpan.FromMinutes(10);

    /// <summary>What is wrong with an ID token whose signature is valid; null: nothing.</summary>
    public JwtProblem? IdToken(JsonWebSignature token, string nonce, out JsonElement claims)
    {
        if (Common(token, ["JWT"], out claims) is { } problem)
            return problem;
        if (claims.Text("nonce") != nonce)
            return Bad("The token's nonce isn't that of this sign-in.");
        return IsText(claims.Text("sub")) ? null : Bad("The token's sub is not a text of 1 to 255 characters, none of them a control character.");
    }

    /// <summary>What is wrong with a logout token whose signature is valid; null: nothing.</summary>
    public JwtProblem? LogoutToken(JsonWebSignature token, out string? subject, out string? session)
    {
        (subject, session) = (null, null);
        if (Common(token, ["JWT", "logout+jwt"], out var claims) is { } problem)
            return problem;
        if (!claims.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Object || !events.TryGetProperty(LogoutEvent, out var logout) || logout.ValueKind != JsonValueKind.Object)
            return Bad("The token's events don't say that it's a logout token.");
        if (claims.TryGetProperty("nonce", out _))
            return Bad("A logout token has no nonce.");
        if (!IsText(claims.Text("jti")))
            return Bad("The token's jti is missing.");
        (subject, session) = (claims.Text("sub"), claims.Text("sid"));
        return IsText(subject ?? session) && (subject is null || IsText(subject)) && (session is null || IsText(session)) ? null : Bad("The token has neither sub nor sid as a text of 1 to 255 characters.");
    }

    private JwtProblem? Common(JsonWebSignature token, string[] types, out JsonElement claims)
    {
        if (!StrictJson.TryParseObject(token.Payload, out claims))
            return new JwtProblem(JwtFailure.Malformed, "The token's claims are no JSON object that is unambiguous.");
        if (token.Header.TryGetProperty("typ", out _) && !types.Contains(token.Header.Text("typ"), StringComparer.OrdinalIgnoreCase))
            return new JwtProblem(JwtFailure.UnsupportedType, "The token's typ is another's.");
        var times = new JwtTimes(now, Skew);
        if (times.Check(claims, out _, out var issued) is { } outOfTime)
            return outOfTime;
        if (issued is not { } at || times.IsOlder(at, Oldest))
            return Bad("The token's iat is missing, or more than ten minutes ago.");
        if (claims.Text("iss") != issuer)
            return new JwtProblem(JwtFailure.WrongIssuer, "The token's issuer is not the provider's.");
        var audience = claims.TextOrTexts("aud");
        if (audience?.Contains(clientId) != true || (audience.Count > 1 || claims.TryGetProperty("azp", out _)) && claims.Text("azp") != clientId)
            return new JwtProblem(JwtFailure.WrongAudience, "The token is for another client.");
        return null;
    }

    private static bool IsText(string? text) => text is { Length: > 0 and <= LongestText } && !text.Any(char.IsControl);

    private static JwtProblem Bad(string message) => new(JwtFailure.BadClaim, message);
}
