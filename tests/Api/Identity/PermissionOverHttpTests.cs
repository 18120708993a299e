namespace Platform.Api.Tests.Identity;

public sealed class PermissionOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Theory]
    [InlineData("editor", "/api/content-types", "content-types.edit")]
    [InlineData("editor", "/api/sites", "sites.edit")]
    [InlineData("analyst", "/api/content", "content.edit")]
    [InlineData("auditor", "/api/content", "content.edit")]
    [InlineData("operator", "/api/content", "content.edit")]
    [InlineData("admin", "/api/tenants", "tenants.provision")]
    [InlineData("unheard-of", "/api/content", "content.edit")]
    public async Task A_missing_permission_is_403_and_named(string role, string path, string permission)
    {
        var answer = await RefusedAsync(() => As(role).PostAsync(path, "{}"), 403, "forbidden");
        answer.Json.GetProperty("detail").GetString()!.ShouldContain(permission);
    }

    [Fact]
    public async Task A_missing_permission_is_said_before_the_body_is_read() =>
        await RefusedAsync(() => As("analyst").PostAsync("/api/content", "{"), 403, "forbidden");

    [Fact]
    public async Task A_token_without_roles_may_ask_who_it_is_and_nothing_else()
    {
        var client = WithToken(App.Issuer.Issue("u", Tenant, [], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));
        var me = (await client.AskAsync("/api/me")).ShouldBe(200).Json;
        me.GetProperty("subject").GetString().ShouldBe("u");
        me.GetProperty("tenantId").GetString().ShouldBe(Tenant);
        me.GetProperty("permissions").GetArrayLength().ShouldBe(0);
        (await client.AskAsync("/api/content")).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task Several_roles_add_up()
    {
        var client = WithToken(App.Issuer.Issue("u", Tenant, ["analyst", "editor"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));
        (await client.AskAsync("/api/me")).Json.GetProperty("permissions").EnumerateArray().Select(p => p.GetString())
            .ShouldBe(["analytics.read", "audit.sign", "content.edit", "content.publish", "content.read", "experiments.read", "flags.read", "quotas.read", "recommendations.manage", "recommendations.read", "rules.edit", "rules.read", "sites.read"]);
    }

    [Fact]
    public async Task The_tenant_comes_from_the_token_and_from_no_header()
    {
        var site = await Admin.SiteAsync();
        foreach (var name in new[] { "X-Tenant", "X-Tenant-Id", "Tenant", "X-Forwarded-User" })
            (await Stranger().AskAsync($"/api/sites/{site}", (name, Tenant))).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task The_built_in_roles_are_listed_for_every_tenant_in_pages()
    {
        var names = new List<string>();
        string? next = "";
        while (next is not null)
        {
            var page = (await Admin.AskAsync($"/api/roles?limit=2&cursor={next}")).ShouldBe(200);
            names.AddRange(page.Items.Select(r => r.GetProperty("name").GetString()!));
            next = page.Next;
        }
        names.ShouldBe(["admin", "analyst", "auditor", "editor", "operator", "privacy-officer"]);
    }
}
