namespace Platform.Domain.Content;

/// <summary>Replaces the fields of an item's draft in its own locale; what is live stays as it is.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Fields">All of them: what isn't here is taken out.</param>
/// <param name="Source">The file that the edit comes from, if it does; null leaves the item's source as it is.</param>
public sealed record EditItem(Guid ItemId, Fields Fields, ContentSource? Source = null)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item.</param>
    /// <param name="type">The item's content type.</param>
    public static Decision Decide(EditItem command, Item item, ContentType type)
    {
        if (item.Refuse("edited") is { } refused) return refused;
        if (FieldRules.Check(type, command.Fields).Add(ContentSource.Check(command.Source)).Rejection is { } invalid) return invalid;

        var (current, migrated) = ItemMigration.Bring(item, type);
        var fields = command.Fields.WithoutNulls();
        var sameSource = command.Source is null || command.Source == item.Source;

        return fields == current.Fields && sameSource
            ? Decision.Of(migrated)
            : Decision.Of([.. migrated, new ItemEdited(
                command.ItemId, fields.Except(current.Fields), ItemMigration.Missing(current.Fields, fields), command.Source)]);
    }
}
