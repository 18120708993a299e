namespace Platform.Domain.Content;

/// <summary>The item is in the tenant's pool: every site whose gate lets it in shows what is live of it.</summary>
[EventType("content.item-shared")]
public sealed record ItemShared(Guid ItemId);

/// <summary>The item has left the tenant's pool; where it was placed it stays.</summary>
[EventType("content.item-unshared")]
public sealed record ItemUnshared(Guid ItemId);

/// <summary>Puts an item into the tenant's pool.</summary>
public sealed record ShareItem(Guid ItemId) : ICommand<ShareItem, Item>
{
    public static Decision Decide(ShareItem command, Item state) =>
        state.Refuse("shared") is { } refused ? refused
        : state.Shared ? Decision.Nothing
        : state.Upstream is { } upstream ? Reject.Conflict($"The item overrides item {upstream.ItemId} on its site; that one is shared.")
        : Decision.Of(new ItemShared(state.ItemId));
}

/// <summary>Takes an item out of the tenant's pool. Overrides of it stay, as items of their sites.</summary>
public sealed record UnshareItem(Guid ItemId) : ICommand<UnshareItem, Item>
{
    public static Decision Decide(UnshareItem command, Item state) =>
        !state.Exists ? Item.Missing
        : state.Shared ? Decision.Of(new ItemUnshared(state.ItemId))
        : Decision.Nothing;
}
