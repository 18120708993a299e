namespace Platform.Domain.Content;

/// <summary>Brings an item's draft to the current version of its content type; what is live stays as it was published.</summary>
public sealed record MigrateItem(Guid ItemId)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item; an archived one follows as well, so that it can be restored.</param>
    /// <param name="type">The item's content type.</param>
    public static Decision Decide(MigrateItem command, Item item, ContentType type) =>
        item.Exists ? Decision.Of(ItemMigration.Bring(item, type).Events) : Item.Missing;
}
