namespace Platform.Domain.Collaboration;

/// <summary>Gives a dead letter up for good.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="DeliveryId">The delivery.</param>
/// <param name="Reason">1-200 characters, none of them a control character.</param>
public sealed record DropDelivery(Guid WebhookId, Guid DeliveryId, string Reason) : ICommand<DropDelivery, WebhookDelivery>
{
    public static Decision Decide(DropDelivery command, WebhookDelivery state) => state switch
    {
        { Event: null } => WebhookDelivery.Missing,
        { WebhookId: var other } when other != command.WebhookId => WebhookDelivery.Missing,
        _ when DisplayName.Problem(command.Reason) is { } problem => Reject.Invalid("reason", problem),
        { State: DeliveryState.Dropped } => Decision.Nothing,
        { State: DeliveryState.Dead, Event: { } @event } => Decision.Of(new WebhookDeliveryDropped(command.WebhookId, @event, command.Reason.Trim())),
        _ => Reject.Conflict("Only a dead letter is dropped."),
    };
}
