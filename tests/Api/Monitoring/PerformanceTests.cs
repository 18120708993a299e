using System.Text.Json;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Api.Tests.Sites;
using Platform.Processors.Monitoring;
using Platform.Projections.Monitoring;
using Platform.Tests;

namespace Platform.Api.Tests.Monitoring;

/// <summary>A tenant's own dashboard: how long the platform took for what it had it do. On a host of its own, the only one in the tests that measures.</summary>
public sealed class PerformanceTests : IAsyncLifetime
{
    private const string Tenant = "measuredaaaa", Path = "/api/monitoring/performance";

    private PlatformApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?> { ["Performance:Minutes"] = "15" });
        _admin = _app.Client("admin", Tenant);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task What_a_tenant_had_the_platform_do_is_told_by_operation()
    {
        var site = await _admin.SiteAsync("www.measured.example");
        (await _admin.AskAsync($"/api/sites/{site}")).ShouldBe(200);
        (await _admin.AskAsync($"/api/sites/{Guid.NewGuid()}")).ShouldBe(404);
        (await _admin.AskAsync("/api/analytics/query?metrics=visits")).ShouldBe(200);
        using (var page = new HttpClient { BaseAddress = _app.Url })
        {
            page.DefaultRequestHeaders.Host = "www.measured.example";
            await _app.ClaimAsync("www.measured.example", Tenant, site);
            (await page.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "page_view", url = "https://www.measured.example/" })).ShouldBe(200);
        }
        await WriteAsync();

        var told = await ToldAsync();
        (told["write"].Count, told["write"].Failed).ShouldBe((1, 0));
        (told["read"].Count, told["read"].Refused, told["read"].Failed).ShouldBe((2, 1, 0));
        (told["expensive"].Count, told["tracking"].Count).ShouldBe((1, 1));
        told["database"].Count.ShouldBeGreaterThan(3);
        told["read"].P50.ShouldBeInRange(0.01, told["read"].P99);

        // A second piece of the same quarter, or of the next: it's added up.
        (await _admin.AskAsync($"/api/sites/{site}")).ShouldBe(200);
        await WriteAsync();
        (await ToldAsync())["read"].Count.ShouldBe(4, "the dashboard's own request is one");
        (await _app.Client("admin", "measuredbbbb").AskAsync(Path)).ShouldBe(200).Json.GetProperty("operations").GetArrayLength().ShouldBe(0);
        (await new EventStore.ProjectionRebuild(_app.Store).RunAsync(new PerformanceByQuarterHour(), null)).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task It_is_drawn_and_what_cannot_be_asked_is_named()
    {
        (await _admin.AskAsync("/api/sites")).ShouldBe(200);
        await WriteAsync();
        foreach (var picture in new[] { "", "?operation=database", "?metric=count&step=hour", "?operation=mail&from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z" })
        {
            var svg = (await _admin.AskAsync($"{Path}.svg{picture}")).ShouldBe(200);
            (svg.Header("Content-Type"), svg.Text.Length < 50_000).ShouldBe(("image/svg+xml; charset=utf-8", true));
            XDocument.Parse(svg.Text).Root!.Name.LocalName.ShouldBe("svg");
        }
        foreach (var (question, field) in new[]
        {
            ("?step=minute", "step"), ("?from=yesterday", "from"), ("?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to"), ("?step=quarter-hour&from=2026-01-01T00:00:00Z&to=2026-01-09T00:00:00Z", "step"),
            ("?to=9999-12-31T23:59:59Z", "step"), ("?from=0001-01-01T00:00:00Z&to=0001-01-01T00:00:00Z&step=day", ""),
        })
            if (field.Length > 0)
                (await _admin.AskAsync($"{Path}{question}")).ShouldBeProblem(422, "invalid", field);
            else
                (await _admin.AskAsync($"{Path}{question}")).ShouldBe(200);
        (await _admin.AskAsync($"{Path}.svg?operation=dance")).ShouldBeProblem(422, "invalid", "operation");
        (await _app.Client("author", Tenant).AskAsync(Path)).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task What_is_left_when_the_process_ends_is_written_then_but_for_tenants_that_are_not_there()
    {
        (await _admin.AskAsync("/api/sites")).ShouldBe(200);
        _app.Services.GetRequiredService<TenantPerformance>().Note("nosuchtenant", "read", TimeSpan.FromMilliseconds(1));
        await _app.Services.GetServices<IHostedService>().OfType<PerformanceWriter>().Single().StopAsync(CancellationToken.None);
        (await ToldAsync())["read"].Count.ShouldBe(1);
        (await _app.Database.OwnerConnectionString.QueryAsync("select count(*) from public.mt_events where tenant_id = 'nosuchtenant'")).ShouldBe(0L);
    }

    private async Task WriteAsync()
    {
        // An answer is measured once it was sent, which its client may know first.
        await Task.Delay(100);
        await _app.Services.GetRequiredService<PerformanceWriter>().WriteAsync(CancellationToken.None);
        await _app.Store.QuerySession(Tenant).WaitForAllAsync(PerformanceByQuarterHour.ReadModel, TimeSpan.FromSeconds(10));
    }

    private async Task<Dictionary<string, (long Count, long Refused, long Failed, double P50, double P99)>> ToldAsync()
    {
        await _app.Store.QuerySession(Tenant).WaitForAllAsync(PerformanceByQuarterHour.ReadModel, TimeSpan.FromSeconds(10));
        return (await _admin.AskAsync(Path)).ShouldBe(200).Json.GetProperty("operations").EnumerateArray().ToDictionary(
            one => one.GetProperty("operation").GetString()!,
            one => one.GetProperty("total") is var total ? (Long(total, "count"), Long(total, "refused"), Long(total, "failed"), total.GetProperty("p50Ms").GetDouble(), total.GetProperty("p99Ms").GetDouble()) : default);

        static long Long(JsonElement total, string name) => total.GetProperty(name).GetInt64();
    }
}
