using System.Text.Json.Serialization;

namespace Platform.Domain.Collaboration;

/// <summary>The event that is delivered.</summary>
/// <param name="Id">Also what the receiver knows a repetition by.</param>
/// <param name="Type">Alias.</param>
/// <param name="StreamId">Its stream.</param>
/// <param name="Version">Its version in it.</param>
/// <param name="Sequence">Marten's <c>seq_id</c>.</param>
public sealed record DeliveredEvent(Guid Id, string Type, Guid StreamId, long Version, long Sequence);

/// <summary>The receiver took the event.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Event">What was delivered.</param>
/// <param name="Attempt">From 1 on, anew after a replay.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Milliseconds">How long it took.</param>
[EventType("collaboration.webhook-delivered")]
public sealed record WebhookDelivered(Guid WebhookId, DeliveredEvent Event, int Attempt, int Status, long Milliseconds);

/// <summary>The receiver didn't take the event.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Event">What was to be delivered.</param>
/// <param name="Attempt">From 1 on, anew after a replay.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Error">Why; nothing of the answer's body.</param>
/// <param name="Status">HTTP status of the answer; null: there was none.</param>
/// <param name="NextAt">Not before then it's tried again; null: it was given up, a dead letter.</param>
[EventType("collaboration.webhook-delivery-failed")]
public sealed record WebhookDeliveryFailed(Guid WebhookId, DeliveredEvent Event, int Attempt, long Milliseconds, string Error, int? Status = null, DateTimeOffset? NextAt = null);

/// <summary>The event is delivered once more, by command: what subscriptions hand over again is asked for by an event like this, and by nothing else.</summary>
[EventType("collaboration.webhook-delivery-replayed")]
public sealed record WebhookDeliveryReplayed(Guid WebhookId, DeliveredEvent Event);

/// <summary>A dead letter was looked at and is kept no longer, by command.</summary>
[EventType("collaboration.webhook-delivery-dropped")]
public sealed record WebhookDeliveryDropped(Guid WebhookId, DeliveredEvent Event, string Reason);

/// <summary>Where a delivery stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("delivered")]
    Delivered,

    [JsonStringEnumMemberName("dead")]
    Dead,

    [JsonStringEnumMemberName("dropped")]
    Dropped,
}

/// <summary>An event on its way to a webhook: begins to exist with the first attempt.</summary>
[StateType("collaboration.webhook-delivery", 1)]
public sealed record WebhookDelivery : IState<WebhookDelivery>
{
    public static WebhookDelivery Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such delivery.");

    public Guid WebhookId { get; init; }

    /// <summary>Null: it doesn't exist.</summary>
    public DeliveredEvent? Event { get; init; }

    public DeliveryState State { get; init; }

    /// <summary>The last one that was recorded; 0 after a replay.</summary>
    public int Attempt { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a delivery: one an event and webhook.</summary>
    public static Guid IdOf(Guid webhookId, Guid eventId) => DerivedId.From("collaboration.webhook-delivery", $"{webhookId}", $"{eventId}");

    public WebhookDelivery Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private WebhookDelivery Apply(object @event) => @event switch
    {
        WebhookDelivered done => this with { WebhookId = done.WebhookId, Event = done.Event, Attempt = done.Attempt, State = DeliveryState.Delivered },
        WebhookDeliveryFailed failed => this with
        {
            WebhookId = failed.WebhookId,
            Event = failed.Event,
            Attempt = failed.Attempt,
            State = failed.NextAt is null ? DeliveryState.Dead : DeliveryState.Waiting,
        },
        WebhookDeliveryReplayed => this with { Attempt = 0, State = DeliveryState.Waiting },
        WebhookDeliveryDropped => this with { State = DeliveryState.Dropped },
        _ => this,
    };
}
