using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;

namespace Platform.Api.Identity;

/// <summary>What a browser has of a session: all that a request is decided on, sealed.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Tenant">Of the tenant.</param>
/// <param name="Provider">Name of the provider.</param>
/// <param name="ProviderVersion">Of its stream, as of the sign-in.</param>
/// <param name="Subject">Who.</param>
/// <param name="Roles">Roles that the claims gave.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record SessionTicket(Guid SessionId, string Tenant, string Provider, long ProviderVersion, string Subject, ImmutableArray<string> Roles, DateTimeOffset ExpiresAt);

/// <summary>A sign-in that is under way, in the browser that began it.</summary>
/// <param name="Tenant">Of the tenant.</param>
/// <param name="Provider">Name of the provider.</param>
/// <param name="State">What the provider gives back (RFC 6749, section 10.12).</param>
/// <param name="Nonce">What the ID token must have (OpenID Connect Core 1.0, section 3.1.2.1).</param>
/// <param name="Verifier">What the code is exchanged with (RFC 7636).</param>
/// <param name="RedirectUri">As it was asked with.</param>
/// <param name="Return">Where the browser goes then.</param>
/// <param name="ExpiresAt">From then on it's over.</param>
public sealed record SignInAttempt(string Tenant, string Provider, string State, string Nonce, string Verifier, string RedirectUri, string Return, DateTimeOffset ExpiresAt);

/// <summary>Cookies of sessions and sign-ins: for this host alone, out of reach of scripts, not sent from other sites' forms.</summary>
public sealed class SessionCookie(TokenSecret secret, SignInOptions options, IHostEnvironment environment)
{
    private const string Session = "platform-session", AttemptPrefix = "platform-sign-in-", HostPrefix = "__Host-";
    private const int StateInName = 12, MostAttempts = 4;

    private readonly SealedValue _sessions = new(secret.Bytes, "session"), _attempts = new(secret.Bytes, "sign-in");

    /// <summary>Whether a request comes with a session.</summary>
    public bool IsIn(HttpRequest request) => request.Cookies.ContainsKey(NameOf(request, Session));

    public SessionTicket? Read(HttpRequest request) =>
        request.Cookies[NameOf(request, Session)] is { } text && _sessions.Open(text, "") is { } plain ? JsonSerializer.Deserialize(plain, SessionJson.Default.SessionTicket) : null;

    public void Write(HttpContext http, SessionTicket ticket) =>
        http.Response.Cookies.Append(NameOf(http.Request, Session), _sessions.Seal(JsonSerializer.SerializeToUtf8Bytes(ticket, SessionJson.Default.SessionTicket), ""), Options(http.Request, ticket.ExpiresAt));

    public void Remove(HttpContext http) => http.Response.Cookies.Delete(NameOf(http.Request, Session), Options(http.Request, null));

    /// <summary>Of those that a browser leaves lying about no more than a few are kept: a request's headers have a limit.</summary>
    public void Write(HttpContext http, SignInAttempt attempt)
    {
        var open = http.Request.Cookies.Keys.Where(name => name.StartsWith(NameOf(http.Request, AttemptPrefix), StringComparison.Ordinal)).ToList();
        if (open.Count >= MostAttempts)
            foreach (var name in open)
                http.Response.Cookies.Delete(name, Options(http.Request, null));
        http.Response.Cookies.Append(NameOf(http.Request, AttemptName(attempt.State)), _attempts.Seal(JsonSerializer.SerializeToUtf8Bytes(attempt, SessionJson.Default.SignInAttempt), attempt.State), Options(http.Request, attempt.ExpiresAt));
    }

    /// <summary>The sign-in that a provider's answer belongs to; null: this browser began none such.</summary>
    public SignInAttempt? Take(HttpContext http, string state)
    {
        var name = NameOf(http.Request, AttemptName(state));
        if (http.Request.Cookies[name] is not { } text)
            return null;
        http.Response.Cookies.Delete(name, Options(http.Request, null));
        return _attempts.Open(text, state) is { } plain ? JsonSerializer.Deserialize(plain, SessionJson.Default.SignInAttempt) : null;
    }

    // Several at once, in tabs, are several cookies.
    private static string AttemptName(string state) => AttemptPrefix + (state.Length > StateInName ? state[..StateInName] : state);

    private string NameOf(HttpRequest request, string name) => IsSecure(request) ? HostPrefix + name : name;

    private bool IsSecure(HttpRequest request) => options.OriginOf(request, environment.IsDevelopment())?.StartsWith("https:", StringComparison.Ordinal) ?? true;

    private CookieOptions Options(HttpRequest request, DateTimeOffset? expires) => new() { HttpOnly = true, Secure = IsSecure(request), SameSite = SameSiteMode.Lax, Path = "/", Expires = expires };
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SessionTicket))]
[JsonSerializable(typeof(SignInAttempt))]
internal sealed partial class SessionJson : JsonSerializerContext;
