namespace Platform.Domain.Content;

/// <summary>Gives an item's draft the fields that it had at an earlier version, in all locales, as new edits.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Version">A version of the item's stream.</param>
public sealed record RevertItem(Guid ItemId, long Version)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item as it is.</param>
    /// <param name="then">The item as of the command's version; any state when there is no such version.</param>
    /// <param name="type">The item's content type; fields of an earlier version of it are brought to the current one first.</param>
    public static Decision Decide(RevertItem command, Item item, Item then, ContentType type)
    {
        if (item.Refuse("reverted") is { } refused) return refused;
        if (ItemVersion.Problem(command.Version, item) is { } problem) return Reject.Invalid("version", problem);

        var wanted = ItemMigration.Bring(then, type).Item;
        return ItemDraft.Replace(item, wanted.Fields, wanted.Locales, type);
    }
}
