namespace Platform.Domain.Content;

/// <summary>Takes back what was still to come of an item's schedule.</summary>
public sealed record CancelSchedule(Guid ItemId) : ICommand<CancelSchedule, Item>
{
    public static Decision Decide(CancelSchedule command, Item state) => state switch
    {
        { Exists: false } => Item.Missing,
        { Schedule: null } => Decision.Nothing,
        _ => Decision.Of(new ItemScheduleCancelled(command.ItemId)),
    };
}
