namespace Platform.Domain.Content;

/// <summary>Brings an archived item back as a draft, if its slug is still free.</summary>
public sealed record RestoreItem(Guid ItemId)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item.</param>
    /// <param name="slug">The reservation of the item's slug.</param>
    public static JointDecision Decide(RestoreItem command, Item item, SlugReservation slug)
    {
        if (!item.Exists) return Item.Missing;
        if (item.Status != ItemStatus.Archived) return JointDecision.Nothing;
        if (slug.Refuse(item.Slug) is { } taken) return taken;

        return JointDecision.Of(
            new StreamEvents(command.ItemId, new ItemRestored(command.ItemId)),
            SlugReservation.Reserve(item, item.Slug));
    }
}
