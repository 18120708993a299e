using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Domain.Sites;
using Platform.Processors.Sites;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>Two hosts on one database; a tenant of the test's own, which operators give limits.</summary>
public sealed class QuotaOverHttpTests(SharedApp shared) : OverHttp(shared), IAsyncLifetime
{
    private const int Clients = 16;

    private SecondNode? _second;

    public async ValueTask InitializeAsync() => _second = await SecondNode.StartAsync(App);

    public async ValueTask DisposeAsync()
    {
        await _second!.DisposeAsync();
        Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sixteen_clients_at_once_append_as_many_events_as_a_day_has_and_no_more(bool onTwoNodes)
    {
        var (path, tenant) = await ProvisionAsync();
        var admins = Enumerable.Range(0, Clients).Select(n => onTwoNodes && n % 2 == 1 ? There("admin", tenant) : As("admin", tenant)).ToList();
        await LimitAsync(path, tenant, new { eventsPerDay = new { soft = 50, hard = 100 } });

        // Each command is one event.
        var answers = await Task.WhenAll(admins.SelectMany(admin => Enumerable.Range(0, 12).Select(_ => DefineTypeAsync(admin))));

        answers.Count(answer => answer.Status == 201).ShouldBe(100);
        (await CountEventsAsync(tenant) - await CountWarningsAsync(tenant)).ShouldBe(100);
        var refused = answers.Where(answer => answer.Status != 201).ToList();
        refused.Count.ShouldBe(Clients * 12 - 100);
        refused.ForEach(answer => answer.ShouldBeProblem(429, "quota-exceeded"));
        var problem = refused[0].Json;
        problem.GetProperty("quota").GetString().ShouldBe("eventsPerDay");
        problem.GetProperty("limit").GetInt64().ShouldBe(100);
        problem.GetProperty("resetsAt").GetDateTimeOffset().TimeOfDay.ShouldBe(TimeSpan.Zero);
        long.Parse(refused[0].Header("Retry-After")!, null).ShouldBeInRange(1, 86_400);
    }

    [Fact]
    public async Task The_next_day_it_begins_anew()
    {
        var (path, tenant) = await ProvisionAsync();
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 1 } });
        (await DefineTypeAsync(As("admin", tenant))).ShouldBe(201);
        (await DefineTypeAsync(As("admin", tenant))).ShouldBeProblem(429, "quota-exceeded");

        await using var tomorrow = await SecondNode.StartAsync(App, new DayAhead());
        var client = tomorrow.Client(tenant, "test-admin", "admin");
        (await DefineTypeAsync(client)).ShouldBe(201);
        (await DefineTypeAsync(client)).ShouldBeProblem(429, "quota-exceeded");
    }

    private sealed class DayAhead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(1);
    }

    [Fact]
    public async Task A_request_with_more_events_than_are_left_appends_none_and_smaller_ones_go_on()
    {
        var (path, tenant) = await ProvisionAsync();
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 3 } });
        var admin = As("admin", tenant);

        // A site is two events: itself, and its domain.
        (await StartSiteAsync(admin)).ShouldBe(201);
        (await StartSiteAsync(admin)).ShouldBeProblem(429, "quota-exceeded");
        (await CountEventsAsync(tenant)).ShouldBe(2);
        (await DefineTypeAsync(admin)).ShouldBe(201);
        (await DefineTypeAsync(admin)).ShouldBeProblem(429, "quota-exceeded");
    }

    [Fact]
    public async Task What_is_refused_for_another_reason_uses_nothing()
    {
        var (path, tenant) = await ProvisionAsync();
        await LimitAsync(path, tenant, new { sites = new { hard = 1 }, eventsPerDay = new { hard = 4 } });
        var admin = As("admin", tenant);
        // A site is two events: another's would be within the day's four, so it's the database that refuses, after they were taken.
        (await StartSiteAsync(admin)).ShouldBe(201);
        for (var n = 0; n < 5; n++)
            (await StartSiteAsync(admin)).ShouldBeProblem(409, "quota-exceeded");
        (await DefineTypeAsync(admin)).ShouldBe(201);
        (await DefineTypeAsync(admin)).ShouldBe(201);
        (await DefineTypeAsync(admin)).ShouldBeProblem(429, "quota-exceeded");
    }

    [Fact]
    public async Task A_raised_limit_holds_on_every_node_and_other_tenants_are_not_concerned()
    {
        var (path, tenant) = await ProvisionAsync();
        var (here, there) = (As("admin", tenant), There("admin", tenant));
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 1 } });
        (await DefineTypeAsync(here)).ShouldBe(201);
        (await DefineTypeAsync(here)).ShouldBeProblem(429, "quota-exceeded");
        (await DefineTypeAsync(there)).ShouldBeProblem(429, "quota-exceeded");
        (await DefineTypeAsync(Admin)).ShouldBe(201);

        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 3 } });
        (await DefineTypeAsync(there)).ShouldBe(201);
        (await DefineTypeAsync(here)).ShouldBe(201);
        (await DefineTypeAsync(here)).ShouldBeProblem(429, "quota-exceeded");

        await LimitAsync(path, tenant, new { });
        (await DefineTypeAsync(here)).ShouldBe(201);
        (await DefineTypeAsync(there)).ShouldBe(201);
    }

    [Fact]
    public async Task A_limit_that_comes_during_the_day_counts_what_was_appended_before_it()
    {
        var (path, tenant) = await ProvisionAsync();
        var admin = As("admin", tenant);
        for (var n = 0; n < 4; n++)
            (await DefineTypeAsync(admin)).ShouldBe(201);
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 5 } });
        (await DefineTypeAsync(admin)).ShouldBe(201);
        (await DefineTypeAsync(admin)).ShouldBeProblem(429, "quota-exceeded");
    }

    [Fact]
    public async Task A_limit_that_was_removed_and_set_again_counts_what_was_appended_in_between()
    {
        var (path, tenant) = await ProvisionAsync();
        var admin = As("admin", tenant);
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 3 } });
        (await DefineTypeAsync(admin)).ShouldBe(201);
        await LimitAsync(path, tenant, new { });
        for (var n = 0; n < 3; n++)
            (await DefineTypeAsync(admin)).ShouldBe(201);
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 3 } });
        (await DefineTypeAsync(admin)).ShouldBeProblem(429, "quota-exceeded");
    }

    [Fact]
    public async Task What_has_no_events_left_stores_nothing()
    {
        var (path, tenant) = await ProvisionAsync();
        var admin = As("admin", tenant);
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 2 }, storageBytes = new { hard = 20_000 } });
        (await StartSiteAsync(admin, 1_000)).ShouldBe(201);
        for (var n = 0; n < 4; n++)
            (await StartSiteAsync(admin, 9_000)).ShouldBeProblem(429, "quota-exceeded");
    }

    [Fact]
    public async Task What_protects_people_and_the_tenant_is_recorded_even_when_nothing_is_left()
    {
        var (path, tenant) = await ProvisionAsync();
        var admin = As("admin", tenant);
        var client = (await admin.PostAsync("/api/clients", new { name = "Feed" })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 0 } });
        (await DefineTypeAsync(admin)).ShouldBeProblem(429, "quota-exceeded");
        (await admin.PostAsync($"/api/clients/{client}/revoke")).ShouldBe(200);
    }

    [Fact]
    public async Task The_soft_limit_is_told_of_once_in_the_tenant()
    {
        var (path, tenant) = await ProvisionAsync();
        var admin = As("admin", tenant);
        await LimitAsync(path, tenant, new { eventsPerDay = new { soft = 2 } });
        for (var n = 0; n < 2; n++)
            (await DefineTypeAsync(admin)).ShouldBe(201);
        await Until.HoldsAsync(async () => await CountWarningsAsync(tenant) == 1, 30);
        (await DefineTypeAsync(admin)).ShouldBe(201);
        var watch = new SoftLimitWatch(
            App.Store, App.Services.GetRequiredService<Processors.CommandRunner>(), App.Services.GetRequiredService<QuotaModels>(), App.Services.GetRequiredService<TenantUse>(), TimeProvider.System,
            App.Services.GetRequiredService<ILogger<SoftLimitWatch>>());
        await watch.RunOnceAsync(TestContext.Current.CancellationToken);
        (await CountWarningsAsync(tenant)).ShouldBe(1);

        var entry = (await admin.AskAsync("/api/audit?action=sites.quota-soft-limit-reached")).ShouldBe(200).Items.ShouldHaveSingleItem();
        entry.GetProperty("summary").GetString().ShouldBe("Warned that eventsPerDay is at 2, its soft limit being 2.");
    }

    [Fact]
    public async Task A_tenant_sees_its_limits_and_what_it_uses()
    {
        var (path, tenant) = await ProvisionAsync();
        var admin = As("admin", tenant);
        await LimitAsync(path, tenant, new { eventsPerDay = new { hard = 10 }, sites = new { soft = 1, hard = 2 } });
        var site = await StartSiteAsync(admin);

        var answer = (await admin.AskAsync($"/api/quotas?after={site.Receipt.Events[^1].Sequence}")).ShouldBe(200);
        answer.Json.GetProperty("tenantId").GetString().ShouldBe(tenant);
        answer.Header("X-Ledger-Index").ShouldNotBeNull();
        var quotas = answer.Json.GetProperty("quotas").EnumerateArray().ToDictionary(quota => quota.GetProperty("quota").GetString()!);
        quotas.Keys.ShouldBe(Quotas.All);
        quotas["eventsPerDay"].GetProperty("used").GetInt64().ShouldBe(2);
        quotas["eventsPerDay"].GetProperty("hard").GetInt64().ShouldBe(10);
        quotas["eventsPerDay"].GetProperty("soft").ValueKind.ShouldBe(JsonValueKind.Null);
        quotas["eventsPerDay"].GetProperty("resetsAt").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow.Date.AddDays(1), TimeSpan.FromHours(24));
        quotas["sites"].GetProperty("used").GetInt64().ShouldBe(1);
        quotas["sites"].GetProperty("isOwn").GetBoolean().ShouldBeTrue();
        quotas["users"].GetProperty("isOwn").GetBoolean().ShouldBeFalse();
        quotas["storageBytes"].GetProperty("used").GetInt64().ShouldBeGreaterThan(0);
        quotas["requestsPerSecond"].GetProperty("used").ValueKind.ShouldBe(JsonValueKind.Null);

        var seen = (await As("operator").AskAsync(path)).ShouldBe(200);
        seen.Header("ETag").ShouldBe("\"1\"");
        seen.Json.GetProperty("quotas").GetArrayLength().ShouldBe(Quotas.All.Length);
        (await admin.AskAsync("/api/quotas/usage?limit=1")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("counted").GetInt64().ShouldBe(2);
    }

    [Theory]
    [InlineData("sites")]
    [InlineData("users")]
    public async Task Sixteen_clients_at_once_make_as_many_as_there_may_be_and_no_more(string quota)
    {
        var (path, tenant) = await ProvisionAsync();
        var admins = Enumerable.Range(0, Clients).Select(n => n % 2 == 1 ? There("admin", tenant) : As("admin", tenant)).ToList();
        (await MakeAsync(admins[0])).ShouldBe(201);
        await LimitAsync(path, tenant, quota == "sites" ? new { sites = new { hard = 5 } } : new { users = new { hard = 5 } });

        var answers = await Task.WhenAll(admins.Select(MakeAsync));

        answers.Count(answer => answer.Status == 201).ShouldBe(4);
        var refused = answers.First(answer => answer.Status != 201);
        refused.ShouldBeProblem(409, "quota-exceeded");
        refused.Json.GetProperty("quota").GetString().ShouldBe(quota);
        refused.Json.GetProperty("used").GetInt64().ShouldBe(5);
        refused.Json.TryGetProperty("resetsAt", out _).ShouldBeFalse();
        refused.Header("Retry-After").ShouldBeNull();

        Task<Answer> MakeAsync(HttpClient admin) => quota == "sites" ? StartSiteAsync(admin) : admin.PostAsync("/api/users", new { name = "Ann", subject = $"ann-{Guid.NewGuid():n}" });
    }

    [Fact]
    public async Task More_than_may_be_stored_is_refused()
    {
        var (path, tenant) = await ProvisionAsync();
        await LimitAsync(path, tenant, new { storageBytes = new { hard = 20_000 } });
        var admin = As("admin", tenant);
        (await StartSiteAsync(admin, 10_000)).ShouldBe(201);
        var refused = await StartSiteAsync(admin, 15_000);
        refused.ShouldBeProblem(409, "quota-exceeded");
        refused.Json.GetProperty("quota").GetString().ShouldBe("storageBytes");
        (await StartSiteAsync(admin, 1_000)).ShouldBe(201);
    }

    [Fact]
    public async Task An_archived_site_makes_room_and_is_restored_only_where_there_is_some()
    {
        var (path, tenant) = await ProvisionAsync();
        var admin = As("admin", tenant);
        await LimitAsync(path, tenant, new { sites = new { hard = 1 } });
        var site = (await StartSiteAsync(admin)).ShouldBe(201).Receipt.StreamId;
        (await StartSiteAsync(admin)).ShouldBeProblem(409, "quota-exceeded");
        (await admin.PostAsync("/api/sites/set-up", """{"name":"Two","domain":"two.example"}""")).ShouldBeProblem(409, "quota-exceeded");
        (await admin.PostAsync($"/api/sites/{site}/archive")).ShouldBe(200);
        var other = (await StartSiteAsync(admin)).ShouldBe(201).Receipt.StreamId;
        (await admin.PostAsync($"/api/sites/{site}/restore")).ShouldBeProblem(409, "quota-exceeded");
        (await admin.PostAsync($"/api/sites/{other}/archive")).ShouldBe(200);
        (await admin.PostAsync($"/api/sites/{site}/restore")).ShouldBe(200);
    }

    [Theory]
    [InlineData("""{"sites":{"hard":-1}}""", "sites.hard")]
    [InlineData("""{"sites":{"soft":-1}}""", "sites.soft")]
    [InlineData("""{"eventsPerDay":{"hard":1000000000000001}}""", "eventsPerDay.hard")]
    [InlineData("""{"eventsPerDay":{"hard":1e300}}""", "eventsPerDay.hard")]
    [InlineData("""{"eventsPerDay":{"hard":99999999999999999999999999}}""", "eventsPerDay.hard")]
    [InlineData("""{"eventsPerDay":{"hard":1.5}}""", "eventsPerDay.hard")]
    [InlineData("""{"eventsPerDay":{"hard":"many"}}""", "eventsPerDay.hard")]
    [InlineData("""{"eventsPerDay":{"soft":2,"hard":1}}""", "eventsPerDay.soft")]
    [InlineData("""{"eventsPerDay":7}""", "eventsPerDay")]
    [InlineData("""{"requestsPerSecond":{"hard":0}}""", "requestsPerSecond.hard")]
    [InlineData("""{"requestsPerSecond":{"soft":1}}""", "requestsPerSecond.soft")]
    [InlineData("""{"wishes":{"hard":1}}""", "wishes")]
    [InlineData("""{"sites":{"firm":1}}""", "sites.firm")]
    public async Task What_makes_no_limit_is_422_and_named(string body, string field)
    {
        var (path, _) = await ProvisionAsync();
        (await As("operator").PutAsync(path, body)).ShouldBeProblem(422, "invalid", field);
        (await As("operator").AskAsync(path)).ShouldBe(200).Header("ETag").ShouldBe("\"0\"");
    }

    [Fact]
    public async Task Limits_are_set_by_operators_once_a_version_and_audited()
    {
        var (path, tenant) = await ProvisionAsync();
        (await As("admin", tenant).PutAsync(path, "{}")).ShouldBeProblem(403, "forbidden");
        (await As("operator").PutAsync($"/api/tenants/{Guid.CreateVersion7()}/quotas", "{}")).ShouldBeProblem(404, "not-found");
        (await As("operator").AskAsync($"/api/tenants/{Guid.CreateVersion7()}/quotas")).ShouldBeProblem(404, "not-found");
        var changed = await LimitAsync(path, tenant, new { sites = new { hard = 3 } });
        (await As("operator").PutAsync(path, new { sites = new { hard = 3 } })).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await As("operator").PutAsync(path, new { sites = new { hard = 4 } }, ("If-Match", "\"1\""))).ShouldBe(200);
        (await As("operator").PutAsync(path, new { sites = new { hard = 5 } }, ("If-Match", "\"1\""))).ShouldBeProblem(412, "stale-version");
        var entry = (await As("operator").AskAsync($"/api/audit?object={changed.Receipt.StreamId}&after={changed.Receipt.Events[0].Sequence}")).ShouldBe(200).Items[^1];
        entry.GetProperty("summary").GetString().ShouldBe($"Changed the quotas of tenant {tenant}: sites.");
    }

    private async Task<(string Path, string Tenant)> ProvisionAsync()
    {
        var location = (await As("operator").PostAsync("/api/tenants", """{"name":"Limited"}""")).ShouldBe(201).Header("Location")!;
        return ($"{location}/quotas", (await As("operator").AskAsync(location)).ShouldBe(200).Json.GetProperty("tenantId").GetString()!);
    }

    // Sets limits, and waits until both nodes have them.
    private async Task<Answer> LimitAsync(string path, string tenant, object limits)
    {
        var answer = (await As("operator").PutAsync(path, limits)).ShouldBe(200);
        foreach (var node in new[] { App.Services, _second!.Services })
            await Until.HoldsAsync(async () => (await node.GetRequiredService<QuotaModels>().StateOfAsync(tenant, TestContext.Current.CancellationToken)).Version == answer.Receipt.Version, 30);
        return answer;
    }

    private HttpClient There(string role, string tenant) => _second!.Client(tenant, $"test-{role}", role);

    private static Task<Answer> DefineTypeAsync(HttpClient admin) => admin.PostAsync("/api/content-types", Type());

    private static object Type() => new { name = $"type-{Guid.NewGuid():n}"[..30], fields = new[] { new { name = "title", type = "text" } } };

    private static Task<Answer> StartSiteAsync(HttpClient admin, int length = 0) =>
        admin.PostAsync("/api/sites", new { name = "Journal", domain = $"{Guid.NewGuid():n}.example", settings = new { note = new string('x', length) } });

    private async Task<long> CountWarningsAsync(string tenant)
    {
        await using var command = Owner.CreateCommand("select count(*) from public.mt_events where tenant_id = $1 and type = 'sites.quota-soft-limit-reached'");
        command.Parameters.Add(new() { Value = tenant });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
