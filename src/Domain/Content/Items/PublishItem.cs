namespace Platform.Domain.Content;

/// <summary>Makes an item live, in all of its locales, with the fields that it has or had.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Version">A version of the item's stream, whose fields go live; the latest when null.</param>
public sealed record PublishItem(Guid ItemId, long? Version = null)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item as it is.</param>
    /// <param name="then">
    /// The item as of the command's version; the item as it is when the command names none, any state when there is no such version.
    /// </param>
    /// <param name="type">The item's content type, whose required fields must be there, as of the version of it that the fields follow.</param>
    public static Decision Decide(PublishItem command, Item item, Item then, ContentType type)
    {
        if (item.Refuse("published") is { } refused) return refused;
        if (command.Version is { } version && ItemVersion.Problem(version, item) is { } problem) return Reject.Invalid("version", problem);
        if (item.Live?.Version == then.ContentVersion) return Decision.Nothing;
        var fits = type.AsOf(then.TypeVersion);
        if (FieldRules.CheckComplete(fits, then.Fields).Add(FieldRules.CheckLocales(fits, then.Locales)).Rejection is { } invalid) return invalid;

        return Decision.Of(new LiveItem(then.ContentVersion, then.Fields, then.Locales).Publish(item));
    }
}
