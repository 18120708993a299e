using System.Diagnostics;
using Platform.Api.Sites;
using Platform.Domain.Sites;

namespace Platform.Api.Tests.Sites;

/// <summary>A tenant that is none, is suspended or closed is let in nowhere; what its people have a right to goes on. A second host only answers requests.</summary>
public sealed class TenantLifecycleTests(SharedApp shared) : OverHttp(shared), IAsyncLifetime
{
    private SecondNode? _second;
    private HttpClient? _there;

    private HttpClient Operator => field ??= As("operator");
    private string Path => $"/api/tenants/{Domain.Sites.Tenant.IdOf(Tenant)}";

    public async ValueTask InitializeAsync()
    {
        _second = await SecondNode.StartAsync(App);
        _there = _second.Client(Tenant, "test-admin", "admin");
    }

    public async ValueTask DisposeAsync()
    {
        await _second!.DisposeAsync();
        Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_tenant_that_was_never_provisioned_is_let_in_nowhere_and_gets_no_event()
    {
        var unknown = TenantEndpoints.NewId();
        using var stranger = new HttpClient { BaseAddress = App.Url, DefaultRequestHeaders = { Authorization = new("Bearer", Token("admin", unknown)) } };
        foreach (var path in new[] { "/api/sites", "/api/me", "/api/audit", "/api/privacy/subjects" })
            (await stranger.AskAsync(path)).ShouldBeProblem(403, "tenant-unknown");
        (await stranger.PostAsync("/api/sites", new { name = "A", domain = "a.example.org" })).ShouldBeProblem(403, "tenant-unknown");
        (await CountEventsAsync(unknown)).ShouldBe(0);
    }

    [Fact]
    public async Task A_tenant_is_let_in_as_soon_as_it_is_provisioned()
    {
        var answer = (await Operator.PostAsync("/api/tenants", new { name = "Fresh" })).ShouldBe(201);
        var id = (await Operator.AskAsync(answer.Header("Location")!)).Json.GetProperty("tenantId").GetString()!;
        using var admin = new HttpClient { BaseAddress = App.Url, DefaultRequestHeaders = { Authorization = new("Bearer", Token("admin", id)) } };
        (await admin.AskAsync("/api/sites")).ShouldBe(200).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_suspended_is_refused_on_every_node_and_let_in_when_it_is_resumed()
    {
        await Admin.SiteAsync();
        await Until.AnsweredAsync(() => _there!.AskAsync("/api/sites"), 200);

        (await Operator.PostAsync($"{Path}/suspend", new { reason = "Unpaid" })).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("sites.tenant-suspended");
        var since = Stopwatch.StartNew();
        (await Until.AnsweredAsync(() => _there!.AskAsync("/api/sites"), 403)).ShouldBeProblem(403, "tenant-suspended");
        TestContext.Current.TestOutputHelper?.WriteLine($"Refused on the other node {since.ElapsedMilliseconds} ms after the suspension was answered.");
        (await Until.AnsweredAsync(() => Admin.AskAsync("/api/sites"), 403)).ShouldBeProblem(403, "tenant-suspended");
        (await Admin.AskAsync("/api/me")).ShouldBeProblem(403, "tenant-suspended");
        await RefusedAsync(() => Admin.PostAsync("/api/sites", new { name = "B", domain = "b.example.org" }), 403, "tenant-suspended");

        (await Operator.PostAsync($"{Path}/resume")).ShouldBe(200);
        await Until.AnsweredAsync(() => Admin.AskAsync("/api/sites"), 200);
        await Until.AnsweredAsync(() => _there!.AskAsync("/api/sites"), 200);
    }

    [Theory]
    [InlineData("suspend", "tenant-suspended")]
    [InlineData("close", "tenant-closed")]
    public async Task Rights_of_people_and_the_audit_go_on(string verb, string kind)
    {
        var person = (await Admin.PostAsync("/api/privacy/subjects", new { name = "Ann", email = "ann@example.org" })).ShouldBe(201).Receipt.StreamId;
        (await Admin.PutAsync("/api/ledger/settings", new { publicVerification = true })).ShouldBe(200);
        (await Operator.PostAsync($"{Path}/{verb}", new { reason = "It ends" })).ShouldBe(200);
        await Until.AnsweredAsync(() => Admin.AskAsync("/api/content"), 403);

        var officer = As("privacy-officer");
        (await officer.AskAsync($"/api/privacy/subjects/{person}/export")).ShouldBe(200).Text.ShouldContain("ann@example.org");
        (await officer.PostAsync($"/api/privacy/subjects/{person}/erase", new { reason = "They asked" })).ShouldBe(200);
        var auditor = As("auditor");
        (await auditor.AskAsync("/api/audit")).ShouldBe(200);
        (await auditor.AskAsync("/api/ledger/checkpoint")).ShouldBe(200);
        (await auditor.AskAsync("/api/sites")).ShouldBeProblem(403, kind);
        (await Nobody().AskAsync($"/api/ledger/public/{Tenant}/keys")).ShouldBe(200);
    }

    [Fact]
    public async Task Closed_is_for_good()
    {
        await Admin.SiteAsync();
        (await Operator.PostAsync($"{Path}/close", new { reason = "The contract has ended" })).ShouldBe(200);
        (await Until.AnsweredAsync(() => Admin.AskAsync("/api/sites"), 403)).ShouldBeProblem(403, "tenant-closed");
        foreach (var verb in new[] { "suspend", "close" })
            (await Operator.PostAsync($"{Path}/{verb}", new { reason = "Again" })).ShouldBeProblem(409, "conflict");
        (await Operator.PostAsync($"{Path}/resume")).ShouldBeProblem(409, "conflict");
        (await Operator.PostAsync($"{Path}/rename", new { name = "Other" })).ShouldBeProblem(409, "conflict");
    }

    [Fact]
    public async Task Operators_read_what_became_of_a_tenant_now_and_then()
    {
        await Admin.SiteAsync();
        var renamed = (await Operator.PostAsync($"{Path}/rename", new { name = "Renamed" }, ("If-Match", "\"1\""))).ShouldBe(200).Receipt;
        renamed.Version.ShouldBe(2);
        var suspended = (await Operator.PostAsync($"{Path}/suspend", new { reason = "Unpaid" })).ShouldBe(200).Receipt;
        (await Operator.PostAsync($"{Path}/suspend", new { reason = "Unpaid" })).ShouldBeProblem(409, "conflict");

        var now = (await Operator.AskAsync(Path)).ShouldBe(200).Json;
        (now.GetProperty("name").GetString(), now.GetProperty("status").GetString(), now.GetProperty("reason").GetString(), now.GetProperty("by").GetString(), now.GetProperty("version").GetInt64())
            .ShouldBe(("Renamed", TenantStatus.Suspended, "Unpaid", "test-operator", 3));
        (await Operator.AskAsync($"{Path}?asOf=2")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe(TenantStatus.Active);
        (await Operator.AskAsync($"{Path}/history")).ShouldBe(200).Items.Select(e => e.GetProperty("type").GetString())
            .ShouldBe(["sites.tenant-provisioned", "sites.tenant-renamed", "sites.tenant-suspended"]);
        (await Operator.AskAsync($"/api/tenants?status=suspended&limit=200&after={suspended.Events[0].Sequence}")).ShouldBe(200)
            .Items.ShouldContain(t => t.GetProperty("tenantId").GetString() == Tenant);
        (await Operator.AskAsync("/api/tenants?status=gone")).ShouldBeProblem(422, "invalid", "status");
        // Every node knows it within a second; until then it's the permission that is lacking.
        await Until.HoldsAsync(async () => (await Admin.PostAsync($"{Path}/resume")).ShouldBe(403).Json.GetProperty("type").GetString() == "urn:platform:problem:tenant-suspended", 30);
        (await Operator.PostAsync($"{Path}/resume")).ShouldBe(200);
    }

    [Fact]
    public async Task A_tenants_admin_does_nothing_to_tenants()
    {
        foreach (var verb in new[] { "suspend", "close", "resume", "rename" })
            await RefusedAsync(() => Admin.PostAsync($"{Path}/{verb}", verb == "resume" ? "{}" : """{"reason":"x","name":"x"}"""), 403, "forbidden");
        (await Admin.AskAsync($"{Path}/history")).ShouldBeProblem(403, "forbidden");
    }

    private string Token(string role, string tenant) => App.Issuer.Issue($"test-{role}", tenant, [role], TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
}
