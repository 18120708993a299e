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
        var reverted = EditItem.Decide(new EditItem(command.ItemId, wanted.Fields), item, type);
        if (reverted.Rejection is not null) return reverted;

        // What goes makes room for what comes.
        var events = reverted.Events.AddRange(item.Locales
            .Where(variant => wanted.FindLocale(variant.Locale) is null)
            .Select(variant => new ItemLocaleRemoved(command.ItemId, variant.Locale)));
        var current = item.After(events);
        foreach (var variant in wanted.Locales)
        {
            // Its slug stays what it is now: slugs are where an item stands, not what it says.
            var slug = current.FindLocale(variant.Locale)?.Slug ?? variant.Slug;
            var translated = TranslateItem.Decide(new TranslateItem(command.ItemId, variant.Locale, slug, variant.Fields), current, type);
            if (translated.Rejection is not null) return translated;
            events = events.AddRange(translated.Events);
            current = current.After(translated.Events);
        }

        return Decision.Of(events);
    }
}
