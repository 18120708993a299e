using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>Changes to the variants of an item, kept in the ordinal order of their tags; the same in decisions and read models.</summary>
public static class LocaleVariants
{
    public static ImmutableArray<LocaleVariant> Add(ImmutableArray<LocaleVariant> variants, LocaleVariant added) =>
        [.. variants.Add(added).OrderBy(variant => variant.Locale, StringComparer.Ordinal)];

    public static ImmutableArray<LocaleVariant> Remove(ImmutableArray<LocaleVariant> variants, string locale) =>
        variants.RemoveAll(variant => variant.Locale == locale);

    public static ImmutableArray<LocaleVariant> Move(ImmutableArray<LocaleVariant> variants, string locale, string slug) =>
        [.. variants.Select(variant => variant.Locale == locale ? variant with { Slug = slug } : variant)];

    public static ImmutableArray<LocaleVariant> Apply(ImmutableArray<LocaleVariant> variants, ImmutableArray<LocaleChange> changes) =>
        [.. variants.Select(variant => changes.FirstOrDefault(change => change.Locale == variant.Locale) is { } change
            ? variant with { Fields = variant.Fields.With(change.Set, change.Removed) }
            : variant)];
}
