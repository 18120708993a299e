namespace Platform.Domain.Content;

/// <summary>Brings an archived item back as a draft, if its slugs and unique values are still free.</summary>
public sealed record RestoreItem(Guid ItemId) : ICommand<RestoreItem, Item>
{
    public static Decision Decide(RestoreItem command, Item state) => state switch
    {
        { Exists: false } => Item.Missing,
        { Status: ItemStatus.Archived } => Decision.Of(new ItemRestored(command.ItemId)),
        _ => Decision.Nothing,
    };
}
