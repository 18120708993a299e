using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>The times that a token says of itself: <c>exp</c>, <c>nbf</c>, <c>iat</c> (RFC 7519, section 4.1), as seconds.</summary>
/// <param name="now">The time.</param>
/// <param name="clockSkew">How far clocks may differ.</param>
internal sealed class JwtTimes(DateTimeOffset now, TimeSpan clockSkew)
{
    // The last second that has a date in .NET: 9999-12-31T23:59:59Z.
    private const decimal LastSecond = 253_402_300_799;

    private readonly decimal _now = now.ToUnixTimeMilliseconds() / 1000m;
    private readonly decimal _skew = (decimal)clockSkew.TotalSeconds;

    /// <summary>What is wrong with them; null: nothing.</summary>
    /// <param name="claims">The token's.</param>
    /// <param name="expires"><c>exp</c>.</param>
    /// <param name="issued"><c>iat</c>; null: it isn't there.</param>
    public JwtProblem? Check(JsonElement claims, out decimal expires, out decimal? issued)
    {
        (expires, issued) = (0, null);
        if (!TryTime(claims, "exp", out var exp) || exp is not { } end)
            return new JwtProblem(JwtFailure.BadClaim, "The token's exp is missing or no number of seconds.");
        if (!TryTime(claims, "nbf", out var notBefore) || !TryTime(claims, "iat", out issued))
            return new JwtProblem(JwtFailure.BadClaim, "The token's nbf or iat is no number of seconds.");
        expires = end;
        if (_now - _skew >= end)
            return new JwtProblem(JwtFailure.Expired, "The token has expired.");
        if (_now + _skew < notBefore || _now + _skew < issued)
            return new JwtProblem(JwtFailure.NotYetValid, "The token is not valid yet.");
        return null;
    }

    /// <summary>Whether a time is longer ago than this.</summary>
    public bool IsOlder(decimal seconds, TimeSpan age) => _now - _skew - (decimal)age.TotalSeconds > seconds;

    private static bool TryTime(JsonElement claims, string name, out decimal? seconds)
    {
        seconds = null;
        if (!claims.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var number) || number is < 0 or > LastSecond)
            return false;
        seconds = number;
        return true;
    }
}
