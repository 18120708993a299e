using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Platform.Domain.Identity;

namespace Platform.Api.Identity;

/// <summary>
/// Authenticates requests by <c>Authorization: Bearer</c> (RFC 6750). The principal has the claims <c>sub</c>, <c>tenant</c>, <c>roles</c>
/// (one each) and <c>scope</c>; the whole token is the feature <see cref="JwtClaims"/>, and what was wrong with it the feature
/// <see cref="JwtProblem"/>. A challenge sets status 401 and <c>WWW-Authenticate</c>; the body is the host's.
/// </summary>
public sealed class PlatformBearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, JwtValidator validator)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "Bearer";

    private const string Prefix = SchemeName + " ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Context.Features.Get<JwtProblem>() is { } problem
            ? $"{SchemeName} error=\"invalid_token\", error_description=\"{problem.Message}\""
            : SchemeName;
        return Task.CompletedTask;
    }

    private AuthenticateResult Authenticate()
    {
        var headers = Request.Headers.Authorization;
        if (headers.Count > 1)
            return Refuse(new JwtProblem(JwtFailure.Malformed, "The request has more than one Authorization header."));
        if (headers.ToString() is not { } header || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();

        var result = validator.Validate(header[Prefix.Length..].Trim(' '));
        if (!result.IsValid)
            return Refuse(result.Problem);
        // Events would say that a client, or whoever signed in with a tenant's provider, did what whoever has this token does; and grants of theirs would be this one's.
        if (result.Claims.Subject.StartsWith("client:", StringComparison.Ordinal) || result.Claims.Subject.StartsWith(SignInProvider.SubjectPrefix, StringComparison.Ordinal))
            return Refuse(new JwtProblem(JwtFailure.Malformed, "The token's subject is one that the platform gives."));
        Context.Features.Set(result.Claims);
        return AuthenticateResult.Success(new AuthenticationTicket(Principal(result.Claims), Scheme.Name));
    }

    private AuthenticateResult Refuse(JwtProblem problem)
    {
        Context.Features.Set(problem);
        return AuthenticateResult.Fail(problem.Message);
    }

    private ClaimsPrincipal Principal(JwtClaims token)
    {
        var claims = new List<Claim> { new("sub", token.Subject), new("tenant", token.Tenant) };
        claims.AddRange(token.Roles.Select(role => new Claim("roles", role)));
        if (token.Scope is { } scope)
            claims.Add(new Claim("scope", scope));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name, nameType: "sub", roleType: "roles"));
    }
}
