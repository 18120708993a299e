using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Sites;
using Platform.Processors.Sites;

namespace Platform.Processors.Tests.Sites;

public sealed class BrandSheetsTests
{
    private readonly BrandSheets _sheets = new();

    [Fact]
    public void A_style_sheet_is_named_by_what_it_says()
    {
        var (plain, red, again) = (_sheets.Of(Path("{}")), _sheets.Of(Path("""{"brand.css":"a { color: red }"}""")), new BrandSheets().Of(Path("""{"brand.css":"a { color: red }"}""")));
        plain.Whole.ShouldBe(plain.Tokens);
        red.Tokens.ShouldBe(plain.Tokens);
        red.Whole.Hash.ShouldNotBe(plain.Whole.Hash);
        red.Whole.ShouldBe(again.Whole);
        red.Whole.Css.ShouldStartWith(red.Tokens.Css);
        red.Whole.Hash.ShouldMatch("^[0-9a-f]{32}$");
    }

    [Fact]
    public void The_nearest_level_counts_unless_one_above_locks() =>
        _sheets.Of([Level(ConfigurationLevel.Tenant, """{"brand.radius":"1px","brand.spacing":"1px"}""", "brand.radius"), Level(ConfigurationLevel.Site, """{"brand.radius":"2px","brand.spacing":"2px"}""")])
            .Tokens.Css.ShouldContain("  --brand-radius: 1px;\n  --brand-spacing: 2px;\n");

    [Fact]
    public void Css_that_is_recorded_and_not_allowed_any_more_is_not_served_and_says_why()
    {
        var brand = _sheets.Of(Path("""{"brand.css":"a { color: red } b { behavior: url(\"/x\") }"}"""));
        brand.CssProblem.ShouldBe("The property 'behavior' isn't allowed at line 1, column 22. (rule property)");
        brand.Whole.ShouldBe(brand.Tokens);
    }

    private static ImmutableArray<ConfigurationLevel> Path(string values) => [Level(ConfigurationLevel.Platform, "{}"), Level(ConfigurationLevel.Master, values)];

    private static ConfigurationLevel Level(string name, string values, params ImmutableArray<string> locks) => new(name, null, Fields.Parse(values), locks);
}
