using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;
using Platform.Domain.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// A site's custom CSS, held to a list of rules, properties and functions. What is served is written anew from what the parser understood: nothing that it passed over
/// gets through. There is no URL in it, so it loads nothing and tells nobody who reads the page.
/// </summary>
public static partial class CustomCss
{
    private static readonly CssParser Parser = new(new CssParserOptions { IsIncludingUnknownDeclarations = true, IsIncludingUnknownRules = true });

    private static readonly FrozenSet<string> Functions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "rgb", "rgba", "hsl", "hsla", "var", "calc", "min", "max", "clamp", "minmax", "repeat", "linear-gradient", "radial-gradient", "repeating-linear-gradient",
        "cubic-bezier", "steps", "translate", "translatex", "translatey", "scale", "rotate", "blur", "brightness", "contrast", "grayscale");

    private static readonly FrozenSet<string> Properties = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "color", "opacity", "display", "visibility", "position", "top", "right", "bottom", "left", "float", "clear", "width", "height", "min-width", "min-height", "max-width",
        "max-height", "aspect-ratio", "box-sizing", "box-shadow", "vertical-align", "line-height", "letter-spacing", "word-spacing", "word-break", "white-space", "direction", "hyphens", "content", "quotes", "order", "gap",
        "row-gap", "column-gap", "transform", "transform-origin", "filter", "cursor", "table-layout", "caption-side", "empty-cells", "z-index", "object-fit", "object-position", "tab-size", "accent-color", "caret-color");

    private static readonly string[] Families =
        ["background", "border", "margin", "padding", "font", "text", "flex", "grid", "align", "justify", "place", "overflow", "outline", "list-style", "column", "transition"];

    /// <summary>What is wrong with a value of <see cref="Brand.Css"/>, as a sentence; null: nothing, or it's another key's.</summary>
    public static string? ProblemOf(string key, JsonElement value) => key == Brand.Css && value.ValueKind is JsonValueKind.String ? Problem(value.GetString()!) : null;

    /// <summary>What is wrong with custom CSS and where, as a sentence; null when it's fine.</summary>
    public static string? Problem(string css)
    {
        // Same length, so that places stay; an unended comment ends with the text.
        var bare = Comment().Replace(css, comment => new string([.. comment.Value.Select(c => c is '\n' ? '\n' : ' ')]));
        if (Forbidden().Match(bare) is { Success: true } found)
            return $"{Quoted(found.Value)} at {Place(css, found.Index)} isn't allowed.";
        var written = new StringBuilder();
        return Write(Parser.ParseStyleSheet(bare).Rules, written) is not { } wrong ? null : $"{wrong} at {Place(css, Math.Max(0, bare.IndexOf(wrong.Name, StringComparison.OrdinalIgnoreCase)))} isn't allowed.";
    }

    /// <summary>The same as it's served; empty where anything is wrong with it.</summary>
    public static string Clean(string css)
    {
        var written = new StringBuilder();
        return css.Length == 0 || Problem(css) is not null || Write(Parser.ParseStyleSheet(css).Rules, written) is not null ? "" : written.ToString();
    }

    private sealed record Wrong(string Kind, string Name)
    {
        public override string ToString() => $"The {Kind} {Quoted(Name)}";
    }

    private static Wrong? Write(ICssRuleList rules, StringBuilder css)
    {
        foreach (var rule in rules)
            if ((rule switch
            {
                ICssStyleRule style => Write(style, css),
                ICssMediaRule media => Write($"@media {media.ConditionText}", media.Rules, css),
                ICssSupportsRule supports => Write($"@supports {supports.ConditionText}", supports.Rules, css),
                _ => new Wrong("rule", Quotable(rule.CssText)),
            }) is { } wrong)
                return wrong;
        return null;
    }

    private static Wrong? Write(string head, ICssRuleList rules, StringBuilder css)
    {
        css.Append(head).Append('{');
        var wrong = Write(rules, css);
        css.Append("}\n");
        return wrong;
    }

    private static Wrong? Write(ICssStyleRule rule, StringBuilder css)
    {
        if (rule.SelectorText is not { Length: > 0 } selector)
            return new Wrong("rule without a selector", Quotable(rule.CssText));
        css.Append(selector).Append('{');
        foreach (var declaration in rule.Style)
        {
            if (!IsAllowed(declaration.Name))
                return new Wrong("property", declaration.Name);
            if (Call().Matches(declaration.Value).Select(call => call.Groups[1].Value).FirstOrDefault(name => !Functions.Contains(name)) is { } function)
                return new Wrong("function", function);
            // The parser gives the parts that a shorthand leaves out no value.
            if (declaration.Value.Length > 0)
                css.Append(declaration.Name).Append(':').Append(declaration.Value).Append(declaration.IsImportant ? " !important;" : ";");
        }
        css.Append("}\n");
        return null;
    }

    private static bool IsAllowed(string name) =>
        name.StartsWith("--", StringComparison.Ordinal) || Properties.Contains(name) || Families.Any(family => name.Equals(family, StringComparison.OrdinalIgnoreCase) || name.StartsWith($"{family}-", StringComparison.OrdinalIgnoreCase));

    private static string Place(string css, int at) => $"line {css.AsSpan(0, at).Count('\n') + 1}, column {at - css.AsSpan(0, at).LastIndexOf('\n')}";

    private static string Quotable(string text) => text.Length > 40 ? text[..40] : text;

    private static string Quoted(string text) => $"'{text}'";

    [GeneratedRegex(@"/\*.*?(\*/|\z)", RegexOptions.Singleline)]
    private static partial Regex Comment();

    // An escape could spell any of the others. Whatever loads something has a function; what runs something has had others.
    [GeneratedRegex(@"\\|<|[\x00-\x08\x0b\x0e-\x1f\x7f]|@(?!(media|supports)\b)[a-z-]*|(url|src|image|image-set|-webkit-image-set|cross-fade|element|paint|attr|env|expression)\s*\(|(javascript|vbscript|data)\s*:|\bbehavior\b|-moz-binding|\bprogid\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"([a-z-]+)\(", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Call();
}
