using Platform.Tests;

namespace Platform.Api.Tests.Monitoring;

/// <summary>With a host of its own: what it does to the database would be seen by other tests.</summary>
public sealed class HealthTests(SharedApp own) : IClassFixture<SharedApp>, IDisposable
{
    private readonly PlatformApp _app = own.App;
    private readonly HttpClient _nobody = new() { BaseAddress = own.App.Url };

    [Fact]
    public async Task A_host_that_is_well_says_so_without_a_token()
    {
        (await _nobody.AskAsync("/health/live")).ShouldBe(200);
        var ready = (await _nobody.AskAsync("/health/ready")).ShouldBe(200);
        ready.Header("Content-Type").ShouldBe("application/json");
        ready.Json.GetProperty("status").GetString().ShouldBe("Healthy");
    }

    [Theory]
    [InlineData("public.mt_events", "ledger_chain")]
    [InlineData("public.mt_events", "ledger_guard")]
    [InlineData("ledger.event", "ledger_guard")]
    public async Task A_disabled_guard_is_seen_and_its_return_too(string table, string trigger)
    {
        await _app.Database.OwnerConnectionString.QueryAsync($"alter table {table} disable trigger {trigger}");
        var check = (await _nobody.AskAsync("/health/ready")).ShouldBe(200).Json;
        check.GetProperty("status").GetString().ShouldBe("Degraded");
        check.GetProperty("checks").GetProperty("database").GetProperty("description").GetString()!.ShouldContain($"{table.Split('.')[1]}/{trigger}");
        await _app.Database.OwnerConnectionString.QueryAsync($"alter table {table} enable trigger {trigger}");
        (await _nobody.AskAsync("/health/ready")).Json.GetProperty("status").GetString().ShouldBe("Healthy");
    }

    [Fact]
    public async Task A_read_model_that_stands_still_is_seen()
    {
        // A page that the host's own daemon writes meanwhile puts it right again.
        await Until.HoldsAsync(async () =>
        {
            await _app.Database.OwnerConnectionString.QueryAsync("update platform.projection set state = 'failed', error = 'a test' where name = 'site_details'");
            var check = (await _nobody.AskAsync("/health/ready")).ShouldBe(200).Json;
            return check.GetProperty("status").GetString() == "Degraded"
                && check.GetProperty("checks").GetProperty("database").TryGetProperty("description", out var description) && description.GetString()!.Contains("site_details", StringComparison.Ordinal);
        });
        await _app.Database.OwnerConnectionString.QueryAsync("update platform.projection set state = 'live', error = null where name = 'site_details'");
    }

    [Fact]
    public async Task A_subscription_that_stands_still_is_seen_and_operators_see_where_each_stands()
    {
        using var operators = _app.Client("operator");
        // What the host's own subscription advances over, as there is some at the start, takes the error away again; it may not have registered it yet either.
        await Until.HoldsAsync(async () =>
        {
            await _app.Database.OwnerConnectionString.QueryAsync("""
                insert into platform.subscription as s (name, position, error, updated_at) values ('webhooks', ledger.size(), 'a test', now())
                on conflict (name) do update set error = excluded.error
                """);
            var check = (await _nobody.AskAsync("/health/ready")).ShouldBe(200).Json;
            var webhooks = (await operators.AskAsync("/api/subscriptions")).ShouldBe(200).Items.Single(s => s.GetProperty("name").GetString() == "webhooks");
            return check.GetProperty("status").GetString() == "Degraded"
                && check.GetProperty("checks").GetProperty("subscriptions").GetProperty("description").GetString() == "Subscriptions stand still: webhooks."
                && webhooks.GetProperty("waiting").GetInt64() == 0 && webhooks.TryGetProperty("error", out var error) && error.GetString() == "a test";
        });
        await _app.Database.OwnerConnectionString.QueryAsync("update platform.subscription set error = null where name = 'webhooks'");
        (await _nobody.AskAsync("/health/ready")).Json.GetProperty("checks").GetProperty("subscriptions").GetProperty("description").GetString()!.ShouldContain("0 dead letters");
    }

    [Fact]
    public async Task Operators_see_where_each_read_model_stands()
    {
        using var operators = _app.Client("operator");
        var projections = (await operators.AskAsync("/api/projections")).ShouldBe(200).Items;
        projections.Select(p => p.GetProperty("name").GetString()).ShouldBe(Platform.Projections.ReadModels.All.Select(m => m.Name), ignoreOrder: true);
        projections.Select(p => p.GetProperty("state").GetString()).ShouldAllBe(state => state == "live");
        using var admin = _app.Client();
        (await admin.AskAsync("/api/projections")).ShouldBeProblem(403, "forbidden");
    }

    public void Dispose() => _nobody.Dispose();
}
