using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Processors.Sites;

namespace Platform.Api.Identity;

/// <summary>
/// Authenticates clients by their key, <c>Authorization: Bearer pk_...</c> or <c>X-Api-Key: pk_...</c>, or by a token that they got for it, <c>Authorization: Bearer pt_...</c>. Whatever is wrong with one,
/// the answer is the same.
/// </summary>
public sealed class ClientKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessModels models, TenantRegister tenants, ClientUseWriter uses, TokenSecret secret, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "ClientKey";

    private const string Header = "X-Api-Key", Bearer = "Bearer ", Start = "pk_";

    private static readonly JwtProblem Wrong = new(JwtFailure.Malformed, "The key or token isn't valid.");

    /// <summary>The scheme of a request that comes with a key; null: it comes with none.</summary>
    public static string? SchemeOf(HttpContext http) =>
        http.Request.Headers.ContainsKey(Header) || Text(http.Request.Headers.Authorization.ToString()) is not null ? SchemeName : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var (authorization, header) = (Request.Headers.Authorization, Request.Headers[Header]);
        if (authorization.Count + header.Count != 1)
            return Refuse(new JwtProblem(JwtFailure.Malformed, "The request has more than one key or token."));
        var text = header.Count == 1 ? header.ToString() : Text(authorization.ToString())!;
        var now = time.GetUtcNow();
        var token = header.Count == 0 ? AccessToken.Read(text, secret.Bytes) : null;
        var named = token is null ? KeyText.Read(text, DocumentStore.PlatformTenant) : token.ExpiresAt <= now ? null : (token.Prefix, KeyText.TenantOf(token.Prefix, DocumentStore.PlatformTenant));
        if (named is not var (prefix, tenant))
            return Refuse(Wrong);
        // Anybody names any tenant here, before a rate is taken: what isn't one costs no look-up.
        if (!await tenants.KnowsAsync(tenant, Context.RequestAborted) || (await models.OfAsync(tenant, Context.RequestAborted)).FindClient(prefix) is not { } client || !client.IsOpen(now)
            || !client.Keys.Any(key => token?.IsOf(key, now) ?? (key.Prefix == prefix && key.Matches(text, now))))
            return Refuse(Wrong);
        uses.Note(tenant, client.Id, prefix);
        var claims = new List<Claim> { new("sub", TenantAccess.SubjectOf(client.Id)), new("tenant", tenant), new(Caller.ClientClaim, client.Id.ToString()) };
        if (token?.Scopes is { } scopes)
            claims.Add(new Claim(Caller.ScopesClaim, string.Join(' ', scopes)));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name, "sub", "roles")), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = $"{PlatformBearerHandler.SchemeName} error=\"invalid_token\", error_description=\"{Context.Features.Get<JwtProblem>()?.Message}\"";
        return Task.CompletedTask;
    }

    private static string? Text(string authorization) =>
        authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && authorization.AsSpan(Bearer.Length).Trim(' ') is var rest && (rest.StartsWith(Start, StringComparison.Ordinal) || rest.StartsWith(AccessToken.Start, StringComparison.Ordinal))
            ? rest.ToString() : null;

    private AuthenticateResult Refuse(JwtProblem problem)
    {
        Context.Features.Set(problem);
        return AuthenticateResult.Fail(problem.Message);
    }
}
