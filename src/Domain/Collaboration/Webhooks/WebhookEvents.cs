namespace Platform.Domain.Collaboration;

/// <summary>A receiver is told of events from now on. Its secret is derived from a key that no event holds; it begins at generation 1.</summary>
[EventType("collaboration.webhook-created")]
public sealed record WebhookCreated(Guid WebhookId, WebhookSettings Settings);

/// <summary>What the webhook is from now on, whole.</summary>
[EventType("collaboration.webhook-changed")]
public sealed record WebhookChanged(Guid WebhookId, WebhookSettings Settings);

/// <summary>It's told of events again: of those from this one on.</summary>
[EventType("collaboration.webhook-enabled")]
public sealed record WebhookEnabled(Guid WebhookId);

/// <summary>It's told of nothing, and what waited for it is dead; by command, because the receiver is gone, or because it failed for too long.</summary>
[EventType("collaboration.webhook-disabled")]
public sealed record WebhookDisabled(Guid WebhookId, string Reason);

/// <summary>Deliveries are signed with another secret.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Generation">Of the new secret.</param>
/// <param name="OldUntil">Until then deliveries are signed with the secret before it as well.</param>
[EventType("collaboration.webhook-secret-rotated")]
public sealed record WebhookSecretRotated(Guid WebhookId, int Generation, DateTimeOffset OldUntil);

/// <summary>This very event is delivered to the webhook, enabled or not, whatever its filter.</summary>
[EventType("collaboration.webhook-tested")]
public sealed record WebhookTested(Guid WebhookId);

/// <summary>The webhook is gone for good.</summary>
[EventType("collaboration.webhook-removed")]
public sealed record WebhookRemoved(Guid WebhookId);

/// <summary>Deliveries that were dead are made again; each has an event of its own.</summary>
[EventType("collaboration.webhook-dead-letters-replayed")]
public sealed record WebhookDeadLettersReplayed(Guid WebhookId, int Count);
