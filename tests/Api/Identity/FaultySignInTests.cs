using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Api.Sites;

namespace Platform.Api.Tests.Identity;

/// <summary>What a provider, or somebody who plays one, must not get past sign-in and its back-channel.</summary>
public sealed class FaultySignInTests(SharedApp shared) : OverHttp(shared), IAsyncLifetime
{
    private FaultyProvider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await FaultyProvider.StartAsync();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    public static TheoryData<string, string, Action<JsonObject>> WrongClaims => new()
    {
        { "issuer", "issuer is not", claims => claims["iss"] = "https://evil.example" },
        { "no issuer", "issuer is not", claims => claims.Remove("iss") },
        { "audience", "another client", claims => claims["aud"] = "another" },
        { "several audiences without azp", "another client", claims => claims["aud"] = new JsonArray("platform", "another") },
        { "azp", "another client", claims => claims["azp"] = "another" },
        { "nonce", "nonce", claims => claims["nonce"] = "another" },
        { "no nonce", "nonce", claims => claims.Remove("nonce") },
        { "expired", "expired", claims => claims["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 61 },
        { "no exp", "exp is missing", claims => claims.Remove("exp") },
        { "old", "iat is missing", claims => claims["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 700 },
        { "no iat", "iat is missing", claims => claims.Remove("iat") },
        { "of the future", "not valid yet", claims => claims["nbf"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 120 },
        { "no sub", "sub is not", claims => claims.Remove("sub") },
        { "sub with a line break", "sub is not", claims => claims["sub"] = "a\nb" },
        { "sub that is too long", "sub is not", claims => claims["sub"] = new string('a', 256) },
        { "too large", "longer than 8 KiB", claims => claims["groups"] = new string('a', 10_000) },
    };

    public static TheoryData<string, Func<string, string>> WrongSignatures => new()
    {
        { "none", claims => $"{Text("""{"alg":"none"}""")}.{Text(claims)}." },
        { "None", claims => $"{Text("""{"alg":"None","kid":"rsa-1"}""")}.{Text(claims)}." },
        { "HS256 with the public key", claims => Mac(claims, Signer.Rs256.Jwk) },
        { "another's key", claims => Signer.Ps256.Token(claims, Signer.Rs256.Header) },
        { "a key in the header", claims => Signer.Es256.Token(claims, $$"""{"alg":"ES256","jwk":{{Signer.Es256.Jwk}}}""") },
        { "altered", claims => Altered(claims) },
        { "an access token", claims => Signer.Rs256.Token(claims, Signer.Rs256.Header.Replace("\"JWT\"", "\"at+jwt\"", StringComparison.Ordinal)) },
        { "no token", _ => "nothing" },
    };

    [Theory]
    [MemberData(nameof(WrongClaims), DisableDiscoveryEnumeration = true)]
    public async Task An_ID_token_with_wrong_claims_signs_nobody_in(string what, string why, Action<JsonObject> alter)
    {
        await ConfigureAsync();
        _provider.Claims = alter;
        (await IsRefusedAsync(what, 403)).Text.ShouldContain(why);
    }

    [Theory]
    [MemberData(nameof(WrongSignatures), DisableDiscoveryEnumeration = true)]
    public async Task An_ID_token_that_the_provider_didnt_sign_signs_nobody_in(string what, Func<string, string> sign)
    {
        await ConfigureAsync();
        _provider.Sign = sign;
        await IsRefusedAsync(what, 403);
    }

    [Fact]
    public async Task The_honest_one_signs_in()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "")).ShouldBe(302);
        (await browser.AskAsync("/api/me")).ShouldBe(200).Json.GetProperty("subject").GetString().ShouldBe("oidc:faulty|ann");
    }

    [Fact]
    public async Task A_provider_that_sends_the_browser_on_is_brought_nobody_elses_code()
    {
        await ConfigureAsync();
        await using var evil = await FaultyProvider.StartAsync();
        var mallory = TenantEndpoints.NewId();
        using var admin = App.Client("admin", mallory);
        (await admin.PostAsync("/api/sign-in-providers", new { name = "faulty", issuer = evil.Issuer, clientId = "platform", admits = "everyone" })).ShouldBe(201);
        using var browser = new Browser(App.Url);
        await Until.HoldsAsync(async () => (await browser.AskAsync($"/api/sign-in/{mallory}")).Status == 302);
        var begun = (await browser.AskAsync($"/api/sign-in/{mallory}")).Message.Headers.Location!;
        var state = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(begun.Query)["state"].ToString();
        // The honest provider answers to the one place that it knows for its client, with the state that it was handed.
        await RefusedAsync(() => browser.AskAsync($"/api/sign-in/{Tenant}/faulty/callback?code=of-the-victim&state={state}"), 400, "malformed", "state");
        evil.Codes.ShouldBe(0);
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 403)]
    public async Task A_rule_over_an_email_address_counts_only_where_its_verified(bool isVerified, int status)
    {
        await ConfigureAsync(new { claim = "email", value = "boss@example.org", role = "editor" });
        _provider.Claims = claims => (claims["email"], claims["email_verified"]) = ("boss@example.org", isVerified);
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "")).ShouldBe(302);
        (await browser.AskAsync("/api/content")).ShouldBe(status);
    }

    [Fact]
    public async Task An_answer_that_names_another_issuer_goes_nowhere()
    {
        await ConfigureAsync();
        _provider.Answer = answer => answer["iss"] = "https://evil.example";
        await IsRefusedAsync("iss", 400);
    }

    [Fact]
    public async Task An_answer_without_iss_goes_nowhere_where_the_provider_promised_it()
    {
        _provider.Metadata = metadata => metadata["authorization_response_iss_parameter_supported"] = true;
        await ConfigureAsync();
        await IsRefusedAsync("iss", 400);
    }

    [Fact]
    public async Task An_answer_with_another_state_or_none_goes_nowhere()
    {
        await ConfigureAsync();
        _provider.Answer = answer => answer["state"] = "another";
        await IsRefusedAsync("state", 400);
        _provider.Answer = answer => answer.Remove("state");
        await IsRefusedAsync("no state", 400);
    }

    [Fact]
    public async Task A_browser_is_told_why_on_a_page_and_nothing_that_it_was_sent_stands_there()
    {
        await ConfigureAsync();
        var page = (await Nobody().AskAsync($"/api/sign-in/{Tenant}/faulty/callback?state=%3Cscript%3E&code=a", ("Accept", "text/html,application/xhtml+xml"))).ShouldBe(400);
        page.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        page.Header("Content-Security-Policy")!.ShouldContain("default-src 'none'");
        page.Text.ShouldContain("This browser has no such sign-in under way");
        page.Text.ShouldNotContain("script");
        (await Nobody().AskAsync("/api/sign-in/nosuchtenant", ("Accept", "text/html"))).ShouldBe(404).Text.ShouldContain("You aren&#39;t signed in");
    }

    [Fact]
    public async Task A_logout_token_is_no_ID_token()
    {
        await ConfigureAsync();
        _provider.Sign = claims => Signer.Rs256.Token(claims, Signer.Rs256.Header.Replace("\"JWT\"", "\"logout+jwt\"", StringComparison.Ordinal));
        (await IsRefusedAsync("typ", 403)).Text.ShouldContain("typ");
    }

    [Fact]
    public async Task A_sign_in_is_done_once_also_where_the_provider_takes_its_code_again()
    {
        await ConfigureAsync();
        _provider.KeepsCodes = true;
        using var browser = new Browser(App.Url);
        var kept = "";
        browser.OnCallback = () => kept = browser.Cookies.GetCookieHeader(App.Url);
        (await browser.SignInAsync(Tenant, "")).ShouldBe(302);
        using var thief = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = App.Url };
        await RefusedAsync(() => thief.AskAsync(browser.Callback!.PathAndQuery, ("Cookie", kept)), 409, "conflict");
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_before()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "")).ShouldBe(302);
        var first = browser.Cookies.GetCookieHeader(App.Url);
        (await browser.SignInAsync(Tenant, "")).ShouldBe(302);
        using var copy = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = App.Url };
        await Until.AnsweredAsync(() => copy.AskAsync("/api/me", ("Cookie", first)), 401);
        (await browser.AskAsync("/api/me")).ShouldBe(200);
    }

    [Theory]
    [InlineData("cross-site", 200)]
    [InlineData("same-site", 200)]
    [InlineData("same-origin", 302)]
    [InlineData("none", 302)]
    public async Task Whom_another_sites_page_sends_is_asked_before_they_sign_in(string site, int status)
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        var answer = (await browser.AskAsync($"/api/sign-in/{Tenant}?return=/%22%3E%3Cb%3E", ("Sec-Fetch-Site", site))).ShouldBe(status);
        (answer.Header("Set-Cookie") is null).ShouldBe(status == 200);
        if (status == 200)
        {
            answer.Text.ShouldContain($"href=\"/api/sign-in/{Tenant}?return=/%22%3E%3Cb%3E\"");
            answer.Header("Content-Security-Policy")!.ShouldContain("frame-ancestors 'none'");
        }
    }

    [Fact]
    public async Task Sign_ins_that_are_left_lying_about_fill_no_browser()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        for (var n = 0; n < 10; n++)
        {
            var answer = (await browser.AskAsync($"/api/sign-in/{Tenant}?return=/{Uri.EscapeDataString(new string('&', 199))}")).ShouldBe(302);
            answer.Header("Set-Cookie")!.Split(", platform-", StringSplitOptions.None).ShouldAllBe(cookie => cookie.Length < 4_096);
            browser.Cookies.Count.ShouldBeInRange(1, 4);
        }
    }

    [Fact]
    public async Task Keys_are_asked_for_once_whoever_names_one_that_isnt_known()
    {
        await ConfigureAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => LogOutAsync(_provider.LogoutToken("platform", sign: claims => Signer.Rs256.Token(claims, $$"""{"alg":"RS256","kid":"no-{{n}}"}""")))));
        answers.ShouldAllBe(answer => answer.Status == 400);
        _provider.KeyFetches.ShouldBe(1);
    }

    [Fact]
    public async Task A_provider_that_fails_is_left_alone_for_a_while()
    {
        _provider.Metadata = metadata => metadata.Remove("jwks_uri");
        await ConfigureAsync();
        for (var n = 0; n < 10; n++)
            (await Nobody().AskAsync($"/api/sign-in/{Tenant}")).ShouldBeProblem(503, "unavailable");
        _provider.Descriptions.ShouldBe(1);
    }

    [Fact]
    public async Task Who_refuses_is_told_so()
    {
        await ConfigureAsync();
        _provider.Answer = answer =>
        {
            answer.Remove("code");
            answer["error"] = "access_denied";
        };
        await IsRefusedAsync("access_denied", 403);
    }

    [Theory]
    [InlineData("issuer", "https://evil.example", "another issuer")]
    [InlineData("authorization_endpoint", "javascript:alert(1)", "authorization_endpoint")]
    [InlineData("token_endpoint", "file:///etc/passwd", "token_endpoint")]
    [InlineData("jwks_uri", "http://169.254.169.254/latest", "jwks_uri")]
    [InlineData("jwks_uri", null, "jwks_uri")]
    public async Task A_configuration_that_leads_elsewhere_is_used_for_nothing(string member, string? value, string why)
    {
        _provider.Metadata = metadata => metadata[member] = value;
        await ConfigureAsync();
        var answer = await Nobody().AskAsync($"/api/sign-in/{Tenant}");
        answer.ShouldBeProblem(503, "unavailable");
        answer.Text.ShouldContain(why);
    }

    [Fact]
    public async Task A_provider_without_PKCE_is_used_for_nothing()
    {
        _provider.Metadata = metadata => metadata["code_challenge_methods_supported"] = new JsonArray("plain");
        await ConfigureAsync();
        var answer = await Nobody().AskAsync($"/api/sign-in/{Tenant}");
        answer.ShouldBeProblem(503, "unavailable");
        answer.Text.ShouldContain("PKCE");
    }

    [Theory]
    [InlineData("not-a-url")]
    [InlineData("ftp://id.example.org")]
    [InlineData("https://user@id.example.org")]
    [InlineData("https://id.example.org/?a=b")]
    [InlineData("https://id.example.org/#a")]
    [InlineData("https://169.254.169.254")]
    public async Task An_issuer_that_is_none_is_refused(string issuer) =>
        await RefusedAsync(() => Admin.PostAsync("/api/sign-in-providers", new { name = "bad", issuer, clientId = "platform" }), 422, "invalid", "issuer");

    [Fact]
    public async Task A_logout_token_ends_the_sessions_of_its_subject_and_of_nobody_else()
    {
        await ConfigureAsync();
        using var ann = new Browser(App.Url);
        (await ann.SignInAsync(Tenant, "")).ShouldBe(302);
        _provider.Subject = "bob";
        using var bob = new Browser(App.Url);
        (await bob.SignInAsync(Tenant, "")).ShouldBe(302);
        _provider.Subject = "ann";
        (await LogOutAsync(_provider.LogoutToken("platform"))).ShouldBe(200);
        await Until.AnsweredAsync(() => ann.AskAsync("/api/me"), 401);
        (await bob.AskAsync("/api/me")).ShouldBe(200);
        (await LogOutAsync(_provider.LogoutToken("platform"))).ShouldBe(200);
        (await LogOutAsync(_provider.LogoutToken("platform", claims => { claims.Remove("sub"); claims["sid"] = "sid-1"; }))).ShouldBe(200);
        await Until.AnsweredAsync(() => bob.AskAsync("/api/me"), 401);
    }

    [Fact]
    public async Task A_logout_token_with_subject_and_session_ends_what_began_without_a_session_too()
    {
        await ConfigureAsync();
        _provider.Claims = claims => claims.Remove("sid");
        using var ann = new Browser(App.Url);
        (await ann.SignInAsync(Tenant, "")).ShouldBe(302);
        _provider.Claims = claims => claims["sid"] = "another";
        using var elsewhere = new Browser(App.Url);
        (await elsewhere.SignInAsync(Tenant, "")).ShouldBe(302);
        (await LogOutAsync(_provider.LogoutToken("platform", claims => claims["sid"] = "sid-1"))).ShouldBe(200);
        await Until.AnsweredAsync(() => ann.AskAsync("/api/me"), 401);
        (await elsewhere.AskAsync("/api/me")).ShouldBe(200);
    }

    public static TheoryData<string, Action<JsonObject>> WrongLogouts => new()
    {
        { "issuer", claims => claims["iss"] = "https://evil.example" },
        { "audience", claims => claims["aud"] = "another" },
        { "no events", claims => claims.Remove("events") },
        { "another event", claims => claims["events"] = new JsonObject { ["http://example.org/event"] = new JsonObject() } },
        { "events as a text", claims => claims["events"] = "http://schemas.openid.net/event/backchannel-logout" },
        { "with a nonce, as an ID token", claims => claims["nonce"] = "n" },
        { "no jti", claims => claims.Remove("jti") },
        { "no iat", claims => claims.Remove("iat") },
        { "expired", claims => claims["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 61 },
        { "of nobody", claims => claims.Remove("sub") },
        { "sub that is no text", claims => claims["sub"] = 1 },
    };

    [Theory]
    [MemberData(nameof(WrongLogouts), DisableDiscoveryEnumeration = true)]
    public async Task A_logout_token_that_isnt_right_ends_nothing(string what, Action<JsonObject> alter)
    {
        await ConfigureAsync();
        using var ann = new Browser(App.Url);
        (await ann.SignInAsync(Tenant, "")).ShouldBe(302);
        var before = await CountEventsAsync();
        var answer = (await LogOutAsync(_provider.LogoutToken("platform", alter))).ShouldBe(400);
        answer.Json.GetProperty("error").GetString().ShouldBe("invalid_request", what);
        (await CountEventsAsync()).ShouldBe(before);
        (await ann.AskAsync("/api/me")).ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(WrongSignatures), DisableDiscoveryEnumeration = true)]
    public async Task A_logout_token_that_the_provider_didnt_sign_ends_nothing(string what, Func<string, string> sign)
    {
        await ConfigureAsync();
        using var ann = new Browser(App.Url);
        (await ann.SignInAsync(Tenant, "")).ShouldBe(302);
        var before = await CountEventsAsync();
        (await LogOutAsync(_provider.LogoutToken("platform", sign: sign))).Status.ShouldBe(400, what);
        (await CountEventsAsync()).ShouldBe(before);
        (await ann.AskAsync("/api/me")).ShouldBe(200);
    }

    [Fact]
    public async Task A_logout_without_a_token_or_of_nobodys_provider_is_refused()
    {
        await ConfigureAsync();
        (await LogOutAsync("")).ShouldBe(400);
        (await LogOutAsync(new string('a', 20_000))).ShouldBe(400);
        (await LogOutAsync(_provider.LogoutToken("platform"), "nobody")).ShouldBe(404);
        (await LogOutAsync(_provider.LogoutToken("platform"), tenant: "nosuchtenant")).ShouldBe(404);
    }

    private async Task<Answer> IsRefusedAsync(string what, int status)
    {
        using var browser = new Browser(App.Url);
        var before = await CountEventsAsync();
        var answer = await browser.SignInAsync(Tenant, "");
        answer.Status.ShouldBe(status, $"{what}: {answer.Text}");
        (await CountEventsAsync()).ShouldBe(before, what);
        (await browser.AskAsync("/api/me")).ShouldBe(401);
        return answer;
    }

    private async Task<Answer> LogOutAsync(string token, string provider = "faulty", string? tenant = null) => await Nobody().SendAsync(
        HttpMethod.Post, $"/api/sign-in/{tenant ?? Tenant}/{provider}/logout", new FormUrlEncodedContent(new Dictionary<string, string> { ["logout_token"] = token }));

    private async Task ConfigureAsync(params object[] roles)
    {
        (await Admin.PostAsync("/api/sign-in-providers", new { name = "faulty", issuer = _provider.Issuer, clientId = "platform", admits = "everyone", roles })).ShouldBe(201);
        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = App.Url };
        await Until.HoldsAsync(async () => (await plain.AskAsync($"/api/sign-in/{Tenant}")).Status != 404, 30);
    }

    private static string Text(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Altered(string claims)
    {
        var parts = Signer.Rs256.Token(claims).Split('.');
        return $"{parts[0]}.{Text(claims.Replace("\"ann\"", "\"eve\"", StringComparison.Ordinal))}.{parts[2]}";
    }

    private static string Mac(string claims, string key)
    {
        var signed = $"{Text("""{"alg":"HS256","kid":"rsa-1"}""")}.{Text(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed)))}";
    }
}
