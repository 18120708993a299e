using Platform.Domain.Collaboration;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Collaboration;

namespace Platform.Processors.Collaboration;

/// <summary>Dead letters of a webhook, by when they were last tried.</summary>
public sealed record ReplayDeadRange(Guid WebhookId, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>Loads what each command of webhooks is decided on.</summary>
public sealed class WebhookCommands(ReceiverConnections receivers, WebhookOptions options)
{
    public async Task<Handled> CreateAsync(CreateWebhook command, IDocumentSession session, CancellationToken cancel)
    {
        var facts = await FactsAsync(command.Settings, session, cancel);
        var webhook = await session.Events.FetchForWriting<Webhook>(command.WebhookId, cancel: cancel);
        var list = await session.Events.FetchForWriting<WebhookList>(WebhookList.Id, cancel: cancel);
        return session.Enlist(command.WebhookId, webhook.StartingVersion, CreateWebhook.Decide(command, webhook.Aggregate, list.Aggregate, facts));
    }

    public async Task<Handled> ChangeAsync(ChangeWebhook command, IDocumentSession session, CancellationToken cancel)
    {
        var facts = await FactsAsync(command.Settings, session, cancel);
        return await session.DecideAsync<Webhook>(command.WebhookId, webhook => ChangeWebhook.Decide(command, webhook, facts), cancel);
    }

    public static Task<Handled> EnableAsync(EnableWebhook command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Webhook>(command.WebhookId, webhook => EnableWebhook.Decide(command, webhook), cancel);

    public static Task<Handled> DisableAsync(DisableWebhook command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Webhook>(command.WebhookId, webhook => DisableWebhook.Decide(command, webhook), cancel);

    public static Task<Handled> RotateSecretAsync(RotateWebhookSecret command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Webhook>(command.WebhookId, webhook => RotateWebhookSecret.Decide(command, webhook), cancel);

    public static Task<Handled> TestAsync(TestWebhook command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Webhook>(command.WebhookId, webhook => TestWebhook.Decide(command, webhook), cancel);

    public static async Task<Handled> RemoveAsync(RemoveWebhook command, IDocumentSession session, CancellationToken cancel)
    {
        var webhook = await session.Events.FetchForWriting<Webhook>(command.WebhookId, cancel: cancel);
        return session.Enlist(command.WebhookId, webhook.StartingVersion, RemoveWebhook.Decide(command, webhook.Aggregate));
    }

    public static Task<Handled> RecordAsync(RecordDelivery command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<WebhookDelivery>(WebhookDelivery.IdOf(command.WebhookId, command.Event.Id), delivery => RecordDelivery.Decide(command, delivery), cancel);

    public static Task<Handled> DropAsync(DropDelivery command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<WebhookDelivery>(command.DeliveryId, delivery => DropDelivery.Decide(command, delivery), cancel);

    public static async Task<Handled> ReplayAsync(ReplayDelivery command, IDocumentSession session, CancellationToken cancel)
    {
        var webhook = await session.Events.FetchForWriting<Webhook>(command.WebhookId, cancel: cancel);
        var handled = await session.DecideAsync<WebhookDelivery>(command.DeliveryId, delivery => ReplayDelivery.Decide(command, delivery, webhook.Aggregate), cancel);
        // A webhook that is disabled or removed at this moment is told nothing more.
        if (handled.Rejection is null)
            session.Events.EnforceConsistency(command.WebhookId);
        return handled;
    }

    public static async Task<Handled> ReplayDeadAsync(ReplayDeadRange command, IDocumentSession session, CancellationToken cancel)
    {
        var webhook = await session.Events.FetchForWriting<Webhook>(command.WebhookId, cancel: cancel);
        var deliveries = new List<WebhookDelivery>();
        foreach (var id in await WebhookDeliveryDetails.FindDeadAsync(session, command.WebhookId, command.From, command.To, ReplayDeadDeliveries.Most, cancel))
            deliveries.Add((await session.Events.FetchForWriting<WebhookDelivery>(id, cancel: cancel)).Aggregate);
        return session.Enlist(command.WebhookId, webhook.StartingVersion, ReplayDeadDeliveries.Decide(new ReplayDeadDeliveries(command.WebhookId), webhook.Aggregate, deliveries));
    }

    private async Task<WebhookFacts> FactsAsync(WebhookSettings settings, IDocumentSession session, CancellationToken cancel) => new(
        options.Policy,
        await receivers.FindProblemAsync(settings.Url, cancel),
        settings.SiteId is not { } site || await session.Events.FetchStreamAsync(site, limit: 1, cancel: cancel) is [{ Data: SiteCreated }]);
}
