using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Platform.Domain.Sites;

/// <summary>Two colours that are seen on each other.</summary>
/// <param name="Front">Key of text, or of a line.</param>
/// <param name="Back">Key of what is behind it.</param>
/// <param name="Least">Contrast at least: 4.5 for text, 3 for large text and for parts of the interface.</param>
public sealed record ColourPair(string Front, string Back, double Least);

/// <summary>How well two colours are seen on each other.</summary>
/// <param name="Front">Key of text, or of a line.</param>
/// <param name="Back">Key of what is behind it.</param>
/// <param name="Ratio">1 to 21, two digits, cut.</param>
/// <param name="Least">What WCAG 2.2 AA asks for.</param>
/// <param name="IsEnough">Whether that's reached.</param>
public sealed record PairContrast(string Front, string Back, double Ratio, double Least, bool IsEnough);

/// <summary>What a site looks like: design tokens, which are configuration under <c>brand.</c>, and custom CSS.</summary>
public static class Brand
{
    /// <summary>Custom CSS, beside the tokens.</summary>
    public const string Css = "brand.css";

    private const string Logo = "brand.logo", LogoText = "brand.logo-text";

    private const string Opaque = """{"pattern":"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\\z"}""";

    private const string Colour = """{"pattern":"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\\z"}""";

    private const string Length = """{"pattern":"^(0|([0-9]|[1-5][0-9]|6[0-3])(\\.[0-9]{1,3})?px|64px|[0-3](\\.[0-9]{1,3})?r?em|4r?em)\\z"}""";

    // Names of CSS Fonts 4: identifiers, or quoted without what could end the quote.
    private const string Families = """{"pattern":"^(-?[A-Za-z][A-Za-z0-9-]*( [A-Za-z][A-Za-z0-9-]*)*|\"[A-Za-z0-9 ._&'+-]+\")(, ?(-?[A-Za-z][A-Za-z0-9-]*( [A-Za-z][A-Za-z0-9-]*)*|\"[A-Za-z0-9 ._&'+-]+\"))*\\z","maxLength":200}""";

    private const string Image = """{"pattern":"^((https://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?/([A-Za-z0-9._~!$&+,;=:@%-]+/)*[A-Za-z0-9._~!$&+,;=:@%-]+\\.(svg|png|webp|avif|jpe?g|gif)(\\?[A-Za-z0-9._~&=%-]*)?)?\\z","maxLength":500}""";

    internal static ImmutableArray<ConfigurationKey> Keys { get; } =
    [
        Key("brand.color-text", ConfigurationType.Text, Colour, "\"#1a1a1a\"", "Colour of text: #rgb, #rrggbb or #rrggbbaa."),
        Key("brand.color-background", ConfigurationType.Text, Opaque, "\"#ffffff\"", "Colour behind text, opaque: #rgb or #rrggbb."),
        Key("brand.color-surface", ConfigurationType.Text, Opaque, "\"#f5f5f5\"", "Colour behind text that is set apart, such as on a card; opaque."),
        Key("brand.color-heading", ConfigurationType.Text, Colour, "\"#1a1a1a\"", "Colour of headings, which are large."),
        Key("brand.color-link", ConfigurationType.Text, Colour, "\"#0b57d0\"", "Colour of links."),
        Key("brand.color-primary", ConfigurationType.Text, Opaque, "\"#0b57d0\"", "Colour of what is to be done first, such as a button; opaque."),
        Key("brand.color-on-primary", ConfigurationType.Text, Colour, "\"#ffffff\"", "Colour of text on it."),
        Key("brand.color-border", ConfigurationType.Text, Colour, "\"#767676\"", "Colour of lines around fields."),
        Key("brand.color-focus", ConfigurationType.Text, Colour, "\"#0b57d0\"", "Colour of the line around what has the focus."),
        Key("brand.font-text", ConfigurationType.Text, Families, "\"system-ui, sans-serif\"", "Typefaces of text, the first that a reader has: names or quoted names, apart by commas."),
        Key("brand.font-heading", ConfigurationType.Text, Families, "\"system-ui, sans-serif\"", "Typefaces of headings."),
        Key("brand.radius", ConfigurationType.Text, Length, "\"4px\"", "Radius of corners: 0, up to 64px, up to 4rem or up to 4em."),
        Key("brand.spacing", ConfigurationType.Text, Length, "\"8px\"", "Unit of distances: 0, up to 64px, up to 4rem or up to 4em."),
        Key(Logo, ConfigurationType.Text, Image, "\"\"", "Address of the logo: https, or a path of the site's own; svg, png, webp, avif, jpg or gif. Empty: none."),
        Key(LogoText, ConfigurationType.Text, """{"pattern":"^[^\\p{Cc}]*\\z","maxLength":200}""", "\"\"", "What the logo says, for who can't see it. Empty: it's decoration."),
        Key(Css, ConfigurationType.Text, """{"maxLength":16000}""", "\"\"", "Further CSS: style rules, @media, @supports and @keyframes; what isn't on the lists of properties, functions and addresses is refused."),
    ];

    /// <summary>What is seen on what.</summary>
    public static ImmutableArray<ColourPair> Pairs { get; } =
    [
        new("brand.color-text", "brand.color-background", 4.5),
        new("brand.color-text", "brand.color-surface", 4.5),
        new("brand.color-link", "brand.color-background", 4.5),
        new("brand.color-link", "brand.color-surface", 4.5),
        new("brand.color-on-primary", "brand.color-primary", 4.5),
        new("brand.color-heading", "brand.color-background", 3),
        new("brand.color-border", "brand.color-background", 3),
        new("brand.color-focus", "brand.color-background", 3),
    ];

    /// <summary>Whether a key is of the brand.</summary>
    public static bool Owns(string key) => key.StartsWith("brand.", StringComparison.Ordinal);

    /// <summary>How well each pair is seen.</summary>
    /// <param name="value">The value that holds, by key.</param>
    public static ImmutableArray<PairContrast> Contrasts(Func<string, JsonElement> value) =>
    [
        .. from pair in Pairs
           let ratio = RatioOf(pair, value)
           select new PairContrast(pair.Front, pair.Back, Contrast.Cut(ratio), pair.Least, ratio >= pair.Least),
    ];

    /// <summary>What is wrong with colours that a level changes, by key; those that aren't changed may be wrong already, and aren't looked at.</summary>
    /// <param name="changed">Keys.</param>
    /// <param name="value">The value that would hold, by key.</param>
    internal static IEnumerable<(string Key, string Problem)> Problems(IReadOnlySet<string> changed, Func<string, JsonElement> value) =>
        from pair in Pairs
        where changed.Contains(pair.Front) || changed.Contains(pair.Back)
        let ratio = RatioOf(pair, value)
        where ratio < pair.Least
        let problem = FormattableString.Invariant(
            $"{pair.Front} ({value(pair.Front)}) on {pair.Back} ({value(pair.Back)}) has a contrast of {Contrast.Cut(ratio):0.00}:1; WCAG 2.2 AA asks for {pair.Least}:1.")
        from key in new[] { pair.Front, pair.Back }
        where changed.Contains(key)
        select (key, problem);

    /// <summary>The tokens as custom properties: <c>--brand-color-text</c> of <c>brand.color-text</c>.</summary>
    /// <param name="value">The value that holds, by key.</param>
    public static string Properties(Func<string, JsonElement> value)
    {
        var css = new StringBuilder(":root {\n");
        foreach (var key in Keys.Where(key => key.Name is not (Css or LogoText)))
            css.Append("  --").Append(key.Name.Replace('.', '-')).Append(": ").Append(Written(key.Name, value(key.Name).GetString()!)).Append(";\n");
        return css.Append("}\n").ToString();
    }

    private static double RatioOf(ColourPair pair, Func<string, JsonElement> value) => Contrast.Ratio(value(pair.Front).GetString()!, value(pair.Back).GetString()!);

    private static string Written(string key, string value) => key != Logo ? value : value.Length > 0 ? $"url(\"{value}\")" : "none";

    private static ConfigurationKey Key(string name, string type, string rules, string @default, string description) =>
        new(name, type, Fields.Parse(rules), JsonElement.Parse(@default), description);
}
