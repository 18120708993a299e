using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>The claims of RFC 7519, section 4.1, and those of ours: <c>tenant</c>, <c>roles</c>, <c>scope</c>.</summary>
internal sealed class JwtClaimsCheck(JwtOptions options, DateTimeOffset now)
{
    private const int LongestText = 255;
    private const int MostRoles = 32;

    public JwtResult Check(JsonElement claims)
    {
        if (new JwtTimes(now, options.ClockSkew).Check(claims, out var expires, out _) is { } outOfTime)
            return JwtResult.Refused(outOfTime);
        if (claims.Text("iss") is not { } issuer || !options.Issuers.Contains(issuer))
            return JwtResult.Refused(JwtFailure.WrongIssuer, "The token's issuer is not trusted here.");
        if (!IsForUs(claims))
            return JwtResult.Refused(JwtFailure.WrongAudience, "The token is for another audience.");
        if (claims.Text("sub") is not { Length: > 0 and <= LongestText } subject || HasControls(subject))
            return Bad("The token's sub is not a text of 1 to 255 characters, none of them a control character.");
        if (claims.Text("tenant") is not { Length: > 0 and <= LongestText } tenant || HasControls(tenant))
            return Bad("The token's tenant is not a text of 1 to 255 characters, none of them a control character.");
        if (Roles(claims) is not { Count: <= MostRoles } roles || roles.Any(HasControls))
            return Bad("The token's roles are not an array of at most 32 texts without control characters.");
        if (claims.TryGetProperty("scope", out _) && claims.Text("scope") is null)
            return Bad("The token's scope is not a text.");

        return JwtResult.Valid(new JwtClaims
        {
            Subject = subject,
            Tenant = tenant,
            Roles = [.. roles],
            Scope = claims.Text("scope"),
            Issuer = issuer,
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds((long)(expires * 1000)),
            All = claims,
        });
    }

    private bool IsForUs(JsonElement claims) => claims.TextOrTexts("aud")?.Contains(options.Audience) == true;

    private static IReadOnlyList<string>? Roles(JsonElement claims) => claims.TryGetProperty("roles", out _) ? claims.Texts("roles") : [];

    // What a token says goes into events and queries, and PostgreSQL takes no text with a NUL.
    private static bool HasControls(string text) => text.Any(char.IsControl);

    private static JwtResult Bad(string message) => JwtResult.Refused(JwtFailure.BadClaim, message);
}
