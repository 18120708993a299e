namespace Platform.Domain.Content;

/// <summary>Puts an item away: not live any more, not editable, and its slug is free for others.</summary>
public sealed record ArchiveItem(Guid ItemId)
{
    public static JointDecision Decide(ArchiveItem command, Item item) => item switch
    {
        { Exists: false } => Item.Missing,
        { Status: ItemStatus.Archived } => JointDecision.Nothing,
        _ => JointDecision.Of(
            new StreamEvents(command.ItemId, new ItemArchived(command.ItemId)),
            SlugReservation.Release(item)),
    };
}
