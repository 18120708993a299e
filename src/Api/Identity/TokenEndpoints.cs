using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Processors.Sites;

namespace Platform.Api.Identity;

/// <summary>What tokens of clients are authenticated with; the nodes share it.</summary>
public sealed record TokenSecret(byte[] Bytes);

/// <summary>A client's request for a token (RFC 6749, section 4.4), as a form; the client says who it is in <c>Authorization: Basic</c> or in the form.</summary>
/// <param name="GrantType">client_credentials.</param>
/// <param name="Scope">Permissions with spaces between them, all that the token may at most; absent: whatever the client may.</param>
/// <param name="ClientId">The client's id.</param>
/// <param name="ClientSecret">Its key.</param>
public sealed record TokenRequest(
    [property: JsonPropertyName("grant_type")] string? GrantType, [property: JsonPropertyName("scope")] string? Scope,
    [property: JsonPropertyName("client_id")] string? ClientId, [property: JsonPropertyName("client_secret")] string? ClientSecret);

/// <summary>A token (RFC 6749, section 5.1).</summary>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Bearer.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="Scope">What it's held to; absent: whatever the client may.</param>
public sealed record TokenAnswer(
    [property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] long ExpiresIn, [property: JsonPropertyName("scope")] string? Scope);

/// <summary>Why there is none (RFC 6749, section 5.2).</summary>
/// <param name="Error">invalid_request, invalid_client, unsupported_grant_type or invalid_scope.</param>
/// <param name="Description">A sentence for people.</param>
public sealed record TokenError([property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("error_description")] string Description);

/// <summary>Tokens for programs: client credentials of OAuth 2.0.</summary>
public static class TokenEndpoints
{
    private const int MostBytes = 16 * 1024, MostScopes = 200;
    private const string Basic = "Basic";

    private static IdentityBodies Json => IdentityBodies.Default;

    public static void MapTokens(this RouteGroupBuilder api) => api.MapPost("/oauth/token", IssueAsync).WithTags("Identity").WithMetadata(new PublicEndpoint(), new PostedQuestion())
        .Accepts<TokenRequest>("application/x-www-form-urlencoded").Produces<TokenAnswer>().Produces<TokenError>(StatusCodes.Status400BadRequest).Produces<TokenError>(StatusCodes.Status401Unauthorized)
        .Problems(ProblemKind.UnsupportedMediaType, ProblemKind.RateLimited, ProblemKind.Unavailable)
        .Describe("IssueToken", "Get a token for a client's key", "OAuth 2.0 client credentials (RFC 6749, section 4.4). Valid for ten minutes, and no longer than its key and its client.");

    private static async Task<IResult> IssueAsync(HttpContext http, AccessModels models, TenantRegister tenants, ClientUseWriter uses, TokenSecret secret, TimeProvider time)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await Forms.ReadAsync(http, MostBytes) is not { } form)
            return Refuse("invalid_request", $"Send a form (application/x-www-form-urlencoded) of at most {MostBytes / 1024} KiB, each member once.");
        if (form["grant_type"] is not [var grant])
            return Refuse("invalid_request", "grant_type is missing.");
        if (grant != "client_credentials")
            return Refuse("unsupported_grant_type", "client_credentials is the only one.");
        if (Credentials(http, form) is not var (id, key))
            return Refuse("invalid_request", "The client says who it is either in Authorization: Basic or by client_id and client_secret, once.");

        var now = time.GetUtcNow();
        var client = KeyText.Read(key, DocumentStore.PlatformTenant) is var (prefix, tenant) && await tenants.KnowsAsync(tenant, http.RequestAborted)
            ? (await models.OfAsync(tenant, http.RequestAborted)).FindClient(prefix) : null;
        var used = client?.Keys.FirstOrDefault(kept => kept.Matches(key, now));
        if (client is null || used is null || !client.IsOpen(now) || id != client.Id.ToString())
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"platform\"";
            return Refuse("invalid_client", "Client and key don't belong together, or are no longer valid.", StatusCodes.Status401Unauthorized);
        }
        if (Scopes(form["scope"].ToString(), client) is not { } scopes)
            return Refuse("invalid_scope", "A scope is a permission that the client's own scopes name, or any where it has none.");
        uses.Note(KeyText.TenantOf(used.Prefix, DocumentStore.PlatformTenant), client.Id, used.Prefix);
        var held = scopes.IsEmpty ? client.Scopes : scopes;
        var token = AccessToken.Of(used, client.ExpiresAt, scopes.IsEmpty ? null : scopes, now);
        return Results.Json(new TokenAnswer(token.Write(secret.Bytes), "Bearer", (long)(token.ExpiresAt - now).TotalSeconds, held is null ? null : string.Join(' ', held)), Json.TokenAnswer);
    }

    // Section 2.3.1: in the header both are form-encoded first.
    private static (string Id, string Key)? Credentials(HttpContext http, IFormCollection form)
    {
        var inForm = form.ContainsKey("client_secret");
        if (http.Request.Headers.Authorization is not { Count: > 0 } header)
            return inForm && form["client_id"] is [{ } id] && form["client_secret"] is [{ } key] ? (id, key) : null;
        if (inForm || header.Count > 1 || !AuthenticationHeaderValue.TryParse(header.ToString(), out var basic) || !string.Equals(basic.Scheme, Basic, StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[(basic.Parameter ?? "").Length];
        return Convert.TryFromBase64String(basic.Parameter ?? "", bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var user, var password]
            ? (Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)) : null;
    }

    // Empty: none were asked for. Null: one isn't the client's to ask for.
    private static ImmutableSortedSet<string>? Scopes(string text, AccessClient client)
    {
        var scopes = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToImmutableSortedSet(StringComparer.Ordinal);
        return scopes.Count <= MostScopes && scopes.All(scope => Permission.All.Contains(scope) && client.Scopes?.Contains(scope) != false) ? scopes : null;
    }

    private static IResult Refuse(string error, string description, int status = StatusCodes.Status400BadRequest) => Results.Json(new TokenError(error, description), Json.TokenError, statusCode: status);
}
