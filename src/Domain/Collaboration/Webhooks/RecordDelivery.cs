namespace Platform.Domain.Collaboration;

/// <summary>Writes down what came of an attempt.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Event">What was to be delivered.</param>
/// <param name="Attempt">From 1 on.</param>
/// <param name="Status">HTTP status of the answer; null: there was none.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Error">Null: the receiver took it.</param>
/// <param name="NextAt">After an error: when it's tried again; null: it's given up.</param>
public sealed record RecordDelivery(Guid WebhookId, DeliveredEvent Event, int Attempt, int? Status, long Milliseconds, string? Error, DateTimeOffset? NextAt)
    : ICommand<RecordDelivery, WebhookDelivery>
{
    public static Decision Decide(RecordDelivery command, WebhookDelivery state) => command switch
    {
        // A node that stood still tells of an attempt that others went on from.
        _ when command.Attempt <= state.Attempt => Decision.Nothing,
        { Error: { } error } => Decision.Of(new WebhookDeliveryFailed(
            command.WebhookId, command.Event, command.Attempt, command.Milliseconds, error, command.Status, command.NextAt)),
        _ => Decision.Of(new WebhookDelivered(command.WebhookId, command.Event, command.Attempt, command.Status ?? 0, command.Milliseconds)),
    };
}
