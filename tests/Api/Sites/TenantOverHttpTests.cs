using Platform.Processors;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

public sealed class TenantOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task An_operator_provisions_a_tenant_whose_id_is_random_and_short()
    {
        var answer = (await As("operator").PostAsync("/api/tenants", """{"name":" Acme "}""")).ShouldBe(201);
        answer.Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("sites.tenant-provisioned");
        var tenant = (await As("operator").AskAsync(answer.Header("Location")!)).ShouldBe(200).Json;
        tenant.GetProperty("name").GetString().ShouldBe("Acme");
        tenant.GetProperty("tenantId").GetString()!.ShouldMatch("^[a-z2-7]{12}$");
        tenant.GetProperty("provisionedAt").GetDateTimeOffset().ShouldBe(answer.Receipt.Timestamp);
    }

    [Fact]
    public async Task Tenants_are_listed_in_pages()
    {
        var operators = As("operator");
        long after = 0;
        for (var n = 0; n < 3; n++)
            after = (await operators.PostAsync("/api/tenants", new { name = $"Tenant {n}" })).ShouldBe(201).Receipt.Events[0].Sequence;
        var ids = new List<string>();
        string? next = "";
        while (next is not null)
        {
            var page = (await operators.AskAsync($"/api/tenants?limit=150&after={after}&cursor={next}")).ShouldBe(200);
            ids.AddRange(page.Items.Select(t => t.GetProperty("tenantId").GetString()!));
            next = page.Next;
        }
        ids.Count.ShouldBeGreaterThanOrEqualTo(4);
        ids.ShouldContain(PlatformApp.DemoTenant);
        ids.ShouldBe([.. ids.Order(StringComparer.Ordinal).Distinct()]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"name":"   "}""")]
    public async Task A_tenant_without_a_name_is_422(string? body) => (await As("operator").PostAsync("/api/tenants", body)).ShouldBeProblem(422, "invalid", "name");

    [Fact]
    public async Task An_admin_of_a_tenant_sees_and_starts_no_tenants()
    {
        await RefusedAsync(() => Admin.PostAsync("/api/tenants", """{"name":"Mine"}"""), 403, "forbidden");
        (await Admin.AskAsync("/api/tenants")).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_tenant_that_is_not_there_is_404() => (await As("operator").AskAsync($"/api/tenants/{Guid.CreateVersion7()}")).ShouldBeProblem(404, "not-found");
}
