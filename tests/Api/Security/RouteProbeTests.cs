using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Domain.Identity;
using Platform.Processors.Security;

namespace Platform.Api.Tests.Security;

/// <summary>The probe of routes finds one that leaks: on routes of the test's own, before the real store.</summary>
public sealed class RouteProbeTests(SharedApp shared) : OverHttp(shared)
{
    private readonly Canary _foreign = new("canarytestbb", [Guid.CreateVersion7(), Guid.CreateVersion7()], "canary-test");

    [Fact]
    public async Task A_route_that_answers_with_what_is_anothers_is_found()
    {
        var report = await ProbeAsync(200, "{}", Route("GET", "api/leaks/{id:guid}"), Route("POST", "api/leaks/{id:guid}/verbs/{locale}"), Route("PUT", "api/leaks/{name}"));
        report.Findings.Select(f => (f.Rule, f.Subject)).Distinct().ShouldBe(
        [
            ("foreign-resource-answered", "GET /api/leaks/{id:guid}"), ("foreign-resource-answered", "POST /api/leaks/{id:guid}/verbs/{locale}"), ("foreign-resource-answered", "PUT /api/leaks/{name}"),
        ]);
        report.Requests.ShouldBe(2 + 2 + 1);
    }

    [Fact]
    public async Task A_list_that_shows_what_is_anothers_is_found() =>
        (await ProbeAsync(200, $$"""{"items":["{{_foreign.Streams[1]}}"]}""", Route("GET", "api/leaks"))).Findings.ShouldHaveSingleItem().Rule.ShouldBe("foreign-resource-shown");

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(422)]
    public async Task A_refusal_is_none(int status) => (await ProbeAsync(status, "{}", Route("GET", "api/leaks/{id:guid}"), Route("POST", "api/leaks/{id:guid}/verb"))).Findings.ShouldBeEmpty();

    [Theory]
    [InlineData("tenant-suspended")]
    [InlineData("tenant-closed")]
    [InlineData("tenant-unknown")]
    public async Task A_tenant_that_is_not_let_in_tries_nothing_and_that_is_a_finding(string kind)
    {
        var report = await ProbeAsync(403, $$"""{"type":"urn:platform:problem:{{kind}}","status":403}""", Route("GET", "api/leaks/{id:guid}"), Route("GET", "api/leaks"));
        report.Findings.ShouldHaveSingleItem().ShouldBe(new("not-tried", "tenant canarytestaa", $"The tenant that tries isn't let in ({kind}): whether routes keep tenants apart isn't known."));
        report.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_is_a_finding_for_nobody_knows_what_it_did() =>
        (await ProbeAsync(500, "{}", Route("GET", "api/leaks/{name}"))).Findings.ShouldHaveSingleItem().Rule.ShouldBe("foreign-resource-answered");

    [Fact]
    public async Task A_part_that_is_away_for_a_moment_is_asked_again_and_is_none()
    {
        var asked = 0;
        var report = await Probe([Route("GET", "api/leaks/{name}")], http =>
        {
            http.Response.StatusCode = ++asked <= 2 ? 503 : 404;
            return Task.CompletedTask;
        }).RunAsync("canarytestaa", _foreign, CancellationToken.None);
        (asked, report.Findings.Count).ShouldBe((3, 0));
    }

    [Fact]
    public async Task What_the_platforms_own_requests_take_is_nobodys_rate() =>
        (await Probe([Route("GET", "api/leaks/{name}")], http =>
        {
            http.Response.StatusCode = http.Features.Any(feature => feature.Key.Name == "Unmetered") ? 404 : 200;
            return Task.CompletedTask;
        }).RunAsync("canarytestaa", _foreign, CancellationToken.None)).Findings.ShouldBeEmpty();

    [Fact]
    public async Task What_is_the_platforms_or_public_is_not_tried() =>
        (await ProbeAsync(200, "{}", Route("GET", "api/leaks/{id:guid}", Permission.TenantsRead), Route("GET", "health/{id}"), Route("POST", "api/leaks"))).Requests.ShouldBe(0);

    [Fact]
    public async Task A_stream_that_moves_under_it_is_found()
    {
        var site = await Admin.SiteAsync();
        var foreign = new Canary(Tenant, [site], "canary-test");
        var report = await Probe([Route("POST", "api/leaks/{id:guid}/verb")], async http =>
        {
            await Admin.PutAsync($"/api/sites/{site}", new { name = "Moved", domain = "www.example.org" });
            http.Response.StatusCode = 404;
        }).RunAsync("canarytestaa", foreign, CancellationToken.None);
        report.Findings.ShouldHaveSingleItem().ShouldBe(new("foreign-resource-changed", $"stream {site}", "It moved from version 1 to 2 under another tenant's requests."));
    }

    private Task<RouteProbeReport> ProbeAsync(int status, string answer, params RouteEndpoint[] routes) => Probe(routes, async http =>
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsync(answer);
    }).RunAsync("canarytestaa", _foreign, CancellationToken.None);

    private RouteProbe Probe(RouteEndpoint[] routes, RequestDelegate pipeline)
    {
        var probe = new RouteProbe([new DefaultEndpointDataSource(routes)], App.Services.GetRequiredService<IServiceScopeFactory>(), App.Store);
        probe.Through(pipeline);
        return probe;
    }

    private static RouteEndpoint Route(string method, string pattern, string permission = Permission.SitesRead) => new(
        _ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0, new EndpointMetadataCollection(new HttpMethodMetadata([method]), new RequiredPermission(permission)), null);
}
