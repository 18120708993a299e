using System.Text;
using System.Text.Json;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;
using Platform.Domain.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// A site's custom CSS, read twice: as tokens, which find what isn't allowed and where, and by a parser, from whose understanding it's written anew. What the two
/// don't see alike is refused, so nothing that was passed over gets through, and nothing is dropped in silence.
/// </summary>
/// <param name="Written">As it's served; empty where anything is wrong.</param>
/// <param name="Problem">What is wrong, where, and which rule says so; null: nothing.</param>
public sealed record CustomCss(string Written, string? Problem)
{
    private static readonly CssParser Parser = new(new CssParserOptions { IsIncludingUnknownDeclarations = true, IsExcludingNesting = true, IsNotResolvingRelativeUrls = true });

    /// <summary>What is wrong with a value of <see cref="Brand.Css"/>, as a sentence; null: nothing, or it's another key's.</summary>
    public static string? ProblemOf(string key, JsonElement value) => key == Brand.Css && value.ValueKind is JsonValueKind.String ? Of(value.GetString()!).Problem : null;

    public static CustomCss Of(string css)
    {
        var outline = CssOutline.Of(css);
        if (outline.Finding is { } found)
            return new CustomCss("", found.In(css));
        var (written, blocks) = (new StringBuilder(), new Queue<CssBlock>(outline.Blocks));
        var wrong = Write(Parser.ParseStyleSheet(outline.Bare).Rules, blocks, written) ?? (blocks.TryPeek(out var unread) ? NotUnderstood(unread) : null);
        // What is written is held to the same as what was sent: the parser may have put something else in its place.
        if (wrong is null && CssOutline.Of(written.ToString()).Finding is { } later)
            wrong = new CssFinding(later.Rule, "What is understood isn't allowed", 0);
        return wrong is null ? new CustomCss(written.ToString(), null) : new CustomCss("", wrong.In(css));
    }

    private static CssFinding? Write(ICssRuleList rules, Queue<CssBlock> blocks, StringBuilder css)
    {
        foreach (var rule in rules)
            if ((rule switch
            {
                ICssStyleRule style => Write(style.SelectorText, style.Style, blocks, css),
                ICssKeyframeRule frame => Write(frame.KeyText, frame.Style, blocks, css),
                ICssMediaRule media => Write($"@media {media.Media.MediaText}", media.Rules, blocks, css),
                ICssSupportsRule supports => Write($"@supports {supports.ConditionText}", supports.Rules, blocks, css),
                ICssKeyframesRule frames => Write($"@keyframes {frames.Name}", frames.Rules, blocks, css),
                _ => new CssFinding("at-rule", "A rule isn't understood", blocks.TryPeek(out var block) ? block.At : 0),
            }) is { } wrong)
                return wrong;
        return null;
    }

    private static CssFinding? Write(string head, ICssRuleList rules, Queue<CssBlock> blocks, StringBuilder css)
    {
        css.Append(head).Append(" {\n");
        var wrong = Write(rules, blocks, css);
        css.Append("}\n");
        return wrong;
    }

    private static CssFinding? Write(string head, ICssStyleDeclaration style, Queue<CssBlock> blocks, StringBuilder css)
    {
        if (!blocks.TryDequeue(out var block))
            return new CssFinding("selector", "A selector isn't understood", 0);
        if (string.IsNullOrEmpty(head))
            return NotUnderstood(block);
        css.Append(head).Append(" {\n");
        foreach (var (name, at) in block.Names.DistinctBy(declared => declared.Name))
        {
            if (style.GetPropertyValue(name) is not { Length: > 0 } value)
                return new CssFinding("value", $"The value of '{name}' isn't understood", at);
            css.Append("  ").Append(name).Append(": ").Append(value).Append(style.GetPropertyPriority(name) is { Length: > 0 } ? " !important;\n" : ";\n");
        }
        css.Append("}\n");
        return null;
    }

    private static CssFinding NotUnderstood(CssBlock block) => new("selector", "A selector isn't understood", block.At);
}
