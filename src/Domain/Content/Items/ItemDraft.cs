using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>A draft given other contents in all locales at once.</summary>
internal static class ItemDraft
{
    /// <summary>The edits that make the draft what is wanted; slugs of locales that stay don't change.</summary>
    /// <param name="item">The item.</param>
    /// <param name="fields">In its own locale, whole.</param>
    /// <param name="locales">All further ones.</param>
    /// <param name="type">The item's content type.</param>
    public static Decision Replace(Item item, Fields fields, ImmutableArray<LocaleVariant> locales, ContentType type)
    {
        var edited = EditItem.Decide(new EditItem(item.ItemId, fields), item, type);
        if (edited.Rejection is not null) return edited;

        // What goes makes room for what comes.
        var events = edited.Events.AddRange(item.Locales
            .Where(variant => !locales.Any(wanted => wanted.Locale.Equals(variant.Locale, StringComparison.OrdinalIgnoreCase)))
            .Select(variant => new ItemLocaleRemoved(item.ItemId, variant.Locale)));
        var current = item.After(events);
        foreach (var variant in locales)
        {
            // Its slug stays what it is now: slugs are where an item stands, not what it says.
            var slug = current.FindLocale(variant.Locale)?.Slug ?? variant.Slug;
            var translated = TranslateItem.Decide(new TranslateItem(item.ItemId, variant.Locale, slug, variant.Fields), current, type);
            if (translated.Rejection is not null) return translated;
            events = events.AddRange(translated.Events);
            current = current.After(translated.Events);
        }

        return Decision.Of(events);
    }
}
