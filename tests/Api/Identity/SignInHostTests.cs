using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Hosting;
using Platform.Api.Sites;
using Platform.EventStore;
using Platform.Tests;

namespace Platform.Api.Tests.Identity;

/// <summary>What sign-in is like on a host that the world sees.</summary>
public sealed class SignInHostTests
{
    private const string PublicUrl = "https://platform.example.org";

    [Fact]
    public async Task Cookies_are_for_https_and_this_host_alone_and_providers_lead_back_to_the_public_address_whatever_the_request_says()
    {
        await using var provider = await FaultyProvider.StartAsync();
        await using var app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?> { ["SignIn:PublicUrl"] = PublicUrl });
        var tenant = TenantEndpoints.NewId();
        using var admin = app.Client("admin", tenant);
        (await admin.PostAsync("/api/sign-in-providers", new { name = "corp", issuer = provider.Issuer, clientId = "platform", admits = "everyone" })).ShouldBe(201);
        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = app.Url };
        await Until.HoldsAsync(async () => (await plain.AskAsync($"/api/sign-in/{tenant}")).Status == 302);

        var answer = await plain.AskAsync($"/api/sign-in/{tenant}", ("Host", "evil.example"));
        answer.Message.Headers.Location!.Query.ShouldContain(Uri.EscapeDataString($"{PublicUrl}/api/sign-in/{tenant}/corp/callback"));
        var begun = ShouldBeOfThisHostAlone(answer, "__Host-platform-sign-in-");

        var back = new Uri((await plain.AskAsync(answer.Message.Headers.Location!.AbsoluteUri)).ShouldBe(302).Message.Headers.Location!.AbsoluteUri);
        back.GetLeftPart(UriPartial.Authority).ShouldBe(PublicUrl);
        var signedIn = (await plain.AskAsync(back.PathAndQuery, ("Cookie", begun))).ShouldBe(302);
        var session = ShouldBeOfThisHostAlone(signedIn, "__Host-platform-session=");
        (await plain.AskAsync("/api/me", ("Cookie", session))).ShouldBe(200);
    }

    // Gives the cookie as it's sent back.
    private static string ShouldBeOfThisHostAlone(Answer answer, string name)
    {
        var cookie = answer.Message.Headers.GetValues("Set-Cookie").Single(each => each.StartsWith(name, StringComparison.Ordinal));
        foreach (var attribute in new[] { "path=/", "secure", "samesite=lax", "httponly" })
            cookie.ShouldContain(attribute);
        cookie.ShouldNotContain("domain=");
        return cookie[..cookie.IndexOf(';', StringComparison.Ordinal)];
    }

    [Fact]
    public void In_production_there_is_no_provider_that_believes_everything()
    {
        RoutesOf(null).ShouldNotContain(route => route.Contains("dev/provider", StringComparison.Ordinal));
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.Path);
        RoutesOf(scratch.Path).ShouldContain(route => route.Contains("dev/provider", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://platform.example.org")]
    [InlineData("https://platform.example.org/path")]
    [InlineData("platform.example.org")]
    public void A_public_address_that_is_none_stops_the_start(string url) =>
        Should.Throw<InvalidOperationException>(() => Built(null, ("SignIn:PublicUrl", url)).Services.GetRequiredService<Platform.Api.Identity.SignInOptions>()).Message.ShouldContain("SignIn__PublicUrl");

    private static List<string> RoutesOf(string? development) =>
        [.. ((IEndpointRouteBuilder)Built(development)).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText!)];

    private static Microsoft.AspNetCore.Builder.WebApplication Built(string? development, params (string Name, string Value)[] settings)
    {
        var data = new ScratchDirectory();
        Directory.CreateDirectory(data.Path);
        File.WriteAllText(Path.Combine(data.Path, "jwks.json"), """{"keys":[]}""");
        // Read before a test could set it otherwise; hosts of other tests are of development, and don't look.
        (string, string)[] issuer = [("Authentication__Issuer", "https://id.example.org"), ("Authentication__JwksFile", Path.Combine(data.Path, "jwks.json"))];
        foreach (var (name, value) in issuer)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            return PlatformHost.Build(
                new HostOptions(DatabaseConnections.Through("Host=127.0.0.1;Port=1;Database=none"), "http://127.0.0.1:0", NodeRoles.All, development, data.Path),
                builder => builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))));
        }
        finally
        {
            foreach (var (name, _) in issuer)
                Environment.SetEnvironmentVariable(name, null);
        }
    }
}
