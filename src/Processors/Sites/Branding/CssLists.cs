using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Platform.Processors.Sites;

/// <summary>What custom CSS may have in it. What isn't here isn't allowed: whatever CSS gets next has to be looked at first.</summary>
internal static partial class CssLists
{
    public static FrozenSet<string> AtRules { get; } = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "@media", "@supports", "@keyframes");

    /// <summary>Of values and conditions. None loads anything, and none reads an attribute.</summary>
    public static FrozenSet<string> Functions { get; } = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "rgb", "rgba", "hsl", "hsla", "var", "calc", "min", "max", "clamp", "minmax", "repeat", "fit-content", "linear-gradient", "radial-gradient",
        "repeating-linear-gradient", "repeating-radial-gradient", "cubic-bezier", "steps", "translate", "translatex", "translatey", "translate3d", "scale", "scalex", "scaley", "rotate", "skew", "skewx",
        "skewy", "matrix", "blur", "brightness", "contrast", "grayscale", "opacity", "saturate", "sepia", "invert", "hue-rotate", "drop-shadow", "counter", "and", "or", "not");

    /// <summary>Of selectors.</summary>
    public static FrozenSet<string> SelectorFunctions { get; } = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "not", "is", "where", "has", "nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type", "lang", "dir");

    private static readonly FrozenSet<string> Properties = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "color", "opacity", "display", "visibility", "position", "top", "right", "bottom", "left", "float", "clear", "width", "height", "min-width", "min-height", "max-width",
        "max-height", "aspect-ratio", "box-sizing", "box-shadow", "vertical-align", "line-height", "letter-spacing", "word-spacing", "word-break", "word-wrap", "white-space", "direction", "hyphens", "content",
        "quotes", "order", "gap", "row-gap", "column-gap", "transform", "transform-origin", "filter", "cursor", "table-layout", "caption-side", "empty-cells", "z-index", "object-fit", "object-position",
        "tab-size", "accent-color", "caret-color", "pointer-events", "user-select", "counter-reset", "counter-increment", "isolation", "mix-blend-mode", "scroll-behavior", "resize", "inset");

    private static readonly string[] Families =
        ["background", "border", "margin", "padding", "font", "text", "flex", "grid", "align", "justify", "place", "overflow", "outline", "list-style", "columns", "column", "transition", "animation"];

    public static bool IsProperty(string name) =>
        name.StartsWith("--", StringComparison.Ordinal) || Properties.Contains(name)
        || Families.Any(family => name.StartsWith(family, StringComparison.OrdinalIgnoreCase) && (name.Length == family.Length || name[family.Length] == '-'));

    /// <summary>Whether it's a token's: declared in custom CSS it would pass by locks and contrast.</summary>
    public static bool IsToken(string name) => name.StartsWith("--brand-", StringComparison.Ordinal);

    /// <summary>Whether something may be loaded from there: over https, from the site itself, or from the style sheet.</summary>
    public static bool IsAddress(string address) => Address().IsMatch(address);

    [GeneratedRegex(@"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&+,;=:@%/?-]*)?|/([A-Za-z0-9._~!$&+,;=:@%?-][A-Za-z0-9._~!$&+,;=:@%/?-]*)?|data:image/(png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/]+={0,2})\z")]
    private static partial Regex Address();
}
