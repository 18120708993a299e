using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>A host of its own, whose database stands in the watch's way.</summary>
public sealed class SoftLimitWatchTests : IAsyncLifetime
{
    private PlatformApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?> { ["Quotas:eventsPerDay:Soft"] = "1" });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_tenant_at_which_it_failed_is_looked_at_again_though_it_records_nothing_more()
    {
        const string Warned = "select count(*) from public.mt_events where tenant_id = 'demotenant22' and type = 'sites.quota-soft-limit-reached'";
        var owner = _app.Database.OwnerConnectionString;
        using var admin = _app.Client();
        await owner.QueryAsync("alter table platform.amount rename to away");
        (await admin.PostAsync("/api/content-types", new { name = "note", fields = new[] { new { name = "title", type = "text" } } })).ShouldBe(201);
        await Until.HoldsAsync(async () => (long)(await owner.QueryAsync("select count(*) from read.quota_usage where tenant_id = 'demotenant22' and counted > 0"))! == 1, 30);
        // Rounds enough to have failed.
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        ((long)(await owner.QueryAsync(Warned))!).ShouldBe(0);

        await owner.QueryAsync("alter table platform.away rename to amount");

        await Until.HoldsAsync(async () => (long)(await owner.QueryAsync(Warned))! == 1, 90);
    }
}
