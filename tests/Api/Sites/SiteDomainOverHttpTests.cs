using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Sites;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>Domains are proven at name servers, one tenant's at a time, and sites launched on them.</summary>
public sealed class SiteDomainOverHttpTests : IAsyncLifetime
{
    private const string Www = "www.example.org";
    private readonly NameServer _names = new();
    private readonly string _tenant = TenantEndpoints.NewId();
    private PlatformApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?> { ["Sites:NameServers"] = _names.Address, ["Sites:NeedVerifiedDomain"] = "true" });
        _admin = _app.Client("admin", _tenant);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
        await _names.DisposeAsync();
    }

    [Fact]
    public async Task A_site_is_launched_once_its_domain_says_whose_it_is()
    {
        var site = await _admin.SiteAsync(Www);
        (await _admin.PostAsync($"/api/sites/{site}/launch")).ShouldBeProblem(409, "conflict", "domain");
        var proof = (await _admin.AskAsync($"/api/sites/{site}/domains")).ShouldBe(200).Items.Single();
        var (record, value) = (proof.GetProperty("record").GetString()!, proof.GetProperty("value").GetString()!);
        proof.TryGetProperty("verifiedAt", out _).ShouldBeFalse();
        (record, value).ShouldBe(($"_platform-challenge.{Www}", DomainProof.ValueOf(_tenant, Www)));

        await RefusedAsync(_admin, site, "There is no TXT record");
        _names.Texts[record] = ["something else", value];
        (await VerifyAsync(_admin, site, "WWW.example.org")).ShouldBe(200).Receipt.Events.Single().Type.ShouldBe("sites.site-domain-verified");
        (await VerifyAsync(_admin, site, Www)).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await _admin.AskAsync($"/api/sites/{site}/domains")).Items.Single().TryGetProperty("verifiedAt", out _).ShouldBeTrue();
        (await _admin.PostAsync($"/api/sites/{site}/launch")).ShouldBe(200);
        (await _admin.AskAsync($"/api/sites/{site}")).Json.GetProperty("status").GetString().ShouldBe("live");
    }

    [Fact]
    public async Task A_live_site_takes_no_main_domain_that_is_not_verified()
    {
        const string Other = "www.example.net";
        var site = await _admin.SiteAsync(Www);
        _names.Texts[DomainProof.RecordOf(Www)] = [DomainProof.ValueOf(_tenant, Www)];
        (await VerifyAsync(_admin, site, Www)).ShouldBe(200);
        (await _admin.PostAsync($"/api/sites/{site}/launch")).ShouldBe(200);
        var moved = new { name = "Example", domain = Other };
        (await _admin.PutAsync($"/api/sites/{site}", moved)).ShouldBeProblem(409, "conflict", "domain");
        (await _admin.AskAsync($"/api/sites/{site}")).Json.GetProperty("domain").GetString().ShouldBe(Www);

        (await _admin.PostAsync($"/api/sites/{site}/domains/add", new { domain = Other })).ShouldBe(200);
        (await _admin.PutAsync($"/api/sites/{site}", moved)).ShouldBeProblem(409, "conflict", "domain");
        _names.Texts[DomainProof.RecordOf(Other)] = [DomainProof.ValueOf(_tenant, Other)];
        (await VerifyAsync(_admin, site, Other)).ShouldBe(200);
        (await _admin.PutAsync($"/api/sites/{site}", moved)).ShouldBe(200);
    }

    [Fact]
    public async Task A_domain_is_verified_for_one_tenant_at_a_time()
    {
        var (otherTenant, site) = (TenantEndpoints.NewId(), await _admin.SiteAsync(Www));
        using var stranger = _app.Client("admin", otherTenant);
        using var operators = _app.Client("operator");
        var theirs = await stranger.SiteAsync(Www);
        _names.Texts[DomainProof.RecordOf(Www)] = [DomainProof.ValueOf(_tenant, Www), DomainProof.ValueOf(otherTenant, Www)];
        (await VerifyAsync(_admin, site, Www)).ShouldBe(200);
        (await RefusedAsync(stranger, theirs, "is verified for another tenant")).Text.ShouldNotContain(_tenant);
        (await ClaimsAsync(operators)).ShouldBe([(Www, _tenant)]);
        (await _admin.AskAsync("/api/domains")).ShouldBeProblem(403, "forbidden");

        // Given up, it's free at once: but not in the minutes in which a verification may be under way.
        (await _admin.PutAsync($"/api/sites/{site}", """{"name":"Example","domain":"moved.example.org"}""")).ShouldBe(200);
        (await VerifyAsync(stranger, theirs, Www)).ShouldBeProblem(409, "conflict", "domain");
        await AgeAsync(site, Www);
        (await VerifyAsync(stranger, theirs, Www)).ShouldBe(200);
        (await ClaimsAsync(operators)).ShouldBe([(Www, otherTenant)]);
    }

    [Fact]
    public async Task Name_servers_that_are_away_are_told_and_prove_nothing()
    {
        var site = await _admin.SiteAsync(Www);
        _names.IsSilent = true;
        await RefusedAsync(_admin, site, $"The name servers of '{Www}' didn't answer. Try again.");
        _names.IsSilent = false;
        _names.Texts[DomainProof.RecordOf(Www)] = [DomainProof.ValueOf(_tenant, Www)];
        (await VerifyAsync(_admin, site, Www)).ShouldBe(200);

        var domains = _app.Services.GetRequiredService<DomainCommands>();
        var claim = new DomainClaimed(Www, _tenant, site, DateTimeOffset.UtcNow);
        _names.IsSilent = true;
        (await domains.CheckAsync(claim, new DateOnly(2026, 3, 1), TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await _app.Store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<DomainClaim>(DomainClaim.IdOf(Www), cancel: TestContext.Current.CancellationToken)).State.Missed.ShouldBe(0);
        (await _admin.AskAsync($"/api/sites/{site}/domains")).Items.Single().TryGetProperty("verifiedAt", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_record_that_is_gone_for_three_days_loses_the_domain()
    {
        var site = await _admin.SiteAsync(Www);
        _names.Texts[DomainProof.RecordOf(Www)] = [DomainProof.ValueOf(_tenant, Www)];
        (await VerifyAsync(_admin, site, Www)).ShouldBe(200);
        var domains = _app.Services.GetRequiredService<DomainCommands>();
        var claim = new DomainClaimed(Www, _tenant, site, DateTimeOffset.UtcNow);
        async Task<bool> LookAsync(int day) => await domains.CheckAsync(claim, new DateOnly(2026, 3, day), TestContext.Current.CancellationToken);

        (await LookAsync(1)).ShouldBeFalse();
        _names.Texts.Clear();
        (await LookAsync(2)).ShouldBeFalse();
        (await LookAsync(2)).ShouldBeFalse();
        (await LookAsync(3)).ShouldBeFalse();
        (await LookAsync(4)).ShouldBeTrue();
        (await LookAsync(5)).ShouldBeFalse();
        (await _admin.AskAsync($"/api/sites/{site}/domains")).Items.Single().TryGetProperty("verifiedAt", out _).ShouldBeFalse();
        using var operators = _app.Client("operator");
        (await ClaimsAsync(operators)).ShouldBeEmpty();
        var history = await _app.Store.QuerySession(DocumentStore.PlatformTenant).Events.FetchStreamAsync(DomainClaim.IdOf(Www), cancel: TestContext.Current.CancellationToken);
        history.Select(e => e.Type).ShouldBe(["sites.domain-claimed", "sites.domain-proof-missed", "sites.domain-proof-missed", "sites.domain-proof-missed", "sites.domain-claim-released"]);
    }

    [Fact]
    public async Task A_watch_that_comes_late_looks_at_the_domains_of_the_hours_in_between_too()
    {
        var site = await _admin.SiteAsync(Www);
        _names.Texts[DomainProof.RecordOf(Www)] = [DomainProof.ValueOf(_tenant, Www)];
        (await VerifyAsync(_admin, site, Www)).ShouldBe(200);
        using var operators = _app.Client("operator");
        (await ClaimsAsync(operators)).Count().ShouldBe(1);
        _names.Texts.Clear();
        var clock = new SetClock { Now = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(2), TimeSpan.Zero).AddHours(DomainWatch.HourOf(Www)).AddMinutes(-1) };
        var watch = new DomainWatch(_app.Store, _app.Services.GetRequiredService<DomainCommands>(), clock, NullLogger<DomainWatch>.Instance);

        await watch.RunOnceAsync(TestContext.Current.CancellationToken);
        (await MissedAsync()).ShouldBe(0);
        clock.Now += TimeSpan.FromMinutes(62);
        await watch.RunOnceAsync(TestContext.Current.CancellationToken);
        (await MissedAsync()).ShouldBe(1);
        clock.Now += TimeSpan.FromHours(1);
        await watch.RunOnceAsync(TestContext.Current.CancellationToken);
        (await MissedAsync()).ShouldBe(1);
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private async Task<int> MissedAsync() =>
        (await _app.Store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<DomainClaim>(DomainClaim.IdOf(Www), cancel: TestContext.Current.CancellationToken)).State.Missed;

    private static async Task<Answer> RefusedAsync(HttpClient client, Guid site, string why)
    {
        var answer = await VerifyAsync(client, site, Www);
        answer.ShouldBeProblem(409, "conflict", "domain");
        answer.Json.GetProperty("detail").GetString()!.ShouldContain(why);
        return answer;
    }

    private static Task<Answer> VerifyAsync(HttpClient client, Guid site, string domain) => client.PostAsync($"/api/sites/{site}/domains/verify", new { domain });

    private async Task<IEnumerable<(string?, string?)>> ClaimsAsync(HttpClient operators)
    {
        (await _app.Store.QuerySession(DocumentStore.PlatformTenant).WaitForAllAsync(DomainClaimEntry.ReadModel, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
        return (await operators.AskAsync("/api/domains")).ShouldBe(200).Items.Select(claim => (claim.GetProperty("domain").GetString(), claim.GetProperty("tenantId").GetString()));
    }

    // A claim made a quarter of an hour ago.
    private async Task AgeAsync(Guid site, string domain)
    {
        var domains = _app.Services.GetRequiredService<DomainCommands>();
        var claim = await _app.Store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<DomainClaim>(DomainClaim.IdOf(domain), cancel: TestContext.Current.CancellationToken);
        (await domains.SettleAsync(new DomainClaimed(domain, _tenant, site, claim.State.At), TestContext.Current.CancellationToken)).ShouldBeTrue();
    }
}
