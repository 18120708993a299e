using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>
/// What a reader of one locale sees of an item: lookup as in RFC 4647, section 3.4, field by field. <c>zh-Hant-TW</c> takes what is there in
/// <c>zh-Hant-TW</c>, then <c>zh-Hant</c>, then <c>zh</c>, then in the item's own locale.
/// </summary>
/// <param name="Locale">The closest locale that the item is in: what the slug is of.</param>
/// <param name="Slug">In that locale.</param>
/// <param name="Fields">Each from the closest locale that has it.</param>
/// <param name="Fallbacks">Fields that are from another locale than <paramref name="Locale"/>, and from which.</param>
public sealed record LocaleFallback(string Locale, string Slug, Fields Fields, ImmutableSortedDictionary<string, string> Fallbacks)
{
    /// <param name="wanted">The reader's locale.</param>
    /// <param name="own">The item in its own locale.</param>
    /// <param name="variants">The item in further ones.</param>
    /// <param name="localized">Whether a field's value may differ from one locale to another; one that can't is never a fallback.</param>
    public static LocaleFallback Of(string wanted, LocaleVariant own, ImmutableArray<LocaleVariant> variants, Func<string, bool> localized)
    {
        var chain = Chain(wanted)
            .Select(tag => variants.Append(own).FirstOrDefault(variant => variant.Locale.Equals(tag, StringComparison.OrdinalIgnoreCase)))
            .OfType<LocaleVariant>()
            .TakeWhile(variant => variant != own)
            .Append(own)
            .ToList();

        var values = Fields.Empty.Values.ToBuilder();
        var fallbacks = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var variant in chain)
        {
            foreach (var (name, value) in variant.Fields.Values)
            {
                if (values.TryAdd(name, value) && variant != chain[0] && localized(name)) fallbacks.Add(name, variant.Locale);
            }
        }

        return new LocaleFallback(chain[0].Locale, chain[0].Slug, new Fields(values.ToImmutable()), fallbacks.ToImmutable());
    }

    /// <summary>The tags to look for, closest first. A single letter or digit introduces what follows it, so it isn't left at the end.</summary>
    public static IEnumerable<string> Chain(string wanted)
    {
        for (var tag = wanted; tag.Length > 0;)
        {
            yield return tag;
            var end = tag.LastIndexOf('-');
            if (end > 2 && tag[end - 2] == '-') end -= 2;
            tag = end < 0 ? "" : tag[..end];
        }
    }
}
