namespace Platform.Domain.Content;

/// <summary>Takes an item off the air; its draft stays.</summary>
public sealed record UnpublishItem(Guid ItemId) : ICommand<UnpublishItem, Item>
{
    public static Decision Decide(UnpublishItem command, Item state) => state switch
    {
        { Exists: false } => Item.Missing,
        { Live: null } => Decision.Nothing,
        _ => Decision.Of(new ItemUnpublished(command.ItemId)),
    };
}
