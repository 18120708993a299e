using Platform.Domain.Identity;

namespace Platform.Api.Tests.Identity;

/// <summary>Sign-in with a certified provider, over real HTTP on both sides.</summary>
public sealed class SignInTests(SharedApp shared) : PeopleOverHttp(shared), IAsyncLifetime
{
    private CertifiedProvider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await CertifiedProvider.StartAsync(App.Url, Tenant);

    public ValueTask DisposeAsync() => _provider is null ? ValueTask.CompletedTask : _provider.DisposeAsync();

    [Fact]
    public async Task Whom_the_provider_admits_is_a_user_with_a_session_and_the_roles_of_their_claims()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        var answer = (await browser.SignInAsync(Tenant, "editor-ann", "?return=/api/me")).ShouldBe(302);
        answer.Message.Headers.Location!.ToString().ShouldBe("/api/me");
        answer.Header("Cache-Control").ShouldBe("no-store");

        var me = (await browser.AskAsync("/api/me")).ShouldBe(200).Json;
        me.GetProperty("subject").GetString().ShouldBe("oidc:corp|editor-ann");
        me.GetProperty("tenantId").GetString().ShouldBe(Tenant);
        me.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["editor"]);
        me.GetProperty("userId").GetString().ShouldNotBeNull();
        (await browser.AskAsync("/api/content")).ShouldBe(200);
        (await browser.AskAsync("/api/users")).ShouldBe(403);

        await Until.HoldsAsync(async () => (await Admin.PostAsync("/api/users/find", new { email = "editor-ann@example.org" })).Items.Count == 1, 30);
        var user = (await Admin.AskAsync("/api/users?subject=oidc%3Acorp%7Ceditor-ann")).ShouldBe(200).Items.ShouldHaveSingleItem();
        user.GetProperty("name").GetString().ShouldBe("Name of editor-ann");
        user.GetProperty("email").GetString().ShouldBe("editor-ann@example.org");
        var session = (await Admin.AskAsync("/api/sessions")).ShouldBe(200).Items.ShouldHaveSingleItem();
        session.GetProperty("subject").GetString().ShouldBe("oidc:corp|editor-ann");
        var entry = (await Admin.AskAsync("/api/audit?action=identity.session-opened")).ShouldBe(200).Items.ShouldHaveSingleItem();
        entry.GetProperty("actor").GetString().ShouldBe("oidc:corp|editor-ann");
    }

    [Fact]
    public async Task Whoever_is_signed_in_at_the_provider_is_asked_nothing_again_and_stays_the_same_user()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        var first = (await browser.AskAsync("/api/me")).Json.GetProperty("userId").GetString();
        (await browser.SignInAsync(Tenant, "nobody-is-asked")).ShouldBe(302);
        var me = (await browser.AskAsync("/api/me")).Json;
        (me.GetProperty("subject").GetString(), me.GetProperty("userId").GetString()).ShouldBe(("oidc:corp|ann", first));
    }

    [Fact]
    public async Task A_public_client_signs_in_by_PKCE_alone()
    {
        await ConfigureAsync(clientId: "public", secret: "");
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        (await browser.AskAsync("/api/me")).ShouldBe(200);
    }

    [Fact]
    public async Task A_wrong_secret_signs_nobody_in()
    {
        await ConfigureAsync(secret: "another");
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task The_provider_rotates_its_keys_and_people_go_on_signing_in()
    {
        await ConfigureAsync();
        using (var before = new Browser(App.Url))
            (await before.SignInAsync(Tenant, "ann")).ShouldBe(302);
        await _provider.RotateAsync();
        // Keys are asked for again at most every ten seconds.
        await Until.HoldsAsync(async () =>
        {
            using var after = new Browser(App.Url);
            return (await after.SignInAsync(Tenant, "ann")).Status == 302;
        }, 30);
    }

    [Fact]
    public async Task Who_isnt_known_is_refused_where_the_provider_admits_the_known_alone()
    {
        await ConfigureAsync(SignInAdmits.Known);
        using var browser = new Browser(App.Url);
        await RefusedAsync(() => browser.SignInAsync(Tenant, "ann"), 403, "forbidden");
        await RegisterAsync("oidc:corp|ann");
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
    }

    [Fact]
    public async Task An_invitation_is_accepted_by_the_address_that_the_provider_verified_and_by_no_other()
    {
        await ConfigureAsync(SignInAdmits.Invited);
        var invited = (await Admin.PostAsync("/api/users", new { name = "Ann", email = "Ann@example.org" })).ShouldBe(201).Receipt.StreamId;
        (await Admin.PostAsync("/api/users", new { name = "Eve", email = "unverified-eve@example.org" })).ShouldBe(201);
        await GrantAsync(invited, "editor");
        await Until.HoldsAsync(async () => (await Admin.PostAsync("/api/users/find", new { email = "ann@example.org" })).Items.Count == 1, 30);

        using (var stranger = new Browser(App.Url))
            await RefusedAsync(() => stranger.SignInAsync(Tenant, "bob"), 403, "forbidden");
        using (var eve = new Browser(App.Url))
            await RefusedAsync(() => eve.SignInAsync(Tenant, "unverified-eve"), 403, "forbidden");
        using var ann = new Browser(App.Url);
        (await ann.SignInAsync(Tenant, "ann")).ShouldBe(302);
        (await ann.AskAsync("/api/me")).Json.GetProperty("userId").GetGuid().ShouldBe(invited);
        (await ann.AskAsync("/api/content")).ShouldBe(200);
    }

    [Fact]
    public async Task Of_two_users_with_the_address_that_was_verified_neither_is_meant_also_if_one_signed_in_before()
    {
        await ConfigureAsync(SignInAdmits.Invited);
        await RegisterAsync("ann");
        (await Admin.PostAsync("/api/users", new { name = "Ann", email = "ann@example.org" })).ShouldBe(201);
        await Until.HoldsAsync(async () => (await Admin.PostAsync("/api/users/find", new { email = "ann@example.org" })).Items.Count == 2, 30);
        using var browser = new Browser(App.Url);
        await RefusedAsync(() => browser.SignInAsync(Tenant, "ann"), 403, "forbidden");
    }

    [Fact]
    public async Task A_token_of_the_installations_issuer_cant_say_that_it_is_somebody_of_a_provider()
    {
        var token = App.Issuer.Issue("oidc:corp|ann", Tenant, ["admin"], TimeSpan.FromMinutes(5), DateTimeOffset.UtcNow);
        (await WithToken(token).AskAsync("/api/me")).ShouldBeProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task An_answer_that_was_used_signs_nobody_in_again()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        await RefusedAsync(() => browser.AskAsync(browser.Callback!.PathAndQuery), 400, "malformed", "state");
        using var other = new Browser(App.Url);
        await RefusedAsync(() => other.AskAsync(browser.Callback!.PathAndQuery), 400, "malformed", "state");
    }

    [Fact]
    public async Task A_code_that_was_used_signs_nobody_in_also_with_the_cookie_it_came_with()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        string? kept = null;
        browser.OnCallback = () => kept = browser.Cookies.GetCookieHeader(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        using var thief = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = App.Url };
        await RefusedAsync(() => thief.AskAsync(browser.Callback!.PathAndQuery, ("Cookie", kept!)), 403, "forbidden");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_wherever_its_cookie_is()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        var cookie = browser.Cookies.GetCookieHeader(App.Url);
        var there = (await browser.PostAsync("/api/me/sign-out", null, Own)).ShouldBe(200).Json.GetProperty("providerUrl").GetString()!;
        (await browser.AskAsync("/api/me")).ShouldBe(401);
        var page = (await browser.AskAsync(there)).ShouldBe(200);
        (await browser.SubmitAsync(page, new() { ["logout"] = "yes" })).ShouldBe(303);
        (await browser.SignInAsync(Tenant, "bob")).ShouldBe(302);
        (await browser.AskAsync("/api/me")).Json.GetProperty("subject").GetString().ShouldBe("oidc:corp|bob");
        using var copy = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = App.Url };
        await Until.AnsweredAsync(() => copy.AskAsync("/api/me", ("Cookie", cookie)), 401);
        (await Admin.PostAsync("/api/me/sign-out")).ShouldBe(404);
    }

    [Fact]
    public async Task An_administrator_ends_a_session()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        await Until.HoldsAsync(async () => (await Admin.AskAsync("/api/sessions")).Items.Count == 1, 30);
        var id = (await Admin.AskAsync("/api/sessions")).Items[0].GetProperty("id").GetString();
        (await Stranger().PostAsync($"/api/sessions/{id}/end")).ShouldBe(404);
        (await browser.AskAsync("/api/me")).ShouldBe(200);
        (await Admin.PostAsync($"/api/sessions/{id}/end")).ShouldBe(200);
        await Until.AnsweredAsync(() => browser.AskAsync("/api/me"), 401);
    }

    [Fact]
    public async Task The_provider_ends_a_session_by_its_back_channel()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        var page = (await browser.AskAsync($"{_provider.Issuer}/session/end")).ShouldBe(200);
        (await browser.SubmitAsync(page, new() { ["logout"] = "yes" })).ShouldBe(303);
        await Until.AnsweredAsync(() => browser.AskAsync("/api/me"), 401);
        var entry = (await Admin.AskAsync("/api/audit?action=identity.session-ended")).ShouldBe(200).Items.ShouldHaveSingleItem();
        entry.GetProperty("actor").GetString().ShouldBe("provider:corp");
    }

    [Fact]
    public async Task Removing_the_provider_ends_its_sessions_also_once_its_configured_again()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        (await browser.AskAsync("/api/me")).ShouldBe(200);
        (await Admin.PostAsync("/api/sign-in-providers/corp/remove")).ShouldBe(200);
        await Until.AnsweredAsync(() => browser.AskAsync("/api/me"), 401);
        (await browser.AskAsync($"/api/sign-in/{Tenant}")).ShouldBe(404);
        await ConfigureAsync();
        (await browser.AskAsync("/api/me")).ShouldBe(401);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        (await browser.AskAsync("/api/me")).ShouldBe(200);
    }

    [Fact]
    public async Task Whoever_is_suspended_may_nothing_by_a_session_and_doesnt_get_another()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        var user = (await browser.AskAsync("/api/me")).Json.GetProperty("userId").GetString();
        (await Admin.PostAsync($"/api/users/{user}/suspend")).ShouldBe(200);
        await Until.AnsweredAsync(() => browser.AskAsync("/api/me"), 403);
        await RefusedAsync(() => browser.SignInAsync(Tenant, "ann"), 403, "forbidden");
    }

    [Fact]
    public async Task Another_sites_page_changes_nothing_by_a_session()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "editor-ann")).ShouldBe(302);
        foreach (var headers in new (string, string)[][] { [], [("Origin", "https://evil.example")], [("Origin", "null")], [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Sec-Fetch-Site", "cross-site"), Own] })
            await RefusedAsync(() => browser.PostAsync("/api/me/sign-out", null, headers), 401, "unauthenticated");
        (await browser.PostAsync("/api/me/sign-out", null, ("Sec-Fetch-Site", "same-origin"), Own)).ShouldBe(200);
    }

    [Fact]
    public async Task A_cookie_that_was_changed_is_no_session_and_a_token_beside_it_counts()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        var cookie = browser.Cookies.GetCookieHeader(App.Url).Split("; ").Single(each => each.StartsWith("platform-session=", StringComparison.Ordinal));
        using var plain = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = App.Url };
        (await plain.AskAsync("/api/me", ("Cookie", cookie))).ShouldBe(200);
        for (var n = "platform-session=".Length; n < cookie.Length; n += 17)
            (await plain.AskAsync("/api/me", ("Cookie", $"{cookie[..n]}{(cookie[n] == 'A' ? 'B' : 'A')}{cookie[(n + 1)..]}"))).ShouldBe(401);
        var token = App.Issuer.Issue("chief", Tenant, ["admin"], TimeSpan.FromMinutes(5), DateTimeOffset.UtcNow);
        (await plain.AskAsync("/api/me", ("Cookie", cookie), ("Authorization", $"Bearer {token}"))).Json.GetProperty("subject").GetString().ShouldBe("chief");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("evil")]
    [InlineData("/a\u00e9")]
    public async Task A_sign_in_leads_to_no_other_host(string target)
    {
        await ConfigureAsync();
        (await Nobody().AskAsync($"/api/sign-in/{Tenant}?return={Uri.EscapeDataString(target)}")).ShouldBeProblem(422, "invalid", "return");
    }

    [Fact]
    public async Task Of_two_providers_one_is_named()
    {
        await ConfigureAsync();
        await ConfigureAsync(name: "partner");
        (await Nobody().AskAsync($"/api/sign-in/{Tenant}")).ShouldBeProblem(422, "invalid", "provider");
        (await Nobody().AskAsync($"/api/sign-in/{Tenant}?provider=nobody")).ShouldBeProblem(404, "not-found");
        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann", "?provider=partner")).ShouldBe(302);
        (await browser.AskAsync("/api/me")).Json.GetProperty("subject").GetString().ShouldBe("oidc:partner|ann");
    }

    [Fact]
    public async Task A_secret_is_told_to_nobody_and_stands_sealed_in_the_ledger()
    {
        await ConfigureAsync();
        (await Admin.AskAsync("/api/sign-in-providers/corp")).ShouldBe(200).Text.ShouldNotContain("a secret");
        (await Admin.AskAsync("/api/sign-in-providers")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("hasSecret").GetBoolean().ShouldBeTrue();
        (await Stranger().AskAsync("/api/sign-in-providers/corp")).ShouldBe(404);
        await using var count = Owner.CreateCommand($"select count(*) from public.mt_events where tenant_id = '{Tenant}' and data::text like '%a secret%'");
        (await count.ExecuteScalarAsync()).ShouldBe(0L);
    }

    private (string, string) Own => ("Origin", App.Url.GetLeftPart(UriPartial.Authority));

    private async Task ConfigureAsync(string admits = SignInAdmits.Everyone, string name = "corp", string clientId = "platform", string secret = "a secret + more")
    {
        (await Admin.PostAsync("/api/sign-in-providers", new
        {
            name,
            issuer = _provider.Issuer,
            clientId,
            clientSecret = secret,
            admits,
            roles = new[] { new { claim = "groups", value = "editors", role = "editor" } },
        })).ShouldBe(201);
        await Until.HoldsAsync(async () => (await Nobody().AskAsync($"/api/sign-in/{Tenant}?provider={name}")).Status != 404, 30);
    }
}
