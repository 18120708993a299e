namespace Platform.Api.Tests.Identity;

/// <summary>Who may give whom what, and what takes four eyes.</summary>
public sealed class GrantTests(SharedApp shared) : PeopleOverHttp(shared)
{
    [Fact]
    public async Task A_dangerous_role_takes_effect_once_somebody_else_approved_it()
    {
        var user = await RegisterAsync("ann");
        var grant = await GrantAsync(user, "admin");
        var ann = SignIn("ann");
        (await Admin.AskAsync($"/api/grants/{grant}")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe("requested");
        await RefusedAsync(() => Admin.PostAsync($"/api/grants/{grant}/approve"), 403, "forbidden");
        await ReasonsAsync(ann, "users.read", "awaits-approval");
        (await ann.AskAsync("/api/users")).ShouldBeProblem(403, "forbidden");
        var second = SignIn("second-admin", "admin");
        (await second.PostAsync($"/api/grants/{grant}/approve")).ShouldBe(200).Receipt.Events.Single().Type.ShouldBe("identity.grant-approved");
        await UntilAsync(() => ann.AskAsync("/api/users"), 200);
        (await second.PostAsync($"/api/grants/{grant}/approve")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await second.PostAsync($"/api/grants/{grant}/refuse")).ShouldBeProblem(409, "conflict");
    }

    [Fact]
    public async Task A_refused_grant_never_takes_effect()
    {
        var user = await RegisterAsync("ann");
        var grant = await GrantAsync(user, "admin");
        var (ann, second) = (SignIn("ann"), SignIn("second-admin", "admin"));
        await ReasonsAsync(ann, "users.read", "awaits-approval");
        (await second.PostAsync($"/api/grants/{grant}/refuse")).ShouldBe(200);
        await RefusedAsync(() => second.PostAsync($"/api/grants/{grant}/approve"), 409, "conflict");
        await ReasonsAsync(ann, "users.read");
        (await ann.AskAsync("/api/users")).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task What_a_role_gets_later_takes_four_eyes_as_well()
    {
        (await Admin.PostAsync("/api/roles", new { name = "helper", permissions = new[] { "content.read" } })).ShouldBe(201);
        var user = await RegisterAsync("ann");
        var grant = await GrantAsync(user, "helper");
        var ann = SignIn("ann");
        await UntilAsync(() => ann.AskAsync("/api/content"), 200);
        (await Admin.PutAsync("/api/roles/helper", new { permissions = new[] { "content.read", "sites.read", "privacy.read" } })).ShouldBe(200);
        await UntilAsync(() => ann.AskAsync("/api/sites"), 200);
        (await ann.AskAsync("/api/privacy/subjects")).ShouldBeProblem(403, "forbidden");
        (await ann.AskAsync("/api/me/explain?permission=privacy.read")).Json.GetProperty("reasons")[0].GetProperty("effect").GetString().ShouldBe("awaits-approval");
        (await SignIn("second-admin", "admin").PostAsync($"/api/grants/{grant}/approve")).ShouldBe(200);
        await UntilAsync(() => ann.AskAsync("/api/privacy/subjects"), 200);
    }

    [Fact]
    public async Task Nobody_gives_what_they_do_not_have_there_nor_to_themselves()
    {
        var site = await Admin.SiteAsync();
        var below = await Admin.SiteAsync("below.example.org", site);
        var elsewhere = await Admin.SiteAsync("elsewhere.example.org");
        (await Admin.PostAsync("/api/roles", new { name = "granter", permissions = new[] { "grants.manage", "content.read", "sites.read" } })).ShouldBe(201);
        (await Admin.PostAsync("/api/roles", new { name = "reader", permissions = new[] { "content.read" } })).ShouldBe(201);
        var (ann, bea) = (await RegisterAsync("ann"), await RegisterAsync("bea"));
        var grant = await GrantAsync(ann, "granter", site);
        (await SignIn("second-admin", "admin").PostAsync($"/api/grants/{grant}/approve")).ShouldBe(200);
        var client = SignIn("ann");
        await UntilAsync(() => client.AskAsync($"/api/sites/{below}"), 200);
        (await client.PostAsync("/api/grants", new { userId = bea, role = "reader", siteId = below })).ShouldBe(201);
        await RefusedAsync(() => client.PostAsync("/api/grants", new { userId = bea, role = "reader", siteId = elsewhere }), 403, "forbidden");
        await RefusedAsync(() => client.PostAsync("/api/grants", new { userId = bea, role = "reader" }), 403, "forbidden");
        await RefusedAsync(() => client.PostAsync("/api/grants", new { userId = bea, role = "editor", siteId = below }), 403, "forbidden");
        await RefusedAsync(() => client.PostAsync("/api/grants", new { userId = ann, role = "reader", siteId = below }), 403, "forbidden");
        // What is denied to the giver further down isn't given away further up.
        var denial = await DenyAsync(ann, "content.read", below);
        await UntilAsync(() => client.PostAsync("/api/grants", new { userId = bea, role = "reader", siteId = site }), 403);
        await RefusedAsync(() => client.PostAsync($"/api/denials/{denial}/lift"), 403, "forbidden");
    }

    [Fact]
    public async Task An_explanation_has_all_that_its_index_says()
    {
        var user = await RegisterAsync("ann");
        var ann = SignIn("ann");
        await ReasonsAsync(ann, "content.edit");
        for (var n = 1; n <= 5; n++)
        {
            await GrantAsync(user, "editor");
            await ReasonsAsync(ann, "content.edit", [.. Enumerable.Repeat("grants", n)]);
            (await Admin.AskAsync($"/api/identity/explain?user={user}&permission=content.edit")).ShouldBe(200).Json.GetProperty("reasons").GetArrayLength().ShouldBe(n);
        }
    }

    [Fact]
    public async Task On_a_site_that_was_just_made_roles_are_given_and_denials_lifted_by_who_has_them_above_it()
    {
        var site = await Admin.SiteAsync();
        (await Admin.PostAsync("/api/roles", new { name = "granter", permissions = new[] { "grants.manage", "content.read", "sites.read" } })).ShouldBe(201);
        (await Admin.PostAsync("/api/roles", new { name = "reader", permissions = new[] { "content.read" } })).ShouldBe(201);
        var (ann, bea) = (await RegisterAsync("ann"), await RegisterAsync("bea"));
        (await SignIn("second-admin", "admin").PostAsync($"/api/grants/{await GrantAsync(ann, "granter", site)}/approve")).ShouldBe(200);
        var client = SignIn("ann");
        await UntilAsync(() => client.AskAsync($"/api/sites/{site}"), 200);
        for (var n = 0; n < 10; n++)
        {
            var below = await Admin.SiteAsync($"below{n}.example.org", site);
            (await client.PostAsync("/api/grants", new { userId = bea, role = "reader", siteId = below })).ShouldBe(201);
            var denial = await DenyAsync(bea, "content.read", await Admin.SiteAsync($"denied{n}.example.org", site));
            (await client.PostAsync($"/api/denials/{denial}/lift")).ShouldBe(200);
        }
    }

    [Fact]
    public async Task Who_manages_grants_on_one_site_takes_nothing_from_those_of_the_whole_tenant_by_a_denial_there()
    {
        var site = await Admin.SiteAsync();
        (await Admin.PostAsync("/api/roles", new { name = "granter", permissions = new[] { "grants.manage", "sites.read" } })).ShouldBe(201);
        var (ann, bea) = (await RegisterAsync("ann"), await RegisterAsync("bea"));
        var grant = await GrantAsync(ann, "granter", site);
        await GrantAsync(bea, "editor");
        (await SignIn("second-admin", "admin").PostAsync($"/api/grants/{grant}/approve")).ShouldBe(200);
        var client = SignIn("ann");
        await UntilAsync(() => client.AskAsync($"/api/sites/{site}"), 200);
        await RefusedAsync(() => client.PostAsync("/api/denials", new { userId = bea, permission = "content.edit", siteId = site }), 403, "forbidden");
        (await Admin.AskAsync($"/api/denials?grantee={bea}")).ShouldBe(200).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"role":"editor"}""", "userId")]
    [InlineData("""{"userId":"USER","clientId":"USER","role":"editor"}""", "userId")]
    [InlineData("""{"userId":"019a0000-0000-7000-8000-000000000000","role":"editor"}""", "userId")]
    [InlineData("""{"clientId":"USER","role":"editor"}""", "clientId")]
    [InlineData("""{"userId":"USER"}""", "role")]
    [InlineData("""{"userId":"USER","role":"emperor"}""", "role")]
    [InlineData("""{"userId":"USER","role":"editor","siteId":"019a0000-0000-7000-8000-000000000000"}""", "siteId")]
    [InlineData("""{"userId":"USER","role":"editor","expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"userId":"USER","role":"editor","notBefore":"2040-01-02T00:00:00Z","expiresAt":"2040-01-01T00:00:00Z"}""", "expiresAt")]
    public async Task What_can_be_no_grant_is_refused_at_its_place(string body, string field)
    {
        var user = await RegisterAsync("ann");
        await RefusedAsync(() => Admin.PostAsync("/api/grants", body.Replace("USER", user.ToString())), 422, "invalid", field);
    }

    [Fact]
    public async Task Grants_and_denials_of_another_tenant_are_not_there()
    {
        var user = await RegisterAsync("ann");
        var (grant, denial) = (await GrantAsync(user, "editor"), await DenyAsync(user, "content.edit"));
        foreach (var path in new[] { $"/api/grants/{grant}", $"/api/denials/{denial}", $"/api/users/{user}" })
            (await Stranger().AskAsync(path)).ShouldBeProblem(404, "not-found");
        foreach (var path in new[] { $"/api/grants/{grant}/approve", $"/api/grants/{grant}/refuse", $"/api/grants/{grant}/revoke", $"/api/denials/{denial}/lift", $"/api/users/{user}/suspend", $"/api/users/{user}/resume" })
            (await Stranger().PostAsync(path)).ShouldBeProblem(404, "not-found");
        (await Stranger().PostAsync("/api/grants", new { userId = user, role = "editor" })).ShouldBeProblem(422, "invalid", "userId");
    }

    // An explanation is of all that was accepted before, and the node decides by that from then on.
    private static async Task ReasonsAsync(HttpClient client, string permission, params string[] effects) =>
        (await client.AskAsync($"/api/me/explain?permission={permission}")).ShouldBe(200).Json.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("effect").GetString()).ShouldBe(effects);
}
