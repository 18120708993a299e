namespace Platform.Domain.Content;

/// <summary>What is still to come of an item's schedule.</summary>
/// <param name="PublishAt">Null: nothing goes live.</param>
/// <param name="UnpublishAt">Null: nothing goes off the air.</param>
/// <param name="Version">The version that goes live; null: the latest at that time.</param>
public sealed record ItemSchedule(DateTimeOffset? PublishAt, DateTimeOffset? UnpublishAt, long? Version)
{
    /// <summary>What is left once an action is through; null when that's nothing.</summary>
    public ItemSchedule? Without(LiveAction action) => action switch
    {
        LiveAction.Publish when UnpublishAt is not null => this with { PublishAt = null, Version = null },
        LiveAction.Unpublish when PublishAt is not null => this with { UnpublishAt = null },
        _ => null,
    };

    /// <summary>When an action is due; null: it isn't scheduled.</summary>
    public DateTimeOffset? DueAt(LiveAction action) => action is LiveAction.Publish ? PublishAt : UnpublishAt;
}

/// <summary>Replaces the schedule that the item had.</summary>
[EventType("content.item-scheduled")]
public sealed record ItemScheduled(Guid ItemId, DateTimeOffset? PublishAt = null, DateTimeOffset? UnpublishAt = null, long? Version = null);

[EventType("content.item-schedule-cancelled")]
public sealed record ItemScheduleCancelled(Guid ItemId);

/// <summary>An action was due and is done; the event of what it did, if it changed anything, stands before this one.</summary>
[EventType("content.item-schedule-fulfilled")]
public sealed record ItemScheduleFulfilled(Guid ItemId, LiveAction Action, DateTimeOffset DueAt);

/// <summary>An action was due and couldn't be done; it isn't tried again.</summary>
[EventType("content.item-schedule-failed")]
public sealed record ItemScheduleFailed(Guid ItemId, LiveAction Action, DateTimeOffset DueAt, string Reason);
