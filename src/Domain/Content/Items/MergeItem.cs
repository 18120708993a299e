namespace Platform.Domain.Content;

/// <summary>Replaces the fields of an item's draft as they were at an earlier version, and keeps what others have done to other fields since.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Version">The version of the item's stream that the fields were made from.</param>
/// <param name="Fields">All of them: what isn't here and was there at that version is taken out.</param>
public sealed record MergeItem(Guid ItemId, long Version, Fields Fields)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item as it is.</param>
    /// <param name="then">The item as of the command's version; any state when there is no such version.</param>
    /// <param name="type">The item's content type; fields of an earlier version of it are brought to the current one first.</param>
    public static Decision Decide(MergeItem command, Item item, Item then, ContentType type)
    {
        if (item.Refuse("edited") is { } refused) return refused;
        if (ItemVersion.Problem(command.Version, item) is not null) return Reject.Stale($"The item is at version {item.Version}.");

        // What the type's later versions made of the fields is nobody's edit; nor is it one to lack the defaults that they brought.
        var origin = ItemMigration.Bring(then, type).Item.Fields;
        var had = ItemMigration.Bring(then, type.WithoutDefaults()).Item.Fields;
        var mine = new Fields(origin.Values.RemoveRange(had.Values.Keys).SetItems(command.Fields.Values));
        var merge = FieldsMerge.Of(origin, mine, ItemMigration.Bring(item, type).Item.Fields);
        return merge.Conflicts.IsEmpty
            ? EditItem.Decide(new EditItem(command.ItemId, merge.Fields), item, type)
            : Reject.Stale(
                $"Since version {command.Version}, others have changed the same fields to something else; nothing was merged.",
                merge.Conflicts.Select(name => $"fields.{name}"), $"Was changed to something else since version {command.Version}.");
    }
}
