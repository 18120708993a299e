namespace Platform.Domain.Content;

/// <summary>Gives an item's draft the fields that it had at an earlier version, as a new edit.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Version">A version of the item's stream.</param>
public sealed record RevertItem(Guid ItemId, long Version)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item as it is.</param>
    /// <param name="then">The item as of the command's version; any state when there is no such version.</param>
    /// <param name="type">The item's content type as it is; fields that it no longer allows are refused.</param>
    public static Decision Decide(RevertItem command, Item item, Item then, ContentType type)
    {
        if (item.Refuse("reverted") is { } refused) return refused;
        if (ItemVersion.Problem(command.Version, item) is { } problem) return Reject.Invalid("version", problem);

        return EditItem.Decide(new EditItem(command.ItemId, then.Fields), item, type);
    }
}
