namespace Platform.Domain.Content;

/// <summary>Takes an item off a further site; from its home site it can only be archived.</summary>
public sealed record UnplaceItem(Guid ItemId, Guid SiteId) : ICommand<UnplaceItem, Item>
{
    public static Decision Decide(UnplaceItem command, Item state) => state switch
    {
        { Exists: false } => Item.Missing,
        _ when command.SiteId == state.SiteId => Reject.Conflict("An item stays on its home site: archive it instead."),
        _ when state.Placements.Contains(command.SiteId) => Decision.Of(new ItemUnplaced(state.ItemId, command.SiteId)),
        _ => Decision.Nothing,
    };
}
