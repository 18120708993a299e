namespace Platform.Domain.Content;

/// <summary>Puts an item away: not live any more, not editable, and its slugs and unique values are free for others.</summary>
public sealed record ArchiveItem(Guid ItemId) : ICommand<ArchiveItem, Item>
{
    public static Decision Decide(ArchiveItem command, Item state) => state switch
    {
        { Exists: false } => Item.Missing,
        { Status: ItemStatus.Archived } => Decision.Nothing,
        _ => Decision.Of(new ItemArchived(command.ItemId)),
    };
}
