using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Processors.Identity;

namespace Platform.Api.Identity;

/// <summary>
/// Authenticates browsers by the cookie of their session. What changes something must come from a page of the platform itself: the browser says so by <c>Sec-Fetch-Site</c> or <c>Origin</c>, so no other site can make it act.
/// </summary>
public sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SessionCookie cookie, SignInModels models, SignInOptions signIn, IHostEnvironment environment, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "Session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (cookie.Read(Request) is not { } ticket || ticket.ExpiresAt <= time.GetUtcNow())
            return Refuse("The session is over; sign in again.");
        if (!(await models.OfAsync(ticket.Tenant, Context.RequestAborted)).IsValid(ticket.SessionId, ticket.Provider, ticket.ProviderVersion))
            return Refuse("The session has ended; sign in again.");
        if (!IsSafe(Request.Method) && !IsOfOwnPage())
            return Refuse("A request that changes something by a session must come from a page of the platform (headers Sec-Fetch-Site or Origin); programs send a token.");
        var claims = new List<Claim> { new("sub", ticket.Subject), new("tenant", ticket.Tenant), new(Caller.SessionClaim, ticket.SessionId.ToString("D", CultureInfo.InvariantCulture)) };
        claims.AddRange(ticket.Roles.Select(role => new Claim("roles", role)));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name, "sub", "roles")), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = PlatformBearerHandler.SchemeName;
        return Task.CompletedTask;
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private bool IsOfOwnPage()
    {
        var (site, origin) = (Request.Headers["Sec-Fetch-Site"].ToString(), Request.Headers.Origin.ToString());
        return (site.Length == 0 || site == "same-origin") && (origin.Length == 0 ? site.Length > 0 : origin == signIn.OriginOf(Request, environment.IsDevelopment()));
    }

    private AuthenticateResult Refuse(string message)
    {
        Context.Features.Set(new JwtProblem(JwtFailure.Malformed, message));
        return AuthenticateResult.Fail(message);
    }
}
