using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Http;

namespace Platform.Api.Identity;

/// <summary>
/// An OpenID Connect provider on a developer's machine: whoever comes says on a form who they are. Its routes are there where the development issuer is, never in production, and it leads back to this host alone.
/// </summary>
internal sealed class DevelopmentProvider(DevelopmentIssuer issuer, TimeProvider time)
{
    private const string Path = "/dev/provider";
    private const int MostCodes = 1_000, MostBytes = 16 * 1024;

    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(1), TokenLife = TimeSpan.FromMinutes(5);
    private static readonly string[] _kept = ["client_id", "redirect_uri", "state", "nonce", "code_challenge"];

    private readonly ConcurrentDictionary<string, Answered> _codes = new(StringComparer.Ordinal);

    // What somebody said on the form, for what was asked.
    private sealed record Answered(IReadOnlyDictionary<string, string> Asked, string Subject, string? Name, string? Email, string[] Groups, DateTimeOffset ExpiresAt);

    /// <summary>Adds its routes, where there is a development issuer.</summary>
    public static void Map(WebApplication app)
    {
        if (app.Services.GetService<DevelopmentIssuer>() is not { } issuer)
            return;
        var provider = new DevelopmentProvider(issuer, app.Services.GetRequiredService<TimeProvider>());
        var routes = app.MapGroup(Path).WithMetadata(new PublicEndpoint()).ExcludeFromDescription();
        routes.MapGet("/.well-known/openid-configuration", (HttpContext http) => Results.Text(Metadata(IssuerOf(http)), "application/json"));
        routes.MapGet("/jwks", () => Results.Text(issuer.PublishedKeys, "application/json"));
        routes.MapGet("/authorize", Ask);
        routes.MapPost("/authorize", (Delegate)provider.AnswerAsync);
        routes.MapPost("/token", (Delegate)provider.TokenAsync);
    }

    private static string IssuerOf(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}{Path}";

    private static string Metadata(string issuer) => new JsonObject
    {
        ["issuer"] = issuer,
        ["authorization_endpoint"] = $"{issuer}/authorize",
        ["token_endpoint"] = $"{issuer}/token",
        ["jwks_uri"] = $"{issuer}/jwks",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
        ["code_challenge_methods_supported"] = new JsonArray("S256"),
        ["token_endpoint_auth_methods_supported"] = new JsonArray("none"),
    }.ToJsonString();

    private static IResult Ask(HttpContext http)
    {
        var query = http.Request.Query;
        if (_kept.Any(name => query[name] is not [{ Length: > 0 }]) || query["response_type"] != "code" || query["code_challenge_method"] != "S256" || !IsOurs(http, query["redirect_uri"].ToString()))
            return new Problem(ProblemKind.Malformed, "The development provider answers this host's own sign-in alone: begin at /api/sign-in/TENANT.");
        var hidden = string.Concat(_kept.Select(name => $"""<input type="hidden" name="{name}" value="{WebUtility.HtmlEncode(query[name].ToString())}">"""));
        return PlainPage.Of(http, "Who are you?", $"""
            <p>This provider is built in for development: it believes everything.</p>
            <form method="post" action="{Path}/authorize">{hidden}
            <label for="sub">Subject</label><input id="sub" name="sub" value="ann" required maxlength="200" autofocus>
            <label for="name">Name</label><input id="name" name="name" value="Ann Example" maxlength="200">
            <label for="email">E-mail address <small>(verified)</small></label><input id="email" name="email" type="email" value="ann@example.org" maxlength="200">
            <label for="groups">Groups <small>(claim "groups", with spaces between them)</small></label><input id="groups" name="groups" value="editors" maxlength="500">
            <button>Sign in</button></form>
            """);
    }

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        if (await Forms.ReadAsync(http, MostBytes) is not { } form || _kept.Any(name => form[name].Count != 1) || form["sub"] is not [{ Length: > 0 } subject] || !IsOurs(http, form["redirect_uri"].ToString()))
            return new Problem(ProblemKind.Malformed, "The form isn't whole: begin at /api/sign-in/TENANT.");
        foreach (var (old, answered) in _codes)
            if (answered.ExpiresAt <= time.GetUtcNow() || _codes.Count > MostCodes)
                _codes.TryRemove(old, out _);
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _codes[code] = new Answered(
            _kept.ToDictionary(name => name, name => form[name].ToString()), subject, Text("name"), Text("email"), form["groups"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries), time.GetUtcNow() + CodeLife);
        return Results.Redirect(QueryHelpers.AddQueryString(form["redirect_uri"].ToString(), new Dictionary<string, string?> { ["code"] = code, ["state"] = form["state"], ["iss"] = IssuerOf(http) }));

        string? Text(string name) => form[name].ToString() is { Length: > 0 } text ? text : null;
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        var form = await Forms.ReadAsync(http, MostBytes);
        if (form is null || !_codes.TryRemove(form["code"].ToString(), out var answered) || answered.ExpiresAt <= time.GetUtcNow() || form["redirect_uri"] != answered.Asked["redirect_uri"] || form["client_id"] != answered.Asked["client_id"]
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != answered.Asked["code_challenge"])
            return Results.Json(new TokenError("invalid_grant", "The code is no (longer) valid."), IdentityBodies.Default.TokenError, statusCode: StatusCodes.Status400BadRequest);
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = IssuerOf(http),
            ["aud"] = answered.Asked["client_id"],
            ["sub"] = answered.Subject,
            ["nonce"] = answered.Asked["nonce"],
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + TokenLife).ToUnixTimeSeconds(),
            ["groups"] = answered.Groups,
        };
        if (answered.Name is { } name)
            claims["name"] = name;
        if (answered.Email is { } email)
            (claims["email"], claims["email_verified"]) = (email, true);
        return Results.Text(JsonSerializer.Serialize(new { token_type = "Bearer", access_token = "none", id_token = issuer.Sign("JWT", claims) }), "application/json");
    }

    private static bool IsOurs(HttpContext http, string redirectUri) =>
        redirectUri.StartsWith($"{http.Request.Scheme}://{http.Request.Host}/api/sign-in/", StringComparison.Ordinal) && redirectUri.EndsWith("/callback", StringComparison.Ordinal);
}
