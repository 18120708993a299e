namespace Platform.Domain.Collaboration;

/// <summary>Delivers an event once more, with all attempts before it.</summary>
public sealed record ReplayDelivery(Guid WebhookId, Guid DeliveryId)
{
    public static Decision Decide(ReplayDelivery command, WebhookDelivery delivery, Webhook webhook) => delivery switch
    {
        _ when !webhook.Exists => Webhook.Missing,
        { Event: null } => WebhookDelivery.Missing,
        { WebhookId: var other } when other != command.WebhookId => WebhookDelivery.Missing,
        _ when !webhook.Enabled => Reject.Conflict("The webhook is disabled: enable it before its deliveries are replayed."),
        { State: DeliveryState.Waiting } => Reject.Conflict("The event is still on its way."),
        { Event: { } @event } => Decision.Of(new WebhookDeliveryReplayed(command.WebhookId, @event)),
    };
}

/// <summary>Delivers events once more that were given up.</summary>
public sealed record ReplayDeadDeliveries(Guid WebhookId)
{
    /// <summary>Deliveries in one command.</summary>
    public const int Most = 200;

    /// <param name="command">The command.</param>
    /// <param name="webhook">The webhook.</param>
    /// <param name="deliveries">At most <see cref="Most"/>; those that aren't dead any more are passed over.</param>
    public static JointDecision Decide(ReplayDeadDeliveries command, Webhook webhook, IReadOnlyList<WebhookDelivery> deliveries)
    {
        if (!webhook.Exists) return Webhook.Missing;
        if (!webhook.Enabled) return Reject.Conflict("The webhook is disabled: enable it before its deliveries are replayed.");

        var dead = deliveries.Where(delivery => delivery.State is DeliveryState.Dead && delivery.WebhookId == command.WebhookId).Select(delivery => delivery.Event!).ToList();
        return dead.Count == 0
            ? JointDecision.Nothing
            : JointDecision.Of([
                new StreamEvents(command.WebhookId, new WebhookDeadLettersReplayed(command.WebhookId, dead.Count)),
                .. dead.Select(e => new StreamEvents(WebhookDelivery.IdOf(command.WebhookId, e.Id), new WebhookDeliveryReplayed(command.WebhookId, e))),
            ]);
    }
}
