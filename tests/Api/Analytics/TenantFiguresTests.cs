using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>Figures of all tenants as they're published: once, whatever comes later and however many nodes there are.</summary>
public sealed class TenantFiguresTests : IAsyncLifetime
{
    private const string Path = "/api/analytics/tenants";

    private PlatformApp _app = null!;
    private HttpClient _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync();
        _operator = _app.Client("operator");
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task What_is_published_of_a_week_stays_and_is_the_platforms_own()
    {
        var weeks = TenantWeeks.Over(DateTimeOffset.UtcNow);
        await StoreAsync(weeks[0], "tenant1", "tenant2", "tenant3", "tenant4", "tenant5");
        await StoreAsync(weeks[1], "tenant1", "tenant2", "tenant3", "tenant4", "tenant5", "tenant6");
        await PublishAsync();
        var published = (await _operator.AskAsync(Path)).ShouldBe(200).Items.ShouldHaveSingleItem();
        published.GetProperty("monday").GetString().ShouldBe($"{weeks[1]:yyyy-MM-dd}");
        published.GetProperty("figures").GetRawText().ShouldBe("""[{"dimension":"","value":"","measure":"events","total":600},{"dimension":"","value":"","measure":"page_views","total":600}]""");

        await StoreAsync(weeks[1], "tenant7");
        await StoreAsync(weeks[2], "tenant1", "tenant2", "tenant3", "tenant4", "tenant5", "tenant6", "tenant7");
        await Task.WhenAll(PublishAsync(), PublishAsync());
        var all = (await _operator.AskAsync(Path)).ShouldBe(200);
        all.Items.Select(week => week.GetProperty("monday").GetString()).ShouldBe([$"{weeks[1]:yyyy-MM-dd}", $"{weeks[2]:yyyy-MM-dd}"]);
        all.Items[0].GetRawText().ShouldBe(published.GetRawText());
        all.Text.ShouldNotContain("tenant");
        var first = (await _operator.AskAsync($"{Path}?limit=1")).ShouldBe(200);
        (await _operator.AskAsync($"{Path}?cursor={first.Json.GetProperty("next").GetString()}")).ShouldBe(200).Items.ShouldHaveSingleItem().GetRawText().ShouldBe(all.Items[1].GetRawText());
        (await _operator.AskAsync($"{Path}?cursor=eA")).ShouldBeProblem(422, "invalid");

        var log = _app.Services.GetRequiredService<IDocumentStore>().QuerySession(DocumentStore.PlatformTenant);
        (await log.Events.FetchStreamAsync(TenantWeeks.IdOf(weeks[2]))).ShouldHaveSingleItem();
        using var admin = _app.Client();
        (await admin.AskAsync(Path)).ShouldBeProblem(403, "forbidden");
    }

    [Theory]
    [InlineData("2026-11-24T23:59:59Z", "2026-11-09")]
    [InlineData("2026-11-25T00:00:00Z", "2026-11-16")]
    [InlineData("2026-12-01T12:00:00Z", "2026-11-16")]
    public void A_week_is_over_two_days_after_its_sunday(string now, string latest)
    {
        var weeks = TenantWeeks.Over(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        weeks[0].ShouldBe(DateOnly.Parse(latest, System.Globalization.CultureInfo.InvariantCulture));
        (weeks.Count, weeks[^1]).ShouldBe((TenantWeeks.Most, weeks[0].AddDays(-7 * 12)));
    }

    private async Task PublishAsync()
    {
        using var job = new TenantFigurePublishing(_app.Services.GetRequiredService<IDocumentStore>(), TimeProvider.System, NullLogger<TenantFigurePublishing>.Instance);
        (await job.RunOnceAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    private async Task StoreAsync(DateOnly week, params string[] tenants)
    {
        foreach (var tenant in tenants)
            await _app.Database.OwnerConnectionString.QueryAsync($"""
                insert into read.hits_by_day_1 (tenant_id, site_id, dimension, day, value, hits, page_views, events, engaged_ms, engagements, scroll, visitors, visitor_sketch, value_count)
                values ('{tenant}', gen_random_uuid(), '', '{week:yyyy-MM-dd}', '', 100, 100, 100, 0, 0, 0, 1, '', 0)
                """);
    }
}
