using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Processors.Sites;

/// <summary>What is wrong with CSS.</summary>
/// <param name="Rule">Name of the rule that it breaks.</param>
/// <param name="What">A sentence without its end.</param>
/// <param name="At">Characters before it.</param>
internal sealed record CssFinding(string Rule, string What, int At)
{
    /// <summary>As a sentence with its place.</summary>
    public string In(string css) => $"{What} at line {css.AsSpan(0, At).Count('\n') + 1}, column {At - css.AsSpan(0, At).LastIndexOf('\n')}. (rule {Rule})";
}

/// <summary>A block of declarations.</summary>
/// <param name="At">Where its selector begins.</param>
/// <param name="Names">What it declares, in order, each with its place.</param>
internal sealed record CssBlock(int At, List<(string Name, int At)> Names);

/// <summary>
/// CSS as its tokens (CSS Syntax 3) lie in the text, held to what is unmistakable: without escapes, with every string and bracket ended, and with characters
/// beyond ASCII in strings only, no two readers take it for different things. It stops at the first finding.
/// </summary>
internal sealed partial class CssOutline
{
    // A parser that calls itself for what nests has an end to its stack.
    private const int MostLevels = 4, MostBrackets = 16;

    private readonly string _css;
    private readonly StringBuilder _bare;
    private int _at;

    private CssOutline(string css) => (_css, _bare) = (css, new StringBuilder(css));

    private sealed class Found(CssFinding finding) : Exception
    {
        public CssFinding Finding => finding;
    }

    /// <summary>Blocks in the order of the text.</summary>
    public List<CssBlock> Blocks { get; } = [];

    /// <summary>The first thing that is wrong; null: nothing.</summary>
    public CssFinding? Finding { get; private set; }

    /// <summary>The text with spaces for comments, so that places stay.</summary>
    public string Bare => _bare.ToString();

    public static CssOutline Of(string css)
    {
        var outline = new CssOutline(css);
        try
        {
            outline.Rules(0);
        }
        catch (Found found)
        {
            outline.Finding = found.Finding;
        }
        return outline;
    }

    private char Next => _at < _css.Length ? _css[_at] : '\0';

    private bool IsAtEnd => _at >= _css.Length;

    private void Rules(int level)
    {
        for (Space(); !IsAtEnd && Next != '}'; Space())
        {
            var start = _at;
            if (Next != '@')
            {
                Prelude(start, isSelector: true);
                Declarations(start);
                continue;
            }
            var name = AtKeyword().Match(_css, _at) is { Success: true } keyword ? keyword.Value : "@";
            if (!CssLists.AtRules.Contains(name))
                throw Wrong("at-rule", $"{name} isn't allowed; only {string.Join(", ", CssLists.AtRules.Order(StringComparer.Ordinal))} are", start);
            if (level == MostLevels)
                throw Wrong("nesting", $"Rules nest at most {MostLevels} deep", start);
            _at += name.Length;
            Prelude(start, isSelector: false);
            Rules(level + 1);
            if (IsAtEnd)
                throw Wrong("unbalanced", "A block isn't ended that begins", start);
            _at++;
        }
        if (level == 0 && !IsAtEnd)
            throw Wrong("unbalanced", "'}' ends nothing", _at);
    }

    // Up to the block and its brace.
    private void Prelude(int start, bool isSelector)
    {
        Components(isSelector, "{;}");
        if (Next != '{')
            throw Wrong("statement", "A block has to follow what begins", start);
        if (isSelector && _at == start)
            throw Wrong("selector", "A selector has to stand before the block", start);
        _at++;
    }

    private void Declarations(int start)
    {
        var names = new List<(string, int)>();
        for (Space(); !IsAtEnd && Next != '}'; Space())
        {
            if (Next == ';')
            {
                _at++;
                continue;
            }
            var at = _at;
            if (Property().Match(_css, _at) is not { Success: true } property)
                throw Wrong("declaration", "A declaration, 'name: value;', has to stand", at);
            _at += property.Length;
            Space();
            if (Next != ':')
                throw Wrong("declaration", $"':' has to follow '{property.Value}'", at);
            _at++;
            if (CssLists.IsToken(property.Value))
                throw Wrong("property", $"'{property.Value}' is the platform's: set the token", at);
            if (!CssLists.IsProperty(property.Value))
                throw Wrong("property", $"The property '{property.Value}' isn't allowed", at);
            names.Add((property.Value, at));
            Space();
            var value = _at;
            Components(isSelector: false, ";}{");
            if (Next == '{')
                throw Wrong("nesting", "A block inside of a block of declarations isn't allowed", _at);
            if (_at == value)
                throw Wrong("declaration", $"'{property.Value}' has no value", at);
        }
        if (IsAtEnd)
            throw Wrong("unbalanced", "A block isn't ended that begins", start);
        _at++;
        Blocks.Add(new CssBlock(start, names));
    }

    // Up to one of the ends that is in no bracket.
    private void Components(bool isSelector, string ends)
    {
        var open = new Stack<(char End, int At)>();
        for (Space(); !IsAtEnd; Space())
        {
            var at = _at;
            if (open.Count == 0 && ends.Contains(Next))
                return;
            if (Next is '"' or '\'')
                Text();
            else if (Identifier().Match(_css, _at) is { Success: true } word)
            {
                _at += word.Length;
                if (Next != '(')
                    continue;
                if (word.Value.Equals("url", StringComparison.OrdinalIgnoreCase))
                    Address(at);
                else if (!(isSelector ? CssLists.SelectorFunctions : CssLists.Functions).Contains(word.Value))
                    throw Wrong("function", $"The function '{word.Value}()' isn't allowed", at);
            }
            else if (Next is '(' or '[')
            {
                if (open.Count == MostBrackets)
                    throw Wrong("nesting", $"Brackets nest at most {MostBrackets} deep", at);
                open.Push((Next == '(' ? ')' : ']', at));
                _at++;
            }
            else if (Next is ')' or ']')
            {
                if (open.Count == 0 || open.Pop().End != Next)
                    throw Wrong("unbalanced", $"'{Next}' ends nothing", at);
                _at++;
            }
            else if (open.Count > 0 && Next is '{' or '}' or ';')
                throw Wrong("unbalanced", "A bracket isn't ended that begins", open.Peek().At);
            else if (isSelector && Next is '^' or '$' or '*' && _at + 1 < _css.Length && _css[_at + 1] == '=')
                throw Wrong("selector", "Selecting by parts of an attribute, which lets a style sheet read it out, isn't allowed", at);
            else if (Next == '@')
                throw Wrong("at-rule", "'@' begins a rule, which can't stand there", at);
            else if (string.CompareOrdinal(_css, _at, "-->", 0, 3) == 0)
                throw Wrong("markup", "'-->' isn't allowed", at);
            else
                _at++;
        }
        if (open.Count > 0)
            throw Wrong("unbalanced", "A bracket isn't ended that begins", open.Peek().At);
    }

    private void Address(int at)
    {
        if (UrlToken().Match(_css, _at) is not { Success: true } url)
            throw Wrong("url", "An address has to be written url(\"...\"), and end", at);
        if (!CssLists.IsAddress(url.Groups["address"].Value))
            throw Wrong("url", "An address has to begin with https:// or a single /, or to be data:image/ of png, jpeg, gif, webp or avif in base64; this isn't", at);
        _at += url.Length;
    }

    private void Text()
    {
        var (start, quote) = (_at, Next);
        for (_at++; Next != quote; _at++)
            if (IsAtEnd || Next is '\n' or '\r' or '\f')
                throw Wrong("string", "A text isn't ended on its line that begins", start);
            else if (Next == '"')
                throw Wrong("string", "A text can't have '\"' in it", _at);
            else
                Check(isText: true);
        _at++;
    }

    // Over white space and comments, which end up as white space.
    private void Space()
    {
        while (!IsAtEnd)
            if (Next is ' ' or '\t' or '\n' or '\r' or '\f')
                _at++;
            else if (string.CompareOrdinal(_css, _at, "/*", 0, 2) == 0)
            {
                var end = _css.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw Wrong("comment", "A comment isn't ended that begins", _at);
                for (; _at < end + 2; _at++)
                    if (_css[_at] != '\n')
                        _bare[_at] = ' ';
            }
            else
            {
                Check(isText: false);
                return;
            }
    }

    private void Check(bool isText)
    {
        if (Next == '\\')
            throw Wrong("escape", "'\\' isn't allowed: a character stands for itself", _at);
        if (Next == '<')
            throw Wrong("markup", "'<' isn't allowed", _at);
        if (Next is < ' ' and not '\t' or '\u007f' or >= '\u0080' and <= '\u009f' || char.IsSurrogate(Next) && !IsPair())
            throw Wrong("character", "A control character, or half a character, isn't allowed", _at);
        if (!isText && Next > '\u007f')
            throw Wrong("character", "A character beyond ASCII stands in a text only; there is one", _at);
    }

    private bool IsPair() => _at + 1 < _css.Length && char.IsSurrogatePair(_css[_at], _css[_at + 1]) || _at > 0 && char.IsSurrogatePair(_css[_at - 1], _css[_at]);

    private static Found Wrong(string rule, string what, int at) => new(new CssFinding(rule, what, at));

    [GeneratedRegex(@"\G@[A-Za-z-]+")]
    private static partial Regex AtKeyword();

    [GeneratedRegex(@"\G(--[A-Za-z0-9_-]+|-?[A-Za-z][A-Za-z-]*)")]
    private static partial Regex Property();

    [GeneratedRegex(@"\G-{0,2}[A-Za-z_][A-Za-z0-9_-]*")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\G\(\s*(""(?<address>[^""'()\s\\<]*)""|'(?<address>[^""'()\s\\<]*)')\s*\)")]
    private static partial Regex UrlToken();
}
