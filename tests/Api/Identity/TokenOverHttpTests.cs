using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Api.Identity;

namespace Platform.Api.Tests.Identity;

/// <summary>Tokens that aren't accepted: 401, a challenge that says why, and a problem.</summary>
public sealed class TokenOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task Without_a_token_the_answer_is_401_and_a_bare_challenge()
    {
        var answer = await RefusedAsync(() => Nobody().PostAsync("/api/content-types", Examples.Article), 401, "unauthenticated");
        answer.Header("WWW-Authenticate").ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer")]
    [InlineData("Token abc")]
    public async Task Another_scheme_is_401(string authorization) =>
        await RefusedAsync(() => Nobody().PostAsync("/api/content-types", Examples.Article, ("Authorization", authorization)), 401, "unauthenticated");

    [Fact]
    public Task An_expired_token_is_401() => RefuseAsync(App.Issuer.Issue("u", Tenant, ["admin"], TimeSpan.FromMinutes(5), _now.AddHours(-1)), "expired");

    [Fact]
    public Task A_token_that_is_not_valid_yet_is_401() => RefuseAsync(App.Issuer.Issue("u", Tenant, ["admin"], TimeSpan.FromHours(1), _now.AddMinutes(10)), "not valid yet");

    [Fact]
    public Task A_token_of_another_key_is_401() => RefuseAsync(Signer.Es256.Token(Claims()), "");

    [Fact]
    public Task A_token_of_another_key_under_our_keys_name_is_401() =>
        RefuseAsync(Signer.Es256.Token(Claims(), $$"""{"alg":"ES256","typ":"JWT","kid":"{{OurKey.GetProperty("kid").GetString()}}"}"""), "");

    [Fact]
    public Task A_token_with_altered_claims_is_401()
    {
        var parts = App.Issuer.Issue("u", Tenant, ["editor"], TimeSpan.FromHours(1), _now).Split('.');
        return RefuseAsync($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Claims()))}.{parts[2]}", "");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    public Task A_token_without_a_signature_is_401(string algorithm) =>
        RefuseAsync($"{Encoded($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{Encoded(Claims())}.", "");

    [Fact]
    public async Task A_token_signed_with_our_public_key_as_a_secret_is_401()
    {
        byte[][] secrets = [Encoding.UTF8.GetBytes(App.Issuer.PublishedKeys), Encoding.UTF8.GetBytes(OurKey.GetRawText()), Base64Url.DecodeFromChars(OurKey.GetProperty("x").GetString())];
        foreach (var secret in secrets)
        {
            var signed = $"{Encoded($$"""{"alg":"HS256","typ":"JWT","kid":"{{OurKey.GetProperty("kid").GetString()}}"}""")}.{Encoded(Claims())}";
            await RefuseAsync($"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}", "");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    public Task A_token_that_is_none_is_401(string token) => RefuseAsync(token, "");

    [Fact]
    public Task A_token_for_another_audience_is_401()
    {
        using var scratch = new Platform.Tests.ScratchDirectory();
        using var other = DevelopmentIssuer.Open(Share(scratch), BearerServices.DevelopmentIssuerName, "another-service");
        return RefuseAsync(other.Issue("u", Tenant, ["admin"], TimeSpan.FromHours(1), _now), "audience");
    }

    [Fact]
    public Task A_token_of_another_issuer_is_401()
    {
        using var scratch = new Platform.Tests.ScratchDirectory();
        using var other = DevelopmentIssuer.Open(Share(scratch), "urn:somebody:else", BearerServices.DefaultAudience);
        return RefuseAsync(other.Issue("u", Tenant, ["admin"], TimeSpan.FromHours(1), _now), "issuer");
    }

    [Fact]
    public Task A_token_without_a_tenant_is_401() => RefuseAsync(App.Issuer.Issue("u", "", ["admin"], TimeSpan.FromHours(1), _now), "tenant");

    [Theory]
    [InlineData("a\0b", "t", "admin")]
    [InlineData("u", "a\0b", "admin")]
    [InlineData("u", "t", "a\0b")]
    public Task A_token_with_a_nul_character_is_401_not_500(string subject, string tenant, string role) =>
        RefuseAsync(App.Issuer.Issue(subject, tenant, [role], TimeSpan.FromHours(1), _now), "control character");

    private JsonElement OurKey => JsonElement.Parse(App.Issuer.PublishedKeys).GetProperty("keys")[0];

    // The host's own key, so that only the claim in question is wrong.
    private string Share(Platform.Tests.ScratchDirectory scratch)
    {
        _ = App.Issuer.Keys; // The first who asks for the issuer has its key made.
        var secrets = Directory.CreateDirectory(Path.Combine(scratch.Path, "secrets"));
        File.Copy(Path.Combine(App.DataDirectory, "secrets", "dev-issuer.pem"), Path.Combine(secrets.FullName, "dev-issuer.pem"));
        return scratch.Path;
    }

    private string Claims() => $$"""
        {"iss":"{{BearerServices.DevelopmentIssuerName}}","aud":"{{BearerServices.DefaultAudience}}","sub":"u",
         "tenant":"{{Tenant}}","roles":["admin"],"exp":{{_now.AddHours(1).ToUnixTimeSeconds()}}}
        """;

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private async Task RefuseAsync(string token, string reason)
    {
        var answer = await RefusedAsync(() => WithToken(token).PostAsync("/api/content-types", Examples.Article), 401, "unauthenticated");
        answer.Header("WWW-Authenticate")!.ShouldStartWith("Bearer");
        if (token.Length > 0)
            answer.Header("WWW-Authenticate")!.ShouldContain("error=\"invalid_token\"");
        answer.Header("WWW-Authenticate")!.ShouldContain(reason);
    }
}
