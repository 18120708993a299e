using System.Collections.Immutable;

namespace Platform.Domain.Collaboration;

/// <summary>The tenant has one webhook more.</summary>
[EventType("collaboration.webhook-listed")]
public sealed record WebhookListed(Guid WebhookId);

/// <summary>The tenant has one webhook less.</summary>
[EventType("collaboration.webhook-unlisted")]
public sealed record WebhookUnlisted(Guid WebhookId);

/// <summary>All webhooks of a tenant, so that they stay few.</summary>
[StateType("collaboration.webhook-list", 1)]
public sealed record WebhookList : IState<WebhookList>
{
    public const int Most = 50;

    public static WebhookList Initial { get; } = new();

    /// <summary>The stream of the list: one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("collaboration.webhook-list");

    public ImmutableSortedSet<Guid> Webhooks { get; init; } = [];

    public long Version { get; init; }

    public WebhookList Evolve(object @event, long version) => this with
    {
        Webhooks = @event switch
        {
            WebhookListed listed => Webhooks.Add(listed.WebhookId),
            WebhookUnlisted unlisted => Webhooks.Remove(unlisted.WebhookId),
            _ => Webhooks,
        },
        Version = version,
    };
}
