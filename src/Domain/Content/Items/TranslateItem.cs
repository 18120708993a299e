namespace Platform.Domain.Content;

/// <summary>Gives an item's draft a variant in a further locale, or replaces the one that it has.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Locale">See <see cref="Content.Locale"/>; not the item's own.</param>
/// <param name="Slug">See <see cref="Content.Slug"/>; null: as it is, or that of the item's own locale.</param>
/// <param name="Fields">All localised fields that differ: what isn't here is that of the item's own locale.</param>
public sealed record TranslateItem(Guid ItemId, string Locale, string? Slug, Fields Fields)
{
    private const int MaxLocales = 100;
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <param name="command">The command.</param>
    /// <param name="item">The item.</param>
    /// <param name="type">The item's content type.</param>
    public static Decision Decide(TranslateItem command, Item item, ContentType type)
    {
        if (item.Refuse("translated") is { } refused) return refused;
        if (Check(command, item, type).Rejection is { } invalid) return invalid;

        var (current, migrated) = ItemMigration.Bring(item, type);
        var fields = command.Fields.WithoutNulls();
        if (current.FindLocale(command.Locale) is not { } known)
            return item.Locales.Length >= MaxLocales
                ? Reject.Conflict($"An item has at most {MaxLocales} further locales.")
                : Decision.Of([.. migrated, new ItemLocaleAdded(item.ItemId, command.Locale, command.Slug ?? item.Slug, fields)]);

        var slug = command.Slug ?? known.Slug;
        return Decision.Of([
            .. migrated,
            .. fields == known.Fields
                ? Array.Empty<object>()
                : [new ItemLocaleEdited(item.ItemId, known.Locale, fields.Except(known.Fields), ItemMigration.Missing(known.Fields, fields))],
            .. slug == known.Slug ? Array.Empty<object>() : [new ItemSlugChanged(item.ItemId, known.Slug, slug, known.Locale)],
        ]);
    }

    private static FieldErrors Check(TranslateItem command, Item item, ContentType type) => new FieldErrors()
        .Add("locale", Content.Locale.Problem(command.Locale) ?? (command.Locale.Equals(item.Locale, StringComparison.OrdinalIgnoreCase)
            ? "Is the item's own locale: edit the item itself."
            : null))
        .Add("slug", command.Slug is null ? null : Content.Slug.Problem(command.Slug))
        .Add(FieldRules.CheckLocale(type, command.Fields))
        .Add("fields", Others(command, item).Sum(variant => variant.Fields.CountBytes()) + command.Fields.CountBytes() > MaxBytes
            ? $"All further locales together take at most {MaxBytes / 1024 / 1024} MiB."
            : null);

    private static IEnumerable<LocaleVariant> Others(TranslateItem command, Item item) => item.Locales.Where(variant => variant != item.FindLocale(command.Locale));
}
