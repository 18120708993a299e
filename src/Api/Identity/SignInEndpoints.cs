using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Identity;
using Platform.Processors.Sites;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>A provider's word that one of its sessions is over, as a form (Back-Channel Logout 1.0, section 2.5).</summary>
/// <param name="LogoutToken">Signed by the provider.</param>
public sealed record LogoutRequest([property: JsonPropertyName("logout_token")] string? LogoutToken);

/// <summary>Sign-in of people by OpenID Connect's authorization code flow with PKCE, and their sign-out at the provider.</summary>
internal static class SignInEndpoints
{
    private const int LongestAnswer = 4_096, RandomBytes = 32, MostBytes = 16 * 1024, LogoutPage = 1_000;

    private static readonly TimeSpan AttemptLife = TimeSpan.FromMinutes(10), Patience = TimeSpan.FromSeconds(5);

    /// <summary>Where a provider sends browsers back to: each to a place of its own, so that no provider is brought another's code (RFC 9700, section 4.4.2.2).</summary>
    public static string CallbackOf(string tenant, string provider) => $"/api/sign-in/{tenant}/{provider}/callback";

    public static void MapSignIn(this RouteGroupBuilder api)
    {
        var signIn = api.MapGroup("/sign-in").WithTags("Sign-in");
        signIn.MapGet("/{tenant}", BeginAsync).AddEndpointFilter(SignInPage.FilterAsync).WithMetadata(new PublicEndpoint()).Produces(StatusCodes.Status302Found).Produces<string>(StatusCodes.Status200OK, "text/html")
            .WithMetadata(new QueryParameter("provider", "Name of the provider; may be absent where there is one alone"), new QueryParameter("return", "Path on this host where the browser goes then; default /"))
            .Problems(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Invalid, ProblemKind.RateLimited, ProblemKind.Unavailable)
            .Describe("SignIn", "Sign in with a provider of the tenant's", "For browsers: leads to the provider, and from there back to this host. Who is signed in with it already comes back without a question. Whom a page of another host sent is asked first, on a page (200).");
        signIn.MapGet("/{tenant}/{provider}/callback", FinishAsync).AddEndpointFilter(SignInPage.FilterAsync).WithMetadata(new PublicEndpoint()).Produces(StatusCodes.Status302Found)
            .WithMetadata(new QueryParameter("state", "As the sign-in began with"), new QueryParameter("code", "The provider's"), new QueryParameter("iss", "The provider's issuer (RFC 9207)"), new QueryParameter("error", "Why there is no code"))
            .Problems(ProblemKind.Malformed, ProblemKind.Forbidden, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Invalid, ProblemKind.RateLimited, ProblemKind.Unavailable)
            .Describe("FinishSignIn", "Where providers send browsers back to", "Begins the session, and makes of whom the provider admits a user of the tenant. Each sign-in does so once.");
        signIn.MapPost("/{tenant}/{provider}/logout", LogoutAsync).WithMetadata(new PublicEndpoint())
            .Accepts<LogoutRequest>("application/x-www-form-urlencoded").Produces(StatusCodes.Status200OK).Produces<TokenError>(StatusCodes.Status400BadRequest)
            .Problems(ProblemKind.NotFound, ProblemKind.UnsupportedMediaType, ProblemKind.RateLimited, ProblemKind.Unavailable)
            .Describe("LogOutByProvider", "End sessions that a provider says are over", "OpenID Connect Back-Channel Logout 1.0: by the provider's session (sid), or all of a subject (sub). Asked again: the same answer.");
    }

    private static async Task<IResult> BeginAsync(HttpContext http, string tenant, IDocumentStore store, TenantRegister tenants, SignInModels models, ProviderClient client, SessionCookie cookie, SignInOptions options, IHostEnvironment environment, TimeProvider time)
    {
        var (asked, target) = (Reading.Text(http, "provider"), Reading.Text(http, "return") ?? "/");
        if (!IsOwnPath(target))
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "return", "Must be a path on this host that begins with one slash."));
        if (!await tenants.KnowsAsync(tenant, http.RequestAborted) || await tenants.StatusOfAsync(tenant, http.RequestAborted) != TenantStatus.Active)
            return new Problem(ProblemKind.NotFound);
        var open = (await models.OfAsync(tenant, http.RequestAborted)).Providers.Values.Where(provider => !provider.IsRemoved && (asked is null || provider.Name == asked)).OrderBy(provider => provider.Name, StringComparer.Ordinal).ToList();
        if (open.Count == 0)
            return new Problem(ProblemKind.NotFound);
        if (open is not [var provider])
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "provider", $"Which one? {string.Join(", ", open.Select(each => each.Name))}"));
        if (options.OriginOf(http.Request, environment.IsDevelopment()) is not { } origin)
            return new Problem(ProblemKind.Conflict, "The operator of the platform must say where browsers reach it (SignIn__PublicUrl).");

        if (IsSentFromElsewhere(http.Request))
            return Ask(http, tenant, provider);

        var metadata = await OrUnavailableAsync(client.DescribeAsync(tenant, provider.Issuer, http.RequestAborted).AsTask());
        var attempt = new SignInAttempt(tenant, provider.Name, Random(), Random(), Random(), origin + CallbackOf(tenant, provider.Name), target, time.GetUtcNow() + AttemptLife);
        cookie.Write(http, attempt);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Redirect(QueryHelpers.AddQueryString(metadata.Authorization.AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = provider.ClientId,
            ["redirect_uri"] = attempt.RedirectUri,
            ["scope"] = string.Join(' ', provider.Scopes.Prepend("openid")),
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier))),
            ["code_challenge_method"] = "S256",
        }));
    }

    private static async Task<IResult> FinishAsync(HttpContext http, string tenant, string provider, IDocumentStore store, TenantRegister tenants, CommandRunner runner, SignInCommands commands, ProviderClient client, ProviderSecrets secrets, SessionCookie cookie, TimeProvider time)
    {
        http.Response.Headers.CacheControl = "no-store";
        var (state, code, issuer, error) = (Answer(http, "state"), Answer(http, "code"), Answer(http, "iss"), Answer(http, "error"));
        if (state is null || cookie.Take(http, state) is not { } attempt || attempt.ExpiresAt <= time.GetUtcNow())
            throw new ProblemException(Problem.Field(ProblemKind.Malformed, "state", "This browser has no such sign-in under way: it's over, was done already, or began elsewhere. Begin again."));
        // One provider can send the browser on to another, with a state that was begun for itself.
        if ((attempt.Tenant, attempt.Provider) != (tenant, provider))
            throw new ProblemException(Problem.Field(ProblemKind.Malformed, "state", "The answer came back to another provider's place than the one that was asked. Begin again."));
        if (await tenants.StatusOfAsync(tenant, http.RequestAborted) != TenantStatus.Active)
            return new Problem(ProblemKind.NotFound);
        var asked = (await store.QuerySession(tenant).Events.AggregateStreamAsync<SignInProvider>(SignInProvider.IdOf(provider), cancel: http.RequestAborted)).State;
        if (!asked.IsOpen)
            return new Problem(ProblemKind.NotFound);
        var metadata = await OrUnavailableAsync(client.DescribeAsync(tenant, asked.Issuer, http.RequestAborted).AsTask());
        // RFC 9207: an answer of another provider than the one that was asked goes nowhere.
        if (issuer is null ? metadata.NamesIssuer : issuer != asked.Issuer)
            throw new ProblemException(Problem.Field(ProblemKind.Malformed, "iss", "The answer isn't of the provider that was asked."));
        if (code is null)
            return error == "access_denied" ? new Problem(ProblemKind.Forbidden, "You, or the provider, refused the sign-in.") : throw new ProblemException(Problem.Field(ProblemKind.Malformed, "code", "The provider gave no code. Begin again."));

        var now = CommandTarget.NowOf(time);
        string? secret = null;
        if (asked.SealedSecret is { } text && (secret = secrets.Open(tenant, asked.Name, text)) is null)
            return new Problem(ProblemKind.Unavailable, "The secret that the platform has at the provider can't be read: the nodes have another key than it was sealed with. Configure it again.");
        var (token, access) = await OrUnavailableAsync(client.ExchangeAsync(metadata, asked.ClientId, secret, code, attempt.Verifier, attempt.RedirectUri, http.RequestAborted));
        var (verified, problem) = await OrUnavailableAsync(client.VerifyAsync(tenant, asked.Issuer, token, http.RequestAborted));
        JsonElement claims = default;
        if ((problem ?? new ProviderTokenCheck(asked.Issuer, asked.ClientId, now).IdToken(verified!, attempt.Nonce, out claims)) is { } wrong)
            return new Problem(ProblemKind.Forbidden, $"The provider's ID token isn't accepted: {wrong.Message}");
        var said = await ClaimsAsync(client, asked, metadata, claims, access, http.RequestAborted);
        var subject = SignInProvider.SubjectOf(asked.Name, said.Subject);
        var command = new OpenSession(Session.IdOf(attempt.State), said, Guid.CreateVersion7(), Guid.CreateVersion7(), now);
        var result = await runner.RunAsync(
            new Arrival(tenant, subject.Length > 255 ? asked.Name : subject, "http", Arrivals.CorrelationId(http), Activity.Current?.Id), StatusCodes.Status302Found,
            (session, cancel) => commands.Open(new VerifiedSignIn(asked.Name, command), session, cancel), http.RequestAborted);
        if (result is not CommandResult.Accepted accepted)
            return await CommandEndpoints.RefusalAsync(http, result, command.SessionId, null, command, tells: false);

        var opened = (await store.QuerySession(tenant).Events.FetchStreamAsync(command.SessionId, limit: 1, cancel: http.RequestAborted)) is [{ Data: SessionOpened e }] ? e
            : throw new InvalidOperationException($"Session {command.SessionId} has no beginning.");
        if (cookie.Read(http.Request) is { } before && before.ExpiresAt > now)
            await EndAsync(http, runner, new Arrival(before.Tenant, before.Subject, "http", Arrivals.CorrelationId(http), Activity.Current?.Id), new EndSession(before.SessionId, SessionEnd.Replaced));
        cookie.Write(http, new SessionTicket(command.SessionId, tenant, asked.Name, opened.ProviderVersion, subject, [.. opened.Roles], opened.ExpiresAt));
        // Who comes to the page must be known there: what was just appended decides on what they may.
        await store.QuerySession(tenant).WaitForAllAsync(AccessEntry.ReadModel, Patience, http.RequestAborted);
        return Results.Redirect(attempt.Return);
    }

    private static async Task<IResult> LogoutAsync(HttpContext http, string tenant, string provider, IDocumentStore store, TenantRegister tenants, CommandRunner runner, ProviderClient client, TimeProvider time)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (ConfigureSignInProvider.NameProblem(provider) is not null || !await tenants.KnowsAsync(tenant, http.RequestAborted) || await tenants.StatusOfAsync(tenant, http.RequestAborted) == TenantStatus.Closed)
            return new Problem(ProblemKind.NotFound);
        var session = store.QuerySession(tenant);
        var open = (await session.Events.AggregateStreamAsync<SignInProvider>(SignInProvider.IdOf(provider), cancel: http.RequestAborted)).State;
        if (!open.IsOpen)
            return new Problem(ProblemKind.NotFound);
        if (await Forms.ReadAsync(http, MostBytes) is not { } form || form["logout_token"] is not [{ Length: > 0 } token])
            return Refuse($"Send a form (application/x-www-form-urlencoded) of at most {MostBytes / 1024} KiB with logout_token, once.");
        var (verified, problem) = await OrUnavailableAsync(client.VerifyAsync(tenant, open.Issuer, token, http.RequestAborted));
        string? subject = null, providerSession = null;
        if ((problem ?? new ProviderTokenCheck(open.Issuer, open.ClientId, time.GetUtcNow()).LogoutToken(verified!, out subject, out providerSession)) is { } wrong)
            return Refuse(wrong.Message);

        // One that began a moment ago is meant too.
        if (!await session.WaitForAllAsync(SessionDetails.ReadModel, Patience, http.RequestAborted))
            return new Problem(ProblemKind.Unavailable, "The read model of sessions is behind; send the token again.");
        var arrival = new Arrival(tenant, $"provider:{provider}", "http", Arrivals.CorrelationId(http), Activity.Current?.Id);
        var (whose, which) = (subject is null ? null : SignInProvider.SubjectOf(provider, subject), providerSession is null ? null : SignInProvider.SubjectOf(provider, providerSession));
        for (var after = Guid.Empty; ;)
        {
            var meant = (await SessionDetails.OfProviderAsync(session, whose, which, time.GetUtcNow(), after, LogoutPage, http.RequestAborted)).Items;
            foreach (var id in meant)
                if (await EndAsync(http, runner, arrival, new EndSession(id, SessionEnd.ByProvider)) is not CommandResult.Accepted)
                    return new Problem(ProblemKind.Unavailable, "A session couldn't be ended now; send the token again.");
            if (meant.Count < LogoutPage)
                break;
            after = meant[^1];
        }
        return Results.Ok();
    }

    private static Task<CommandResult> EndAsync(HttpContext http, CommandRunner runner, Arrival arrival, EndSession command) =>
        runner.RunAsync(arrival, StatusCodes.Status200OK, (session, cancel) => SignInCommands.End(command, session, cancel), http.RequestAborted);

    // Every browser of today says whose page sent it (Fetch Metadata); without a word it's none that another could send.
    private static bool IsSentFromElsewhere(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "none" or "same-origin");

    // Or any page could have people go on in a tenant of its own without their noticing.
    private static IResult Ask(HttpContext http, string tenant, SignInProviderDetails provider) => PlainPage.Of(
        http, "Do you want to sign in?",
        $"""<p>Another site sent you here, to sign in to the tenant <b>{WebUtility.HtmlEncode(tenant)}</b> with <b>{WebUtility.HtmlEncode(provider.Name)}</b> ({WebUtility.HtmlEncode(new Uri(provider.Issuer).Host)}). If you are signed in here already, that ends.</p><p><a class="button" href="{WebUtility.HtmlEncode(http.Request.Path + http.Request.QueryString)}">Sign in</a></p>""");

    private static async Task<SignedInClaims> ClaimsAsync(ProviderClient client, SignInProvider provider, ProviderMetadata metadata, JsonElement claims, string? accessToken, CancellationToken cancel)
    {
        string[] wanted = ["name", "email", .. provider.Roles.Select(rule => rule.Claim)];
        JsonElement more = default;
        if (metadata.UserInfo is { } endpoint && accessToken is not null && wanted.Any(name => !claims.TryGetProperty(name, out _)))
        {
            more = await OrUnavailableAsync(client.UserInfoAsync(endpoint, accessToken, cancel));
            // Section 5.3.4: of somebody else it says nothing here.
            if (more.Text("sub") != claims.Text("sub"))
                throw new ProblemException(new Problem(ProblemKind.Forbidden, "What the provider says besides its ID token is about somebody else."));
        }
        return new SignedInClaims(
            claims.Text("sub")!, claims.Text("sid") is { Length: > 0 and <= 255 } sid && !sid.Any(char.IsControl) ? sid : null, One("name"), One("email"), IsVerified(),
            provider.Roles.Select(rule => rule.Claim).Distinct(StringComparer.Ordinal).Where(name => Of(name) is not null && (name != "email" || IsVerified())).ToImmutableDictionary(name => name, name => Of(name)!.ToImmutableArray(), StringComparer.Ordinal));

        string? One(string name) => Of(name) is [var text] ? text : null;

        IReadOnlyList<string>? Of(string name) => claims.TryGetProperty(name, out _) || more.ValueKind != JsonValueKind.Object ? claims.TextOrTexts(name) : more.TextOrTexts(name);

        // Both are of one place, or one could say of the other's address that it's verified.
        bool IsVerified() => (claims.TryGetProperty("email", out _) || more.ValueKind != JsonValueKind.Object ? claims : more) is var place && place.TryGetProperty("email_verified", out var flag) && flag.ValueKind == JsonValueKind.True;
    }

    private static string? Answer(HttpContext http, string name) => http.Request.Query[name] switch
    {
        { Count: 0 } => null,
        [{ Length: > 0 and <= LongestAnswer } one] => one,
        _ => throw new ProblemException(Problem.Field(ProblemKind.Malformed, name, $"Must stand once, with 1 to {LongestAnswer} characters.")),
    };

    // "//host" and "/\host" lead to other hosts.
    private static bool IsOwnPath(string path) => path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(c => char.IsControl(c) || c is '\\' || c > '~');

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    private static async Task<T> OrUnavailableAsync<T>(Task<T> asked)
    {
        try
        {
            return await asked;
        }
        catch (ProviderException e)
        {
            throw new ProblemException(new Problem(e.IsRefusal ? ProblemKind.Forbidden : ProblemKind.Unavailable, e.Message));
        }
    }

    private static IResult Refuse(string description) => Results.Json(new TokenError("invalid_request", description), IdentityBodies.Default.TokenError, statusCode: StatusCodes.Status400BadRequest);
}
