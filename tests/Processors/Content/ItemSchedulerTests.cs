using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Domain.Sites;
using Platform.Processors.Content;
using Platform.Processors.Sites;
using Platform.Tests;

namespace Platform.Processors.Tests.Content;

/// <summary>On the real host: items scheduled over HTTP, found due by schedulers whose clocks are ahead of everybody's.</summary>
public sealed class ItemSchedulerTests : IAsyncLifetime
{
    private PlatformApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync();
        _admin = _app.Client();
    }

    [Fact]
    public async Task Each_action_is_done_once_by_any_number_of_schedulers_in_the_order_due()
    {
        var items = new List<Guid>();
        var site = await SiteAsync();
        for (var n = 0; n < 30; n++)
        {
            var item = await PostAsync("/api/content", new { siteId = site, type = "note", locale = "en", slug = $"n-{n}", fields = new { title = $"{n}" } });
            await PostAsync($"/api/content/{item}/schedule", new { publishAt = DateTimeOffset.UtcNow.AddHours(1), unpublishAt = DateTimeOffset.UtcNow.AddHours(2) });
            items.Add(item);
        }

        // Both fell due while nobody looked; three schedulers find out at once, and again while the read model follows.
        var schedulers = Enumerable.Range(0, 3).Select(_ => Scheduler(TimeSpan.FromHours(3))).ToList();
        for (var round = 0; round < 100 && await DueAsync() != 0; round++)
            await Task.WhenAll(schedulers.Select(s => s.RunOnceAsync(CancellationToken.None)));

        foreach (var item in items)
            (await HistoryAsync(item)).ShouldBe(
            [
                "content.item-created", "content.item-scheduled", "content.item-published", "content.item-schedule-fulfilled",
                "content.item-unpublished", "content.item-schedule-fulfilled",
            ]);
    }

    [Fact]
    public async Task What_cannot_be_published_is_recorded_and_the_others_go_on()
    {
        var site = await SiteAsync();
        var empty = await PostAsync("/api/content", new { siteId = site, type = "note", locale = "en", slug = "empty", fields = new { } });
        var full = await PostAsync("/api/content", new { siteId = site, type = "note", locale = "en", slug = "full", fields = new { title = "Full" } });
        foreach (var item in new[] { empty, full })
            await PostAsync($"/api/content/{item}/schedule", new { publishAt = DateTimeOffset.UtcNow.AddHours(1) });

        for (var round = 0; round < 100 && await DueAsync() != 0; round++)
            await Scheduler(TimeSpan.FromHours(3)).RunOnceAsync(CancellationToken.None);

        (await HistoryAsync(empty))[^1].ShouldBe("content.item-schedule-failed");
        (await _admin.GetFromJsonAsync<JsonElement>($"/api/content/{empty}")).GetProperty("failedSchedule").GetProperty("reason").GetString().ShouldBe("fields.title: Is required.");
        (await HistoryAsync(full))[^2..].ShouldBe(["content.item-published", "content.item-schedule-fulfilled"]);
    }

    [Fact]
    public async Task The_running_platform_publishes_within_seconds_and_not_before()
    {
        var item = await PostAsync("/api/content", new { siteId = await SiteAsync(), type = "note", locale = "en", slug = "n", fields = new { title = "T" } });
        var due = DateTimeOffset.UtcNow.AddSeconds(1.5);
        await PostAsync($"/api/content/{item}/schedule", new { publishAt = due });

        JsonElement read = default;
        for (var tries = 0; tries < 400; tries++)
        {
            read = await _admin.GetFromJsonAsync<JsonElement>($"/api/content/{item}");
            if (read.TryGetProperty("live", out _)) break;
            await Task.Delay(25);
        }
        read.GetProperty("live").GetProperty("at").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(due);
        read.GetProperty("updatedBy").GetString().ShouldBe(ItemScheduler.User);
        read.TryGetProperty("schedule", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_falls_due_while_the_tenant_is_suspended_is_done_in_order_when_it_is_resumed()
    {
        var site = await SiteAsync();
        var items = new List<Guid>();
        foreach (var hours in new[] { 2, 1 })
        {
            items.Add(await PostAsync("/api/content", new { siteId = site, type = "note", locale = "en", slug = $"h-{hours}", fields = new { title = "T" } }));
            await PostAsync($"/api/content/{items[^1]}/schedule", new { publishAt = DateTimeOffset.UtcNow.AddHours(hours) });
        }
        using var operators = _app.Client("operator");
        var tenant = $"/api/tenants/{Tenant.IdOf(PlatformApp.DemoTenant)}";
        (await operators.PostAsJsonAsync($"{tenant}/suspend", new { reason = "Unpaid" })).EnsureSuccessStatusCode();
        await HeldAsync(1);

        await DueAsync();
        (await Scheduler(TimeSpan.FromHours(3)).RunOnceAsync(CancellationToken.None)).ShouldBeFalse();
        (await DueAsync()).ShouldBe(2);

        (await operators.PostAsJsonAsync($"{tenant}/resume", new { })).EnsureSuccessStatusCode();
        await HeldAsync(0);
        (await Scheduler(TimeSpan.FromHours(3)).RunOnceAsync(CancellationToken.None)).ShouldBeTrue();
        (await PublishedAsync()).ShouldBe([items[1], items[0]]);
    }

    private async Task HeldAsync(int count)
    {
        var register = _app.Services.GetRequiredService<TenantRegister>();
        for (var tries = 0; tries < 400 && (await register.HeldAsync(CancellationToken.None)).Count != count; tries++)
            await Task.Delay(25);
        (await register.HeldAsync(CancellationToken.None)).Count.ShouldBe(count);
    }

    private async Task<Guid[]> PublishedAsync()
    {
        await using var owner = NpgsqlDataSource.Create(_app.Database.OwnerConnectionString);
        await using var command = owner.CreateCommand("select array_agg(stream_id order by seq_id) from public.mt_events where type = 'content.item-published'");
        return (Guid[])(await command.ExecuteScalarAsync())!;
    }

    private ItemScheduler Scheduler(TimeSpan ahead) =>
        new(_app.Store, _app.Services.GetRequiredService<CommandRunner>(), _app.Services.GetRequiredService<TenantRegister>(), new Ahead(ahead), NullLogger<ItemScheduler>.Instance);

    private async Task<Guid> SiteAsync()
    {
        await PostAsync("/api/content-types", new { name = "note", fields = new[] { new { name = "title", type = "text", required = true } } });
        return await PostAsync("/api/sites", new { name = "Notes", domain = "notes.example.org" });
    }

    private async Task<Guid> PostAsync(string path, object body)
    {
        var answer = await _admin.PostAsJsonAsync(path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("streamId").GetGuid();
    }

    private async Task<string?[]> HistoryAsync(Guid item) =>
        [.. (await _admin.GetFromJsonAsync<JsonElement>($"/api/content/{item}/history")).GetProperty("items").EnumerateArray().Select(e => e.GetProperty("type").GetString())];

    // What is scheduled and not done, once the read model has seen every event.
    private async Task<long> DueAsync()
    {
        (await _app.Store.QuerySession(PlatformApp.DemoTenant).WaitForAllAsync("due_items", TimeSpan.FromSeconds(20))).ShouldBeTrue();
        await using var owner = NpgsqlDataSource.Create(_app.Database.OwnerConnectionString);
        await using var command = owner.CreateCommand("select count(*) from read.due_items");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
