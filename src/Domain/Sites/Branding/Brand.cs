using System.Collections.Frozen;
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
/// <param name="Ratio">1 to 21.</param>
/// <param name="Least">What WCAG 2.2 AA asks for.</param>
/// <param name="IsEnough">Whether that's reached.</param>
public sealed record PairContrast(string Front, string Back, double Ratio, double Least, bool IsEnough);

/// <summary>What a site looks like: design tokens, which are configuration under <c>brand.</c>, and custom CSS.</summary>
public static class Brand
{
    /// <summary>Custom CSS, beside the tokens.</summary>
    public const string Css = "brand.css";

    private const string Colour = """{"pattern":"^#[0-9a-fA-F]{6}\\z"}""";

    private static readonly FrozenDictionary<string, string> Stacks = new Dictionary<string, string>
    {
        ["system"] = "system-ui, sans-serif",
        ["sans"] = "Helvetica, Arial, sans-serif",
        ["serif"] = "Georgia, \"Times New Roman\", serif",
        ["mono"] = "ui-monospace, Menlo, Consolas, monospace",
        ["humanist"] = "Seravek, \"Gill Sans Nova\", Ubuntu, Calibri, sans-serif",
        ["old-style"] = "\"Iowan Old Style\", \"Palatino Linotype\", Palatino, serif",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static string Fonts => $$"""{"allowed":["{{string.Join("\",\"", Stacks.Keys.Order(StringComparer.Ordinal))}}"]}""";

    internal static IEnumerable<ConfigurationKey> Keys =>
    [
        Key("brand.color-text", ConfigurationType.Text, Colour, "\"#1a1a1a\"", "Colour of text, #rrggbb."),
        Key("brand.color-background", ConfigurationType.Text, Colour, "\"#ffffff\"", "Colour behind text."),
        Key("brand.color-heading", ConfigurationType.Text, Colour, "\"#1a1a1a\"", "Colour of headings, which are large."),
        Key("brand.color-link", ConfigurationType.Text, Colour, "\"#0b57d0\"", "Colour of links."),
        Key("brand.color-primary", ConfigurationType.Text, Colour, "\"#0b57d0\"", "Colour of what is to be done first, such as a button."),
        Key("brand.color-on-primary", ConfigurationType.Text, Colour, "\"#ffffff\"", "Colour of text on it."),
        Key("brand.color-border", ConfigurationType.Text, Colour, "\"#767676\"", "Colour of lines around fields."),
        Key("brand.font-text", ConfigurationType.Choice, Fonts, "\"system\"", "Typeface of text, with those that stand in for it."),
        Key("brand.font-heading", ConfigurationType.Choice, Fonts, "\"system\"", "Typeface of headings."),
        Key("brand.radius", ConfigurationType.Integer, """{"min":0,"max":64}""", "4", "Radius of corners in px."),
        Key("brand.spacing", ConfigurationType.Integer, """{"min":1,"max":64}""", "8", "Unit of distances in px."),
        Key("brand.logo", ConfigurationType.Text, """{"pattern":"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&*+,;=:@%/?-]*)?)?\\z","maxLength":500}""", "\"\"", "Absolute https URL of the logo; empty: none."),
        Key(Css, ConfigurationType.Text, """{"maxLength":16000}""", "\"\"", "Further CSS: style rules, @media and @supports; what isn't on the list of properties and functions is refused."),
    ];

    /// <summary>What is seen on what.</summary>
    public static ImmutableArray<ColourPair> Pairs { get; } =
    [
        new("brand.color-text", "brand.color-background", 4.5),
        new("brand.color-link", "brand.color-background", 4.5),
        new("brand.color-on-primary", "brand.color-primary", 4.5),
        new("brand.color-heading", "brand.color-background", 3),
        new("brand.color-border", "brand.color-background", 3),
    ];

    /// <summary>How well each pair is seen.</summary>
    /// <param name="value">The value that holds, by key.</param>
    public static ImmutableArray<PairContrast> Contrasts(Func<string, JsonElement> value) =>
        [.. Pairs.Select(pair => (Pair: pair, Ratio: Contrast.Ratio(value(pair.Front).GetString()!, value(pair.Back).GetString()!)))
            .Select(seen => new PairContrast(seen.Pair.Front, seen.Pair.Back, Math.Floor(seen.Ratio * 100) / 100, seen.Pair.Least, seen.Ratio >= seen.Pair.Least))];

    /// <summary>What is wrong with colours that a level changes, by key; those that aren't changed may be wrong already, and aren't looked at.</summary>
    /// <param name="changed">Keys.</param>
    /// <param name="value">The value that would hold, by key.</param>
    internal static IEnumerable<(string Key, string Problem)> Problems(IReadOnlySet<string> changed, Func<string, JsonElement> value) =>
        from pair in Pairs
        let key = changed.Contains(pair.Front) ? pair.Front : changed.Contains(pair.Back) ? pair.Back : null
        where key is not null
        let ratio = Contrast.Ratio(value(pair.Front).GetString()!, value(pair.Back).GetString()!)
        where ratio < pair.Least
        select (key, $"{pair.Front} ({value(pair.Front)}) on {pair.Back} ({value(pair.Back)}) has a contrast of {Contrast.Show(ratio)}:1; WCAG 2.2 AA asks for {pair.Least}:1.");

    /// <summary>The tokens as custom properties: <c>--brand-color-text</c> of <c>brand.color-text</c>.</summary>
    /// <param name="value">The value that holds, by key.</param>
    public static string Properties(Func<string, JsonElement> value)
    {
        var css = new StringBuilder(":root{");
        foreach (var key in Keys.Where(key => key.Name != Css))
            css.Append("--").Append(key.Name.Replace('.', '-')).Append(':').Append(Written(key.Name, value(key.Name))).Append(';');
        return css.Append("}\n").ToString();
    }

    private static string Written(string key, JsonElement value) => key switch
    {
        "brand.font-text" or "brand.font-heading" => Stacks[value.GetString()!],
        "brand.radius" or "brand.spacing" => $"{value}px",
        "brand.logo" => value.GetString() is { Length: > 0 } url ? $"url(\"{url}\")" : "none",
        _ => value.GetString()!,
    };

    private static ConfigurationKey Key(string name, string type, string rules, string @default, string description) =>
        new(name, type, Fields.Parse(rules), JsonElement.Parse(@default), description);
}
