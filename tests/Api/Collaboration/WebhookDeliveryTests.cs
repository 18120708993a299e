using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Sites;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;

namespace Platform.Api.Tests.Collaboration;

/// <summary>Deliveries through the real host to a real receiver.</summary>
public sealed class WebhookDeliveryTests(WebhookHost host) : IClassFixture<WebhookHost>, IAsyncLifetime
{
    private readonly string _tenant = TenantEndpoints.NewId();
    private Receiver _receiver = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync() => (_receiver, _admin) = (await Receiver.StartAsync(), host.App.Client("admin", _tenant));

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_event_is_delivered_signed_and_as_the_ledger_has_it()
    {
        await _admin.SiteAsync("before.example.org");
        var (webhook, secret) = await CreateAsync(["sites.site-*"]);
        var created = (await _admin.PostAsync("/api/sites", new { name = "After", domain = "after.example.org" })).ShouldBe(201).Receipt;
        var got = (await _receiver.WaitAsync(1)).ShouldHaveSingleItem();

        var e = created.Events[0];
        got.IsSignedWith(secret).ShouldBeTrue();
        got.IsSignedWith("whsec_" + Convert.ToBase64String(new byte[32])).ShouldBeFalse();
        (got.Id, got.Path, got.Headers["content-type"]).ShouldBe(($"{e.Id}", "/in", "application/json"));
        Math.Abs(got.Timestamp - DateTimeOffset.UtcNow.ToUnixTimeSeconds()).ShouldBeLessThan(30);
        var json = got.Json;
        json.GetProperty("type").GetString().ShouldBe("sites.site-created");
        (json.GetProperty("id").GetGuid(), json.GetProperty("streamId").GetGuid(), json.GetProperty("version").GetInt64(), json.GetProperty("sequence").GetInt64(), json.GetProperty("hash").GetString())
            .ShouldBe((e.Id, created.StreamId, 1, e.Sequence, e.Hash));
        json.GetProperty("data").GetProperty("domain").GetString().ShouldBe("after.example.org");
        (json.GetProperty("timestamp").GetDateTimeOffset() - created.Timestamp).Duration().ShouldBeLessThan(TimeSpan.FromMilliseconds(1));

        var log = (await DeliveriesAsync(webhook, d => State(d) == "delivered")).ShouldHaveSingleItem();
        (log.GetProperty("status").GetInt32(), log.GetProperty("attempts").GetInt32(), log.GetProperty("event").GetProperty("id").GetGuid()).ShouldBe((204, 1, e.Id));
        // Its own events are none of a webhook's business, with whatever filter.
        await _admin.PutAsync($"/api/webhooks/{webhook}", new { url = _receiver.Url, events = new[] { "*" } });
        await _admin.SiteAsync("last.example.org");
        await _receiver.WaitAsync(1, r => r.Json.GetProperty("data").TryGetProperty("domain", out var domain) && domain.GetString() == "last.example.org");
        await Task.Delay(500);
        _receiver.All.ShouldAllBe(r => !r.Type.StartsWith("collaboration."));
    }

    [Fact]
    public async Task Deliveries_of_a_suspended_tenant_wait_and_come_in_order_when_it_is_resumed()
    {
        using var operators = host.App.Client("operator");
        var tenant = $"/api/tenants/{Tenant.IdOf(_tenant)}";
        _receiver.Answer = (_, n, _) => n == 1 ? 500 : 200;
        await CreateAsync(["sites.site-*"]);
        var site = await _admin.SiteAsync();
        await _receiver.WaitAsync(1);
        (await operators.PostAsync($"{tenant}/suspend", new { reason = "Unpaid" })).ShouldBe(200);
        var register = host.App.Services.GetRequiredService<TenantRegister>();
        while (!(await register.HeldAsync(CancellationToken.None)).Contains(_tenant))
            await Task.Delay(20);
        // What was under way ends; from then on nothing begins.
        await Task.Delay(1_000);
        var before = _receiver.All.Count;
        var session = host.App.Store.LightweightSession(new SessionOptions(_tenant, "test", "test"));
        session.Events.Append(site, new SiteRenamed(site, "Renamed"), new SiteRenamed(site, "Renamed again"));
        await session.SaveChangesAsync();
        await Task.Delay(1_500);
        _receiver.All.Count.ShouldBe(before);

        (await operators.PostAsync($"{tenant}/resume")).ShouldBe(200);
        await _receiver.WaitAsync(2, r => r.Type == "sites.site-renamed");
        _receiver.All.Where(r => r.Type == "sites.site-renamed").Select(r => r.Json.GetProperty("data").GetProperty("name").GetString()).ShouldBe(["Renamed", "Renamed again"]);
    }

    [Fact]
    public async Task A_failing_receiver_is_tried_again_with_the_same_id_and_another_timestamp_may_come()
    {
        _receiver.Answer = (_, n, _) => n < 3 ? 500 : 200;
        var (webhook, secret) = await CreateAsync(["sites.site-created"]);
        await _admin.SiteAsync();
        var got = await _receiver.WaitAsync(3);
        got.Select(r => r.Id).Distinct().ShouldHaveSingleItem();
        got.ShouldAllBe(r => r.IsSignedWith(secret));
        (got[1].At - got[0].At).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(90));
        var log = (await DeliveriesAsync(webhook, d => State(d) == "delivered")).ShouldHaveSingleItem();
        (log.GetProperty("attempts").GetInt32(), log.GetProperty("status").GetInt32()).ShouldBe((3, 200));
    }

    [Fact]
    public async Task A_streams_events_arrive_in_its_order_and_another_receivers_failures_hold_nobody_back()
    {
        await using var bad = await Receiver.StartAsync();
        bad.Answer = (_, _, _) => 500;
        await CreateAsync(["content.*"], bad.Url);
        await CreateAsync(["content.item-edited", "content.item-created"]);
        var site = await _admin.ArticleSiteAsync();
        var item = await _admin.ArticleAsync(site);
        for (var n = 0; n < 6; n++)
            (await _admin.PutAsync($"/api/content/{item}", new { fields = new { title = $"Title {n}" } })).ShouldBe(200);
        var got = await _receiver.WaitAsync(7);
        got.Select(r => r.Json.GetProperty("version").GetInt64()).ToList().ShouldBeInOrder();
        got.Select(r => r.Type).ShouldBe(["content.item-created", .. Enumerable.Repeat("content.item-edited", 6)]);
    }

    [Fact]
    public async Task Dead_letters_are_listed_replayed_and_dropped_on_command()
    {
        _receiver.Answer = (_, _, _) => 500;
        var (webhook, _) = await CreateAsync(["sites.site-created"]);
        await _admin.SiteAsync("one.example.org");
        await _admin.SiteAsync("two.example.org");
        await _admin.SiteAsync("three.example.org");
        var dead = await DeliveriesAsync(webhook, d => State(d) == "dead", 3);
        dead[0].GetProperty("error").GetString().ShouldBe("The receiver answered 500.");
        dead.Select(d => d.GetProperty("attempts").GetInt32()).ShouldBe([3, 3, 3]);
        var ids = dead.Select(d => d.GetProperty("id").GetGuid()).ToList();
        (await _admin.AskAsync($"/api/webhooks/{webhook}/deliveries?state=dead&limit=2")).ShouldBe(200).Items.Count.ShouldBe(2);
        (await host.App.Client("operator").AskAsync("/api/subscriptions")).ShouldBe(200).Items.Single(s => s.GetProperty("name").GetString() == "webhooks")
            .GetProperty("dead").GetInt64().ShouldBeGreaterThanOrEqualTo(3);
        using var client = new HttpClient();
        (await client.GetStringAsync(new Uri(host.App.Url, "metrics"))).ShouldContain("platform_subscription_dead_letters{subscription=\"webhooks\",shard=\"test\"}");

        (await _admin.PostAsync($"/api/webhooks/{webhook}/deliveries/{ids[0]}/drop", new { reason = "Known by now" })).ShouldBe(200).Receipt.Events.Count.ShouldBe(1);
        _receiver.Answer = (_, _, _) => 204;
        var before = _receiver.All.Count;
        (await _admin.PostAsync($"/api/webhooks/{webhook}/deliveries/{ids[1]}/replay")).ShouldBe(200).Receipt.Events.Count.ShouldBe(1);
        await DeliveriesAsync(webhook, d => State(d) == "delivered");
        _receiver.All.Skip(before).ShouldHaveSingleItem().Id.ShouldBe(dead[1].GetProperty("event").GetProperty("id").GetString());

        (await _admin.PostAsync($"/api/webhooks/{webhook}/deliveries/replay", new { to = "2020-01-01T00:00:00Z" })).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await _admin.PostAsync($"/api/webhooks/{webhook}/deliveries/replay")).ShouldBe(200).Receipt.Events.Count.ShouldBe(1);
        var delivered = await DeliveriesAsync(webhook, d => State(d) == "delivered", 2);
        delivered.ShouldAllBe(d => d.GetProperty("replays").GetInt32() == 1 && d.GetProperty("attempts").GetInt32() == 4);
        (await DeliveriesAsync(webhook, d => State(d) == "dropped")).ShouldHaveSingleItem().GetProperty("droppedBecause").GetString().ShouldBe("Known by now");
        await UntilAsync(async () => (long)(await QueueAsync(webhook))! == 0);
        // What was delivered may be sent once more as well.
        (await _admin.PostAsync($"/api/webhooks/{webhook}/deliveries/{ids[2]}/replay")).ShouldBe(200);
        await _receiver.WaitAsync(before + 3);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_disables_its_webhook_and_what_follows_is_dead_until_replayed()
    {
        _receiver.Answer = (_, _, _) => 410;
        var (webhook, _) = await CreateAsync(["sites.site-created"]);
        await _admin.SiteAsync();
        var details = await WebhookAsync(webhook, w => !w.GetProperty("enabled").GetBoolean());
        details.GetProperty("disabledBecause").GetString().ShouldBe("The receiver answered 410 Gone.");
        var delivery = (await DeliveriesAsync(webhook, d => State(d) == "dead")).ShouldHaveSingleItem().GetProperty("id").GetGuid();
        (await _admin.PostAsync($"/api/webhooks/{webhook}/deliveries/{delivery}/replay")).ShouldBeProblem(409, "conflict");

        await _admin.SiteAsync("meanwhile.example.org");
        _receiver.Answer = (_, _, _) => 204;
        (await _admin.PostAsync($"/api/webhooks/{webhook}/test")).ShouldBe(200);
        (await _receiver.WaitAsync(2))[1].Type.ShouldBe("collaboration.webhook-tested");
        (await _admin.PostAsync($"/api/webhooks/{webhook}/enable")).ShouldBe(200);
        (await _admin.PostAsync($"/api/webhooks/{webhook}/deliveries/{delivery}/replay")).ShouldBe(200);
        await _receiver.WaitAsync(3);
        await Task.Delay(300);
        // What happened while it was disabled isn't sent.
        _receiver.All.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_rotated_secret_and_the_one_before_both_sign_for_a_time()
    {
        var (webhook, old) = await CreateAsync(["sites.site-created"]);
        var answer = (await _admin.PostAsync($"/api/webhooks/{webhook}/rotate-secret", "{}", ("Idempotency-Key", "rotate"))).ShouldBe(200);
        var secret = answer.Json.GetProperty("secret").GetString()!;
        answer.Header("Cache-Control").ShouldBe("no-store");
        (await _admin.PostAsync($"/api/webhooks/{webhook}/rotate-secret", "{}", ("Idempotency-Key", "rotate"))).Json.GetProperty("secret").GetString().ShouldBe(secret);
        secret.ShouldNotBe(old);
        await _admin.SiteAsync("one.example.org");
        var got = (await _receiver.WaitAsync(1))[0];
        (got.IsSignedWith(secret), got.IsSignedWith(old)).ShouldBe((true, true));

        var last = (await _admin.PostAsync($"/api/webhooks/{webhook}/rotate-secret", new { keepHours = 0 })).ShouldBe(200).Json.GetProperty("secret").GetString()!;
        await _admin.SiteAsync("two.example.org");
        got = (await _receiver.WaitAsync(2))[1];
        (got.IsSignedWith(last), got.IsSignedWith(secret), got.IsSignedWith(old)).ShouldBe((true, false, false));
        foreach (var told in new[] { (await _admin.AskAsync($"/api/webhooks/{webhook}")).Text, (await _admin.AskAsync("/api/webhooks")).Text, await EventsAsync() })
            foreach (var one in new[] { old, secret, last })
                told.ShouldNotContain(one["whsec_".Length..]);
    }

    [Fact]
    public async Task A_site_filter_lets_through_what_is_of_the_site()
    {
        var site = await _admin.ArticleSiteAsync();
        var other = await _admin.SiteAsync("other.example.org");
        await CreateAsync(["content.*", "sites.*"], siteId: site);
        await _admin.ArticleAsync(other, "elsewhere");
        var item = await _admin.ArticleAsync(site);
        (await _admin.PutAsync($"/api/content/{item}", new { fields = new { title = "Edited" } })).ShouldBe(200);
        (await _admin.PutAsync($"/api/sites/{other}", new { name = "Other", domain = "other.example.net" })).ShouldBe(200);
        (await _admin.PutAsync($"/api/sites/{site}", new { name = "Renamed", domain = "www.example.org" })).ShouldBe(200);
        // Of different streams, so in any order.
        await _receiver.WaitAsync(4);
        var got = await _receiver.WaitAsync(1, r => r.Type == "sites.site-renamed");
        _receiver.All.Select(r => r.Type).ShouldBe(["content.item-created", "content.slug-reserved", "content.item-edited", "sites.site-renamed"], ignoreOrder: true);
        got[0].Json.GetProperty("streamId").GetGuid().ShouldBe(site);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_patience_gets_it_and_redirects_lead_nowhere()
    {
        await using var elsewhere = await Receiver.StartAsync();
        _receiver.Answer = (_, n, http) =>
        {
            if (n == 1)
                http.Response.Headers.RetryAfter = "2";
            else
                http.Response.Headers.Location = elsewhere.Url;
            return n == 1 ? 503 : 307;
        };
        var (webhook, _) = await CreateAsync(["sites.site-created"]);
        await _admin.SiteAsync();
        var waiting = (await DeliveriesAsync(webhook, d => State(d) == "waiting"))[0];
        waiting.GetProperty("nextAt").GetDateTimeOffset().ShouldBeGreaterThan(waiting.GetProperty("lastAt").GetDateTimeOffset().AddSeconds(1.5));
        var got = await _receiver.WaitAsync(2);
        (got[1].At - got[0].At).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.9));
        (await DeliveriesAsync(webhook, d => State(d) == "dead"))[0].GetProperty("error").GetString().ShouldBe("The receiver answered 307.");
        elsewhere.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receiver_that_nobody_is_at_is_told_as_such()
    {
        var (webhook, _) = await CreateAsync(["sites.site-created"], "http://127.0.0.1:9/in");
        await _admin.SiteAsync();
        var dead = (await DeliveriesAsync(webhook, d => State(d) == "dead"))[0];
        dead.GetProperty("error").GetString().ShouldBe("The receiver can't be reached.");
        dead.TryGetProperty("status", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_removed_webhook_is_told_nothing_and_its_queue_leaves()
    {
        _receiver.Answer = (_, _, _) => 500;
        var (webhook, _) = await CreateAsync(["sites.site-created"]);
        await _admin.SiteAsync("one.example.org");
        await DeliveriesAsync(webhook, d => State(d) == "dead");
        (await _admin.PostAsync($"/api/webhooks/{webhook}/remove")).ShouldBe(200);
        await UntilAsync(async () => (long)(await QueueAsync(webhook))! == 0);
        var before = _receiver.All.Count;
        await _admin.SiteAsync("two.example.org");
        await Task.Delay(400);
        _receiver.All.Count.ShouldBe(before);
        (await _admin.AskAsync($"/api/webhooks/{webhook}")).ShouldBeProblem(404, "not-found");
        (await _admin.AskAsync($"/api/webhooks/{webhook}/deliveries")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Tenants_webhooks_do_not_meet()
    {
        using var stranger = host.App.Client("admin", TenantEndpoints.NewId());
        await using var theirs = await Receiver.StartAsync();
        (await stranger.PostAsync("/api/webhooks", new { url = theirs.Url, events = new[] { "*" } })).ShouldBe(201);
        var (webhook, _) = await CreateAsync(["sites.site-created"]);
        await _admin.SiteAsync();
        var delivery = (await DeliveriesAsync(webhook, d => State(d) == "delivered"))[0].GetProperty("id").GetGuid();
        theirs.All.ShouldBeEmpty();
        (await stranger.AskAsync($"/api/webhooks/{webhook}")).ShouldBeProblem(404, "not-found");
        (await stranger.AskAsync($"/api/webhooks/{webhook}/deliveries")).ShouldBeProblem(404, "not-found");
        foreach (var verb in new[] { "enable", "test", "remove", "rotate-secret", "deliveries/replay", $"deliveries/{delivery}/replay" })
            (await stranger.PostAsync($"/api/webhooks/{webhook}/{verb}")).ShouldBeProblem(404, "not-found");
        (await stranger.AskAsync("/api/webhooks")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("url").GetString().ShouldBe(theirs.Url);
    }

    private async Task<(Guid Webhook, string Secret)> CreateAsync(string[] events, string? url = null, Guid? siteId = null)
    {
        var answer = (await _admin.PostAsync("/api/webhooks", JsonSerializer.Serialize(new { url = url ?? _receiver.Url, events, siteId }))).ShouldBe(201);
        return (answer.Json.GetProperty("streamId").GetGuid(), answer.Json.GetProperty("secret").GetString()!);
    }

    private static string? State(JsonElement delivery) => delivery.GetProperty("state").GetString();

    private async Task<IReadOnlyList<JsonElement>> DeliveriesAsync(Guid webhook, Func<JsonElement, bool> which, int count = 1)
    {
        var last = "";
        for (var n = 0; n < 500; n++, await Task.Delay(40))
        {
            var answer = (await _admin.AskAsync($"/api/webhooks/{webhook}/deliveries")).ShouldBe(200);
            last = answer.Text;
            if (answer.Items.Where(which).ToList() is var found && found.Count >= count)
                return found;
        }
        throw new TimeoutException($"{last} {string.Join(", ", await Platform.EventStore.SubscriptionStatus.AllAsync(host.App.Store.Options.Database))}");
    }

    private async Task<JsonElement> WebhookAsync(Guid webhook, Func<JsonElement, bool> which)
    {
        JsonElement found = default;
        await UntilAsync(async () => which(found = (await _admin.AskAsync($"/api/webhooks/{webhook}")).ShouldBe(200).Json));
        return found;
    }

    private Task<object?> QueueAsync(Guid webhook) =>
        host.Owner.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"select count(*) from platform.delivery where target = '{webhook}'")).ExecuteScalarAsync();

    private async Task<string> EventsAsync() =>
        (string)(await host.Owner.CreateCommand($"select string_agg(data::text || headers::text, ' ') from public.mt_events where tenant_id = '{_tenant}'").ExecuteScalarAsync())!;

    private static Task UntilAsync(Func<Task<bool>> condition) => Until.HoldsAsync(condition, seconds: 20);
}
