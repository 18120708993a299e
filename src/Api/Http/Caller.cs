using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Processors;

namespace Platform.Api.Http;

/// <summary>Who calls, read from the validated token or key and nothing else.</summary>
/// <param name="Subject">Claim <c>sub</c>; of a client <c>client:ID</c>.</param>
/// <param name="TenantId">Claim <c>tenant</c>.</param>
/// <param name="Roles">Claim <c>roles</c>.</param>
/// <param name="ClientId">A program of the tenant's; null: a person, or whoever else the tenant's issuer gave a token to.</param>
/// <param name="Scopes">Permissions that a client's token is held to; null: whatever the client may.</param>
/// <param name="SessionId">The session of a browser; null: the request came with a token or key.</param>
public sealed record Caller(string Subject, string TenantId, IReadOnlyList<string> Roles, Guid? ClientId = null, ImmutableSortedSet<string>? Scopes = null, Guid? SessionId = null)
{
    /// <summary>The claim that only the handler of keys sets.</summary>
    public const string ClientClaim = "platform:client";

    /// <summary>The same, for the permissions that a client's token is held to, with spaces between them.</summary>
    public const string ScopesClaim = "platform:scopes";

    /// <summary>The claim that only the handler of sessions sets.</summary>
    public const string SessionClaim = "platform:session";

    public static Caller Of(HttpContext http) => new(
        http.User.FindFirstValue("sub") ?? throw new ProblemException(new Problem(ProblemKind.Unauthenticated)),
        http.User.FindFirstValue("tenant") ?? throw new ProblemException(new Problem(ProblemKind.Unauthenticated)),
        [.. http.User.FindAll("roles").Select(c => c.Value)],
        Guid.TryParse(http.User.FindFirstValue(ClientClaim), out var client) ? client : null,
        http.User.FindFirstValue(ScopesClaim)?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToImmutableSortedSet(StringComparer.Ordinal),
        Guid.TryParse(http.User.FindFirstValue(SessionClaim), out var session) ? session : null);
}

/// <summary>What digests of requests are keyed with; the nodes share it.</summary>
public sealed record RequestKey(byte[] Bytes);

/// <summary>Reads what a request says about a command beside its body.</summary>
internal static partial class Arrivals
{
    /// <param name="http">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="isVersioned">If-Match names a version of one stream; else the endpoint reads it.</param>
    public static Arrival Of(HttpContext http, byte[] body, bool isVersioned = true)
    {
        var caller = Caller.Of(http);
        var key = Single(http, "Idempotency-Key");
        if (key is not null && !Key().IsMatch(key))
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "Idempotency-Key", "1 to 255 printable ASCII characters."));
        return new Arrival(caller.TenantId, caller.Subject, "http", CorrelationId(http), Activity.Current?.Id, isVersioned ? IfMatch(http) : null, key, key is null ? null : Fingerprint(http, body));
    }

    /// <summary>The caller's own, or the trace's.</summary>
    public static string? CorrelationId(HttpContext http)
    {
        var given = Single(http, "X-Correlation-Id");
        if (given is not null && !Correlation().IsMatch(given))
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "X-Correlation-Id", "1 to 128 letters, digits and ._:-"));
        return given ?? Activity.Current?.TraceId.ToHexString();
    }

    private static long? IfMatch(HttpContext http)
    {
        if (Single(http, "If-Match") is not { } tag || tag == "*")
            return null;
        var match = VersionTag().Match(tag);
        return match.Success && long.TryParse(match.Groups[1].ValueSpan, out var version)
            ? version
            : throw new ProblemException(Problem.Field(ProblemKind.Malformed, "If-Match", "One version in quotes, as in the ETag: \"3\"."));
    }

    private static string? Single(HttpContext http, string header) => http.Request.Headers[header] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => one[0],
        _ => throw new ProblemException(Problem.Field(ProblemKind.Malformed, header, "The header stands more than once.")),
    };

    // With a key: a digest that stays in the database must not tell whoever guesses what was said of a person that they guessed right.
    private static byte[] Fingerprint(HttpContext http, byte[] body)
    {
        using var digest = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, http.RequestServices.GetRequiredService<RequestKey>().Bytes);
        digest.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}\n"));
        digest.AppendData(body);
        return digest.GetHashAndReset();
    }

    [GeneratedRegex(@"^[\x21-\x7e]{1,255}\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,128}\z")]
    private static partial Regex Correlation();

    [GeneratedRegex("^(?:W/)?\"([1-9][0-9]{0,17})\"\\z")]
    private static partial Regex VersionTag();
}
