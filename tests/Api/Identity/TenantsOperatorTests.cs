namespace Platform.Api.Tests.Identity;

/// <summary>What is the platform's alone stays closed to a tenant's token, whatever roles its issuer writes into it.</summary>
public sealed class TenantsOperatorTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_tenants_token_with_the_role_operator_is_no_operators()
    {
        var token = App.Issuer.Issue("somebody", Tenant, ["operator", "admin"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
        var somebody = WithToken(token);

        (await somebody.AskAsync("/api/projections")).ShouldBeProblem(403, "forbidden");
        (await somebody.AskAsync("/api/tenants")).ShouldBeProblem(403, "forbidden");
        await RefusedAsync(() => somebody.PostAsync("/api/tenants", new { name = "Phantom" }), 403, "forbidden");
        (await somebody.AskAsync("/api/sites")).ShouldBe(200);
    }

    [Fact]
    public async Task A_collection_asked_for_its_past_says_that_it_has_none()
    {
        (await Admin.AskAsync("/api/sites?asOf=2026-01-01T00:00:00Z")).ShouldBeProblem(422, "invalid", "asOf");
        (await Admin.AskAsync("/api/content?asOf=1")).ShouldBeProblem(422, "invalid", "asOf");
    }
}
