using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Identity;

namespace Platform.Api.Tests.Identity;

public sealed class PlatformBearerHandlerTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string _directory = Directory.CreateTempSubdirectory("platform-bearer-").FullName;
    private readonly DevelopmentIssuer _issuer;
    private readonly ServiceProvider _services;
    private readonly DefaultHttpContext _http;

    public PlatformBearerHandlerTests()
    {
        _issuer = DevelopmentIssuer.Open(_directory, "development", "platform");
        var options = new JwtOptions { Issuers = new HashSet<string> { "development" }, Audience = "platform" };
        var services = new ServiceCollection().AddLogging().AddSingleton(new JwtValidator(options, () => _issuer.Keys, new FixedClock(_now)));
        services.AddAuthentication(PlatformBearerHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, PlatformBearerHandler>(PlatformBearerHandler.SchemeName, null);
        _services = services.BuildServiceProvider();
        _http = new DefaultHttpContext { RequestServices = _services };
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    public async Task A_good_token_makes_a_principal(string scheme)
    {
        _http.Request.Headers.Authorization = $"{scheme} {Token(TimeSpan.FromHours(1))}";
        var result = await _http.AuthenticateAsync();
        var user = result.Principal.ShouldNotBeNull();
        user.Identity!.Name.ShouldBe("user-1");
        user.FindFirst("tenant")!.Value.ShouldBe("k3v9d2m7q4xa");
        user.IsInRole("editor").ShouldBeTrue();
        user.IsInRole("admin").ShouldBeFalse();
        _http.Features.Get<JwtClaims>()!.Subject.ShouldBe("user-1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic dXNlcjpwYXNz")]
    public async Task Without_a_token_the_challenge_names_the_scheme_only(string? authorization)
    {
        _http.Request.Headers.Authorization = authorization;
        (await _http.AuthenticateAsync()).None.ShouldBeTrue();
        await _http.ChallengeAsync();
        _http.Response.StatusCode.ShouldBe(401);
        _http.Response.Headers.WWWAuthenticate.ToString().ShouldBe("Bearer");
    }

    [Fact]
    public async Task With_an_expired_token_the_challenge_says_so()
    {
        _http.Request.Headers.Authorization = $"Bearer {Token(TimeSpan.FromHours(-1))}";
        (await _http.AuthenticateAsync()).Failure.ShouldNotBeNull();
        await _http.ChallengeAsync();
        _http.Response.StatusCode.ShouldBe(401);
        _http.Response.Headers.WWWAuthenticate.ToString()
            .ShouldBe("Bearer error=\"invalid_token\", error_description=\"The token has expired.\"");
        _http.Features.Get<JwtProblem>()!.Reason.ShouldBe(JwtFailure.Expired);
    }

    [Fact]
    public async Task Two_authorizations_are_refused()
    {
        _http.Request.Headers.Authorization = new[] { $"Bearer {Token(TimeSpan.FromHours(1))}", $"Bearer {Token(TimeSpan.FromHours(1))}" };
        (await _http.AuthenticateAsync()).Failure.ShouldNotBeNull();
    }

    public void Dispose()
    {
        _services.Dispose();
        _issuer.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string Token(TimeSpan lifetime) => _issuer.Issue("user-1", "k3v9d2m7q4xa", ["editor"], lifetime, _now);
}
