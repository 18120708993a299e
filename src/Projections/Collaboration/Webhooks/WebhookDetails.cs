using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Collaboration;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Collaboration;

/// <summary>A receiver of events. Its secret is in no read model.</summary>
/// <param name="Id">The webhook's stream.</param>
/// <param name="Url">Where deliveries go.</param>
/// <param name="Events">Types of events, or their beginnings: <c>content.*</c>.</param>
/// <param name="SiteId">Only events of this site; absent: of all.</param>
/// <param name="Description">For people.</param>
/// <param name="Enabled">Whether it's told of events.</param>
/// <param name="EnabledAt">Since when it's told of events, or was.</param>
/// <param name="DisabledBecause">Why it isn't; absent: it is.</param>
/// <param name="SecretGeneration">How often the secret was rotated, plus one.</param>
/// <param name="OldSecretUntil">Until then deliveries are signed with the secret before it as well.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
/// <param name="CreatedAt">First event.</param>
/// <param name="UpdatedAt">Last event.</param>
public sealed record WebhookDetails(
    Guid Id, string Url, ImmutableArray<string> Events, Guid? SiteId, string? Description, bool Enabled, DateTimeOffset EnabledAt, string? DisabledBecause,
    int SecretGeneration, DateTimeOffset? OldSecretUntil, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public const string ReadModel = "webhooks";

    /// <summary>Webhooks in id order, which is that of their creation.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select id::text, data from read.webhooks where id > $1 order by id limit $2",
            [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);
}

public sealed class Webhooks : SingleStreamProjection<WebhookDetails>
{
    public override string Name => WebhookDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(WebhookCreated), typeof(WebhookChanged), typeof(WebhookEnabled), typeof(WebhookDisabled), typeof(WebhookSecretRotated), typeof(WebhookTested),
        typeof(WebhookDeadLettersReplayed), typeof(WebhookRemoved));

    protected override JsonTypeInfo<WebhookDetails> Json => CollaborationReadJson.Default.WebhookDetails;

    public override AnalystView Analysts { get; } = new(
        "webhooks", "Who is told of which events?", "a webhook", ["id"],
        [
            new("id", "The webhook's stream."),
            new("url", "Where deliveries go.", "data->>'url'", "text"),
            new("events", "Types of events, or their beginnings, as a JSON array.", "data->'events'", "jsonb"),
            new("site_id", "Only events of this site; null: of all.", "data->>'siteId'", "uuid", Nullable: true),
            new("description", "For people; null: none.", "data->>'description'", "text", Nullable: true),
            new("enabled", "Whether it's told of events.", "data->>'enabled'", "boolean"),
            new("disabled_because", "Why it isn't; null: it is.", "data->>'disabledBecause'", "text", Nullable: true),
            new("created_at", "When it was made, UTC.", "data->>'createdAt'", "timestamptz"),
            new("updated_at", "When it last changed, UTC.", "data->>'updatedAt'", "timestamptz"),
        ],
        "select url, enabled, disabled_because from analytics.webhooks order by created_at", Permission.WebhooksRead, Changed: "updated_at");

    public override WebhookDetails? Evolve(WebhookDetails? document, Event e) => (document, e.Data) switch
    {
        (_, WebhookCreated { Settings: var s }) => new WebhookDetails(
            e.StreamId, s.Url, s.Events, s.SiteId, s.Description, Enabled: true, e.Timestamp, null, 1, null, e.Version, e.Timestamp, e.Timestamp),
        (null, _) or (_, WebhookRemoved) => null,
        ({ } webhook, _) => Changed(webhook, e) with { Version = e.Version, UpdatedAt = e.Timestamp },
    };

    private static WebhookDetails Changed(WebhookDetails webhook, Event e) => e.Data switch
    {
        WebhookChanged { Settings: var s } => webhook with { Url = s.Url, Events = s.Events, SiteId = s.SiteId, Description = s.Description },
        WebhookEnabled => webhook with { Enabled = true, EnabledAt = e.Timestamp, DisabledBecause = null },
        WebhookDisabled disabled => webhook with { Enabled = false, DisabledBecause = disabled.Reason },
        WebhookSecretRotated rotated => webhook with { SecretGeneration = rotated.Generation, OldSecretUntil = rotated.OldUntil },
        _ => webhook,
    };
}
