namespace Platform.Domain.Content;

/// <summary>An item in a further locale.</summary>
/// <param name="Locale">Language tag, such as <c>de-AT</c>.</param>
/// <param name="Slug">On all of the item's sites, in this locale.</param>
/// <param name="Fields">Localised ones only; the others are those of the item's own locale.</param>
public sealed record LocaleVariant(string Locale, string Slug, Fields Fields);
