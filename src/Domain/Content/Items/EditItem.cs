namespace Platform.Domain.Content;

/// <summary>Replaces the fields of an item's draft; what is live stays as it is.</summary>
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

        var fields = command.Fields.WithoutNulls();
        var set = fields.Except(item.Fields);
        var removed = item.Fields.Values.Keys.Where(name => fields.Find(name) is null);
        var sameSource = command.Source is null || command.Source == item.Source;

        return fields == item.Fields && sameSource
            ? Decision.Nothing
            : Decision.Of(new ItemEdited(command.ItemId, set, [.. removed], command.Source));
    }
}
