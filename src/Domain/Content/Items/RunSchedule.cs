namespace Platform.Domain.Content;

/// <summary>
/// Does what is due of an item's schedule. Whoever finds it due may give this command, any number of times: the item's stream says
/// whether it's still to be done, so it's done once.
/// </summary>
/// <param name="ItemId">The item.</param>
/// <param name="Action">What is due.</param>
/// <param name="DueAt">Since when; another schedule that the item got since is left alone.</param>
public sealed record RunSchedule(Guid ItemId, LiveAction Action, DateTimeOffset DueAt)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item as it is.</param>
    /// <param name="then">The item as of the version that its schedule names; the item as it is when it names none.</param>
    /// <param name="type">The item's content type.</param>
    public static Decision Decide(RunSchedule command, Item item, Item then, ContentType type)
    {
        if (!IsDue(command, item)) return Decision.Nothing;

        var done = command.Action is LiveAction.Publish
            ? PublishItem.Decide(new PublishItem(command.ItemId, item.Schedule!.Version), item, then, type)
            : UnpublishItem.Decide(new UnpublishItem(command.ItemId), item);
        return done.Rejection is { } rejection ? Failed(command, item, rejection) : Decision.Of(
            done.Events.Add(new ItemScheduleFulfilled(command.ItemId, command.Action, command.DueAt)));
    }

    /// <summary>What stands in the item's stream when it couldn't be done: also when a unique value was taken meanwhile.</summary>
    /// <param name="command">The command.</param>
    /// <param name="item">The item as it is, which may have got another schedule since.</param>
    /// <param name="rejection">Why it couldn't be done.</param>
    public static Decision Failed(RunSchedule command, Item item, Rejection rejection) => IsDue(command, item)
        ? Decision.Of(new ItemScheduleFailed(command.ItemId, command.Action, command.DueAt, rejection.Summary))
        : Decision.Nothing;

    private static bool IsDue(RunSchedule command, Item item) => item.Schedule?.DueAt(command.Action) == command.DueAt;
}
