using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Sites;
using static Platform.Domain.Tests.Sites.Examples;

namespace Platform.Domain.Tests.Sites;

public sealed class BrandTests
{
    private static readonly ConfigurationPlace Top = Place([]);

    /// <summary>Ratios as checkers of the field show them, cut to two digits.</summary>
    [Theory]
    [InlineData("#000", "#fff", 21)]
    [InlineData("#ffffff", "#000000", 21)]
    [InlineData("#123456", "#123456", 1)]
    [InlineData("#767676", "#ffffff", 4.54)]
    [InlineData("#777", "#fff", 4.47)]
    [InlineData("#949494", "#ffffff", 3.03)]
    [InlineData("#ff0000", "#ffffff", 3.99)]
    [InlineData("#0000ff", "#ffffff", 8.59)]
    [InlineData("#00000080", "#ffffff", 4)]
    [InlineData("#00000000", "#ffffff", 1)]
    [InlineData("#000000ff", "#ffffff", 21)]
    public void Contrast_is_that_of_wcag(string front, string back, double ratio) => Contrast.Cut(Contrast.Ratio(front, back)).ShouldBe(ratio);

    [Fact]
    public void Contrast_of_opaque_colours_is_the_same_both_ways_and_between_1_and_21()
    {
        var colours = Gen.Choose(0, 0xffffff).Select(n => $"#{n:x6}").ToArbitrary();
        Prop.ForAll(colours, colours, (one, other) =>
            Contrast.Ratio(one, other) is >= 1 and <= 21 and var ratio && ratio.Equals(Contrast.Ratio(other, one)) && ratio.Equals(Contrast.Ratio($"{one}ff", other))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_defaults_are_seen_on_each_other()
    {
        var contrasts = Brand.Contrasts(key => PlatformKeys.All[key].Default);
        contrasts.Length.ShouldBe(8);
        contrasts.ShouldAllBe(pair => pair.IsEnough && pair.Ratio >= pair.Least);
    }

    [Fact]
    public void A_colour_that_is_not_seen_on_another_is_refused_with_both_keys_the_ratio_and_the_bound()
    {
        Spec.Given<ConfigurationScope>().When(state => Set("""{"brand.color-link":"#777777"}""", state, Top)).ThenInvalid(
            ("values.brand.color-link", "brand.color-link (#777777) on brand.color-background (#ffffff) has a contrast of 4.47:1; WCAG 2.2 AA asks for 4.5:1."),
            ("values.brand.color-link", "brand.color-link (#777777) on brand.color-surface (#f5f5f5) has a contrast of 4.10:1; WCAG 2.2 AA asks for 4.5:1."));
        const string both = "brand.color-on-primary (#fff) on brand.color-primary (#ffcc00) has a contrast of 1.51:1; WCAG 2.2 AA asks for 4.5:1.";
        Spec.Given<ConfigurationScope>().When(state => Set("""{"brand.color-primary":"#ffcc00","brand.color-on-primary":"#fff"}""", state, Top))
            .ThenInvalid(("values.brand.color-on-primary", both), ("values.brand.color-primary", both));
        Spec.Given<ConfigurationScope>().When(state => Set("""{"brand.color-heading":"#949494","brand.color-border":"#949494"}""", state, Top))
            .Then(new ConfigurationValuesSet(Fields.Parse("""{"brand.color-heading":"#949494","brand.color-border":"#949494"}"""), Id));
    }

    [Fact]
    public void Colours_are_held_against_what_is_inherited_and_only_where_the_level_changes_one_of_a_pair()
    {
        var dark = Place([Level("""{"brand.color-background":"#111111","brand.color-surface":"#222222"}""")]);
        Spec.Given<ConfigurationScope>().When(state => Set("""{"brand.color-text":"#222222"}""", state, dark)).ThenInvalid(
            ("values.brand.color-text", "brand.color-text (#222222) on brand.color-background (#111111) has a contrast of 1.18:1; WCAG 2.2 AA asks for 4.5:1."),
            ("values.brand.color-text", "brand.color-text (#222222) on brand.color-surface (#222222) has a contrast of 1.00:1; WCAG 2.2 AA asks for 4.5:1."));
        // The platform's own colours of text aren't seen on it; whoever changes something else isn't asked about that.
        Spec.Given<ConfigurationScope>().When(state => Set("""{"brand.radius":"2px","brand.color-primary":"#004400"}""", state, dark)).Then(
            new ConfigurationValuesSet(Fields.Parse("""{"brand.color-primary":"#004400","brand.radius":"2px"}"""), Id));
    }

    [Fact]
    public void Taken_back_or_rolled_back_a_colour_may_not_leave_another_unseen()
    {
        var white = new ConfigurationValuesSet(Fields.Parse("""{"brand.color-on-primary":"#000000"}"""), Id);
        var yellow = new ConfigurationValuesSet(Fields.Parse("""{"brand.color-primary":"#ffcc00"}"""), Id);
        const string problem = "brand.color-on-primary (#ffffff) on brand.color-primary (#ffcc00) has a contrast of 1.51:1; WCAG 2.2 AA asks for 4.5:1.";
        Spec.Given<ConfigurationScope>(white, yellow).When(state => ResetConfiguration.Decide(new(["brand.radius", "brand.color-on-primary"]), state, Top)).ThenInvalid(("keys[1]", problem));
        Spec.Given<ConfigurationScope>(white, yellow).When(state => ResetConfiguration.Decide(new(["brand.color-primary", "brand.color-on-primary"]), state, Top))
            .Then(new ConfigurationValuesReset(["brand.color-on-primary", "brand.color-primary"], Id));
        var past = State.Of<ConfigurationScope>([new ConfigurationValuesSet(yellow.Values, Id)]);
        Spec.Given<ConfigurationScope>(yellow, white).When(state => RollBackConfiguration.Decide(new(1), state, past, Top)).ThenInvalid(("version", problem));
    }

    [Theory]
    [InlineData("brand.color-text", "#123", true)]
    [InlineData("brand.color-text", "#12345678", true)]
    [InlineData("brand.color-background", "#12345678", false)]
    [InlineData("brand.color-text", "#1234", false)]
    [InlineData("brand.color-text", "red", false)]
    [InlineData("brand.color-text", "#fff;}*{display:none", false)]
    [InlineData("brand.color-text", "#ffffff\n", false)]
    [InlineData("brand.color-text", "url(javascript:alert(1))", false)]
    [InlineData("brand.font-text", "Georgia, \"Times New Roman\", serif", true)]
    [InlineData("brand.font-text", "-apple-system,Segoe UI,sans-serif", true)]
    [InlineData("brand.font-text", "\"Gill Sans\" serif", false)]
    [InlineData("brand.font-text", "serif;}body{display:none", false)]
    [InlineData("brand.font-text", "url(https://example.org/x)", false)]
    [InlineData("brand.font-text", "\"a\\22 b\"", false)]
    [InlineData("brand.font-text", "\"a</style>\"", false)]
    [InlineData("brand.font-text", "", false)]
    [InlineData("brand.font-text", "serif,", false)]
    [InlineData("brand.radius", "0", true)]
    [InlineData("brand.radius", "64px", true)]
    [InlineData("brand.radius", "63.5px", true)]
    [InlineData("brand.radius", "0.25rem", true)]
    [InlineData("brand.radius", "64.5px", false)]
    [InlineData("brand.radius", "65px", false)]
    [InlineData("brand.radius", "-1px", false)]
    [InlineData("brand.radius", "4.1rem", false)]
    [InlineData("brand.radius", "calc(1px)", false)]
    [InlineData("brand.logo", "", true)]
    [InlineData("brand.logo", "https://cdn.example.org:8443/a/logo.svg?v=2", true)]
    [InlineData("brand.logo", "/media/logo.png", true)]
    [InlineData("brand.logo", "//evil.example/logo.png", false)]
    [InlineData("brand.logo", "http://example.org/logo.png", false)]
    [InlineData("brand.logo", "javascript:alert(1)//.png", false)]
    [InlineData("brand.logo", "data:image/svg+xml,<svg/>", false)]
    [InlineData("brand.logo", "https://example.org/logo.html", false)]
    [InlineData("brand.logo", "https://example.org/a\").png", false)]
    [InlineData("brand.logo", "https://user:pw@example.org/a.png", false)]
    [InlineData("brand.logo-text", "Journal", true)]
    [InlineData("brand.logo-text", "a\u0007", false)]
    public void Tokens_keep_to_the_rules_of_their_keys(string key, string value, bool isFine) =>
        (PlatformKeys.All[key].Problem(JsonSerializer.SerializeToElement(value)) is null).ShouldBe(isFine);

    [Fact]
    public void Tokens_are_custom_properties()
    {
        var values = new Dictionary<string, string> { ["brand.color-text"] = "#222", ["brand.logo"] = "/media/logo.svg", ["brand.logo-text"] = "Journal" };
        var css = Brand.Properties(key => values.TryGetValue(key, out var value) ? JsonSerializer.SerializeToElement(value) : PlatformKeys.All[key].Default);
        css.ShouldBe("""
            :root {
              --brand-color-text: #222;
              --brand-color-background: #ffffff;
              --brand-color-surface: #f5f5f5;
              --brand-color-heading: #1a1a1a;
              --brand-color-link: #0b57d0;
              --brand-color-primary: #0b57d0;
              --brand-color-on-primary: #ffffff;
              --brand-color-border: #767676;
              --brand-color-focus: #0b57d0;
              --brand-font-text: system-ui, sans-serif;
              --brand-font-heading: system-ui, sans-serif;
              --brand-radius: 4px;
              --brand-spacing: 8px;
              --brand-logo: url("/media/logo.svg");
            }

            """.ReplaceLineEndings("\n"));
    }

    private static Decision Set(string values, ConfigurationScope state, ConfigurationPlace place) => SetConfiguration.Decide(new SetConfiguration(Fields.Parse(values)), state, place);

    private static ConfigurationPlace Place(ImmutableArray<ConfigurationLevel> above) => new(Id, true, ConfigurationLevel.Site, above, PlatformKeys.All);

    private static ConfigurationLevel Level(string values) => new(ConfigurationLevel.Tenant, null, Fields.Parse(values), []);
}
