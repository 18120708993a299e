using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Collaboration;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Collaboration;

/// <summary>An event on its way to a webhook, with its attempts.</summary>
/// <param name="Id">The delivery's stream.</param>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Event">What is delivered; its id is the header <c>webhook-id</c>.</param>
/// <param name="State">waiting (for the next attempt), delivered, dead or dropped.</param>
/// <param name="Attempts">All of them, replays included.</param>
/// <param name="Status">HTTP status of the last answer; absent: there was none.</param>
/// <param name="Milliseconds">How long the last attempt took.</param>
/// <param name="Error">Why the last attempt failed; absent: it didn't.</param>
/// <param name="NextAt">Not before then it's tried again.</param>
/// <param name="Replays">How often it was asked for once more.</param>
/// <param name="DroppedBecause">Why the dead letter was dropped.</param>
/// <param name="FirstAt">First attempt.</param>
/// <param name="LastAt">Last attempt.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record WebhookDeliveryDetails(
    Guid Id, Guid WebhookId, DeliveredEvent Event, DeliveryState State, int Attempts, int? Status, long Milliseconds, string? Error, DateTimeOffset? NextAt,
    int Replays, string? DroppedBecause, DateTimeOffset FirstAt, DateTimeOffset LastAt, long Version)
{
    public const string ReadModel = "webhook_deliveries";

    /// <summary>The webhook's deliveries by their events' sequence, the latest first; the key is that sequence.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="state">Only in this state; null: all.</param>
    /// <param name="before">Sequence where the page before ended; 0: from the latest on.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid webhookId, string? state, long before, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, $"""
            select d.sequence::text, d.data from read.webhook_deliveries d
            where d.webhook_id = $1 and d.sequence < $2 {(state is null ? "and $3::text is null" : "and d.state = $3")} order by d.sequence desc limit $4
            """,
            [
                new() { Value = webhookId }, new() { Value = before == 0 ? long.MaxValue : before },
                new() { Value = (object?)state ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = limit },
            ],
            StoredDocument.Read, cancel);

    /// <summary>Ids of dead letters, the earliest event first.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="from">Last attempt not earlier.</param>
    /// <param name="to">Last attempt earlier.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<IReadOnlyList<Guid>> FindDeadAsync(IQuerySession session, Guid webhookId, DateTimeOffset? from, DateTimeOffset? to, int limit, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, """
            select id from read.webhook_deliveries where webhook_id = $1 and state = 'dead' and last_at >= $2 and last_at < $3 order by sequence limit $4
            """,
            [new() { Value = webhookId }, Time(from ?? DateTimeOffset.MinValue), Time(to ?? DateTimeOffset.MaxValue), new() { Value = limit }], row => row.GetGuid(0), cancel)).Items;

    /// <summary>Since when nothing was delivered though something was tried; null: the last thing tried was delivered, or nothing was tried.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<DateTimeOffset?> FailingSinceAsync(IQuerySession session, Guid webhookId, CancellationToken cancel) =>
        (await session.QueryAsync<DateTimeOffset?>(ReadModel, """
            select min(d.first_at) from read.webhook_deliveries d
            where d.webhook_id = $1 and d.first_at > greatest(
                coalesce((select max(o.delivered_at) from read.webhook_deliveries o where o.webhook_id = $1), '-infinity'),
                coalesce((select (w.data->>'enabledAt')::timestamptz from read.webhooks w where w.id = $1), '-infinity'))
            """,
            [new() { Value = webhookId }], row => row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), cancel)).Items[0];

    private static Npgsql.NpgsqlParameter Time(DateTimeOffset value) => new() { Value = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}

/// <summary>The delivery log of webhooks.</summary>
public sealed class WebhookDeliveries : SingleStreamProjection<WebhookDeliveryDetails>
{
    public override string Name => WebhookDeliveryDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } =
        Aliases.Of(typeof(WebhookDelivered), typeof(WebhookDeliveryFailed), typeof(WebhookDeliveryReplayed), typeof(WebhookDeliveryDropped));

    protected override JsonTypeInfo<WebhookDeliveryDetails> Json => CollaborationReadJson.Default.WebhookDeliveryDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<WebhookDeliveryDetails, object?> Value)> Columns { get; } =
    [
        (new("webhook_id", "uuid not null", NpgsqlDbType.Uuid), d => d.WebhookId),
        (new("sequence", "bigint not null", NpgsqlDbType.Bigint), d => d.Event.Sequence),
        (new("state", "varchar not null", NpgsqlDbType.Varchar), d => d.State switch { DeliveryState.Waiting => "waiting", DeliveryState.Delivered => "delivered", DeliveryState.Dead => "dead", _ => "dropped" }),
        (new("first_at", "timestamptz not null", NpgsqlDbType.TimestampTz), d => d.FirstAt),
        (new("last_at", "timestamptz not null", NpgsqlDbType.TimestampTz), d => d.LastAt),
        (new("delivered_at", "timestamptz", NpgsqlDbType.TimestampTz), d => d.State is DeliveryState.Delivered ? d.LastAt : null),
    ];

    protected override IReadOnlyList<string> Indexes => ["webhook_id, sequence", "webhook_id, state, sequence", "webhook_id, delivered_at", "webhook_id, first_at"];

    public override AnalystView Analysts { get; } = new(
        "webhook_deliveries", "What was delivered to which webhook, and with what success?", "an event on its way to a webhook, from its first attempt on", ["id"],
        [
            new("id", "The delivery's stream."),
            new("webhook_id", "The webhook."),
            new("event_id", "What is delivered.", "data->'event'->>'id'", "uuid"),
            new("event_type", "Its type, such as content.item-published.", "data->'event'->>'type'", "text"),
            new("sequence", "Its sequence number, as in receipts."),
            new("state", "waiting for the next attempt, delivered, dead or dropped."),
            new("attempts", "All of them, replays included.", "data->>'attempts'", "integer"),
            new("status", "HTTP status of the last answer; null: there was none.", "data->>'status'", "integer", Nullable: true),
            new("milliseconds", "How long the last attempt took, in milliseconds.", "data->>'milliseconds'", "bigint"),
            new("error", "Why the last attempt failed; null: it didn't.", "data->>'error'", "text", Nullable: true),
            new("first_at", "First attempt, UTC."),
            new("last_at", "Last attempt, UTC."),
            new("delivered_at", "When it was delivered, UTC; null: it isn't."),
        ],
        "select webhook_id, count(*) filter (where state = 'delivered') as delivered, count(*) filter (where state = 'dead') as dead from analytics.webhook_deliveries group by webhook_id",
        Permission.WebhooksRead, Changed: "last_at");

    public override WebhookDeliveryDetails? Evolve(WebhookDeliveryDetails? document, Event e) => (document, e.Data) switch
    {
        (_, WebhookDelivered d) => Attempted(document, e, d.WebhookId, d.Event) with { State = DeliveryState.Delivered, Status = d.Status, Milliseconds = d.Milliseconds, Error = null, NextAt = null },
        (_, WebhookDeliveryFailed d) => Attempted(document, e, d.WebhookId, d.Event) with
        {
            State = d.NextAt is null ? DeliveryState.Dead : DeliveryState.Waiting,
            Status = d.Status,
            Milliseconds = d.Milliseconds,
            Error = d.Error,
            NextAt = d.NextAt,
        },
        ({ } known, WebhookDeliveryReplayed) => known with { State = DeliveryState.Waiting, NextAt = e.Timestamp, Replays = known.Replays + 1, DroppedBecause = null, Version = e.Version },
        ({ } known, WebhookDeliveryDropped dropped) => known with { State = DeliveryState.Dropped, DroppedBecause = dropped.Reason, Version = e.Version },
        _ => document,
    };

    private static WebhookDeliveryDetails Attempted(WebhookDeliveryDetails? document, Event e, Guid webhookId, DeliveredEvent @event)
    {
        var delivery = document ?? new WebhookDeliveryDetails(e.StreamId, webhookId, @event, default, 0, null, 0, null, null, 0, null, e.Timestamp, e.Timestamp, 0);
        return delivery with { Attempts = delivery.Attempts + 1, LastAt = e.Timestamp, Version = e.Version };
    }
}
