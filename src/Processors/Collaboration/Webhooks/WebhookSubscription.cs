using Microsoft.Extensions.Logging;
using Platform.Domain;
using Platform.Domain.Collaboration;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Collaboration;

namespace Platform.Processors.Collaboration;

/// <summary>Tells webhooks of events; each attempt is an event itself, which no webhook is told of.</summary>
public sealed class WebhookSubscription(
    IDocumentStore store, CommandRunner runner, WebhookClient client, WebhookSecrets secrets, WebhookOptions options, TenantRegister tenants, ILogger<WebhookSubscription> log) : Subscription
{
    /// <summary>Who acts, as the events say.</summary>
    public const string User = "platform:webhooks";

    public override string Name => "webhooks";

    public override IReadOnlyList<string> EventTypes { get; } =
    [
        .. EventFilter.Offered.Order(StringComparer.Ordinal),
        .. EventCatalog.All.Values.Where(e => Commands.Contains(e.ClrType)).Select(e => e.Alias),
    ];

    private static Type[] Commands => [typeof(WebhookTested), typeof(WebhookRemoved), typeof(WebhookDeliveryReplayed), typeof(WebhookDeliveryDropped)];

    public override IReadOnlyList<string> After { get; } = [WebhookRoutes.ReadModel];

    public override RetryPolicy Retry => options.Retry;

    // A receiver that answers slowly has four of its tenant's eight; a tenant of such receivers has eight of all.
    public override DeliveryLimits Limits { get; } = new(256, 8, 4, 2 * WebhookClient.Patience);

    public override ValueTask<IReadOnlyCollection<string>> HeldAsync(CancellationToken cancel) => tenants.HeldAsync(cancel);

    public override Task<IReadOnlyList<Route>> RouteAsync(IReadOnlyList<Event> events, CancellationToken cancel) =>
        WebhookRouting.RouteAsync(events, store, cancel);

    public override async Task<DeliveryOutcome> HandleAsync(Delivery delivery, CancellationToken cancel)
    {
        try
        {
            return await DeliverAsync(delivery, cancel);
        }
        catch (Exception x) when (delivery.RetryIn is null)
        {
            // Our own trouble isn't to use up the receiver's last attempt: what became of it isn't recorded, so nobody could see or replay it.
            log.LogWarning(x, "Webhook {Webhook} of tenant {Tenant}: what came of event {Event} couldn't be recorded; it is tried again.", delivery.Target, delivery.Event.TenantId, delivery.Event.Id);
            return new DeliveryOutcome.Failed($"{x.GetType().Name}: {x.Message}", store.Options.Time.GetUtcNow() + options.Retry.Longest);
        }
    }

    private async Task<DeliveryOutcome> DeliverAsync(Delivery delivery, CancellationToken cancel)
    {
        var (e, id) = (delivery.Event, Guid.Parse(delivery.Target));
        var webhook = (await store.QuerySession(e.TenantId).Events.AggregateStreamAsync<Webhook>(id, cancel: cancel)).State;
        if (!webhook.Exists)
            return new DeliveryOutcome.Done();
        if (!webhook.Enabled && e.Data is not WebhookTested)
            return await FailAsync(delivery, id, new ReceiverAnswer(null, 0, "The webhook is disabled."), null, cancel);

        // The policy may be stricter than when the webhook was made.
        if (WebhookUrl.Problem(webhook.Settings.Url, options.Policy) is { } problem)
            return await FailAsync(delivery, id, new ReceiverAnswer(null, 0, $"The URL isn't allowed here: {problem}"), delivery.RetryIn, cancel);

        var keys = webhook.GenerationsAt(store.Options.Time.GetUtcNow()).Select(generation => secrets.KeyOf(e.TenantId, id, generation));
        var answer = await client.SendAsync(webhook.Settings.Url, e, WebhookPayload.Of(e, delivery.Hash), keys, cancel);
        if (answer.Error is null)
        {
            await RecordAsync(delivery, id, answer, null, cancel);
            return new DeliveryOutcome.Done();
        }
        // A test asks whether anybody answers now: it's made once, and the next one doesn't wait for it.
        var outcome = await FailAsync(delivery, id, answer, answer.IsGone || e.Data is WebhookTested ? null : delivery.RetryIn, cancel);
        if (webhook.Enabled)
            await DisableAsync(e.TenantId, id, answer, cancel);
        return outcome;
    }

    private async Task<DeliveryOutcome> FailAsync(Delivery delivery, Guid webhookId, ReceiverAnswer answer, TimeSpan? retryIn, CancellationToken cancel)
    {
        if (retryIn is not { } pause)
        {
            await RecordAsync(delivery, webhookId, answer, null, cancel);
            return new DeliveryOutcome.Dead(answer.Error!);
        }
        // A receiver may ask for more patience than ours, not for less, and not for ever.
        var wait = answer.RetryAfter is { } asked && asked > pause ? TimeSpan.FromTicks(Math.Min(asked.Ticks, options.Retry.Longest.Ticks)) : pause;
        var at = store.Options.Time.GetUtcNow() + wait;
        await RecordAsync(delivery, webhookId, answer, at, cancel);
        return new DeliveryOutcome.Failed(answer.Error!, at);
    }

    private Task RecordAsync(Delivery delivery, Guid webhookId, ReceiverAnswer answer, DateTimeOffset? nextAt, CancellationToken cancel)
    {
        var e = delivery.Event;
        // What PostgreSQL keeps of a time.
        var at = nextAt is { } next ? next.AddTicks(-(next.Ticks % TimeSpan.TicksPerMicrosecond)) : (DateTimeOffset?)null;
        var command = new RecordDelivery(
            webhookId, new DeliveredEvent(e.Id, e.Type, e.StreamId, e.Version, e.Sequence), delivery.Attempt, answer.Status, answer.Milliseconds, answer.Error, at);
        return RunAsync(e.TenantId, webhookId, (session, c) => WebhookCommands.RecordAsync(command, session, c), cancel);
    }

    private async Task DisableAsync(string tenantId, Guid webhookId, ReceiverAnswer answer, CancellationToken cancel)
    {
        var reason = answer.IsGone ? "The receiver answered 410 Gone."
            : await WebhookDeliveryDetails.FailingSinceAsync(store.QuerySession(tenantId), webhookId, cancel) is { } since && store.Options.Time.GetUtcNow() - since >= options.DisableAfter
                ? $"Nothing was delivered since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC. {answer.Error}"
            : null;
        if (reason is null)
            return;
        log.LogInformation("Webhook {Webhook} of tenant {Tenant} is disabled. {Reason}", webhookId, tenantId, reason);
        await RunAsync(tenantId, webhookId, (session, c) => WebhookCommands.DisableAsync(new DisableWebhook(webhookId, reason), session, c), cancel);
    }

    private Task RunAsync(string tenantId, Guid webhookId, Func<IDocumentSession, CancellationToken, Task<Handled>> handle, CancellationToken cancel) =>
        runner.RunAsync(new Arrival(tenantId, User, "webhook", CorrelationId: $"webhook:{webhookId}"), 200, handle, cancel);
}
