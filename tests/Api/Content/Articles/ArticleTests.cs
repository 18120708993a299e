using System.Text;
using Platform.Api.Content;
using Platform.Domain;
using Platform.Domain.Content;

namespace Platform.Api.Tests.Content;

public sealed class ArticleTests
{
    private static readonly ContentType Own = State.Of<ContentType>(new ContentTypeDefined("article", ArticleType.Definition("article").Fields));

    private static Article Of(string text, string path = "news/2026-01-12-first-light.md", ContentType? type = null) =>
        Article.Of(path, ArticleFile.Parse(Encoding.UTF8.GetBytes(text)), type ?? Own, "en");

    private static string Slug(string path, string? given = null) => Of(given is null ? "text" : $"---\nslug: \"{given}\"\n---\n", path).Slug;

    private static ContentType Type(params FieldDefinition[] fields) => State.Of<ContentType>(new ContentTypeDefined("page", [.. fields]));

    [Fact]
    public void Known_keys_have_fields_and_all_others_are_kept()
    {
        var article = Of("""
            ---
            title: First light
            date: 2026-01-12
            summary: Short.
            deck: Shorter.
            authors: [ann, bob]
            topics: [space]
            weight: 3
            frontMatter: mine
            body: also mine
            draft: true
            series: {name: Sky, part: 2}
            ---
            Text.
            """);
        article.Fields.ShouldBe(Fields.Parse("""
            {"title":"First light","date":"2026-01-12","summary":"Short.","deck":"Shorter.","authors":["ann","bob"],"topics":["space"],"body":"Text.",
             "frontMatter":{"weight":3,"frontMatter":"mine","body":"also mine","draft":true,"series":{"name":"Sky","part":2}}}
            """));
        article.IsDraft.ShouldBeTrue();
        FieldRules.CheckComplete(Own, article.Fields).Rejection.ShouldBeNull();
    }

    [Fact]
    public void A_value_that_does_not_fit_its_field_is_kept_beside_it() =>
        Of("---\ntitle: [a, b]\ndate: 2026-01-12T09:30:00Z\n---\n").Fields
            .ShouldBe(Fields.Parse("""{"body":"","frontMatter":{"title":["a","b"],"date":"2026-01-12T09:30:00Z"}}"""));

    [Fact]
    public void A_number_is_a_title_and_one_author_is_a_list() =>
        Of("---\ntitle: 1984\nauthors: George\n---\n").Fields.ShouldBe(Fields.Parse("""{"title":"1984","authors":["George"],"body":""}"""));

    [Theory]
    [InlineData("\n# First *light* #\n\nText", "\"First *light*\"")]
    [InlineData("Text\n\n# Later", null)]
    [InlineData("## Second level", null)]
    public void A_first_heading_is_the_title_of_a_file_without_one(string body, string? title) =>
        Of(body).Fields.Find("title")?.GetRawText().ShouldBe(title);

    [Theory]
    [InlineData("a/2026-01-12-first-light.md", null, "first-light")]
    [InlineData("a/2026-01-12.md", null, "2026-01-12")]
    [InlineData("First Light_ÄÖÜ ß'n.markdown", null, "first-light-aou-ssn")]
    [InlineData("cafe\u0301.md", null, "cafe")]
    [InlineData("guides/start/index.md", null, "start")]
    [InlineData("index.md", null, "index")]
    [InlineData("x.md", "News/First  Light/", "news/first-light")]
    [InlineData("x.md", "a%e2%80%8a-%e2%80%8ab", "a-b")]
    [InlineData("x.md", "1984", "1984")]
    public void A_slug_is_made_of_what_the_file_calls_itself(string path, string? given, string slug) => Slug(path, given).ShouldBe(slug);

    [Theory]
    [InlineData("日本.md", null, "No slug")]
    [InlineData("x.md", "!!", "No slug")]
    public void A_file_that_no_slug_can_be_made_of_is_refused(string path, string? given, string part) =>
        Should.Throw<ArticleRefusedException>(() => Slug(path, given)).Message.ShouldContain(part);

    [Fact]
    public void A_slug_that_is_too_long_is_refused() =>
        Should.Throw<ArticleRefusedException>(() => Slug("x.md", new string('a', 201))).Message.ShouldContain("200");

    [Theory]
    [InlineData("lang: de_AT", "de-AT", null)]
    [InlineData("locale: fr", "fr", null)]
    [InlineData("lang: de\nlocale: fr", "de", """{"locale":"fr"}""")]
    [InlineData("lang: [de]", "en", """{"lang":["de"]}""")]
    [InlineData("a: 1", "en", """{"a":1}""")]
    public void The_front_matter_names_the_locale(string yaml, string locale, string? rest)
    {
        var article = Of($"---\n{yaml}\n---\n");
        article.Locale.ShouldBe(locale);
        article.Fields.Find("frontMatter")?.GetRawText().ShouldBe(rest);
    }

    [Fact]
    public void A_locale_that_is_none_is_refused() =>
        Should.Throw<ArticleRefusedException>(() => Of("---\nlang: Klingon\n---\n")).Message.ShouldContain("'Klingon'");

    [Fact]
    public void Another_type_takes_what_fits_and_keeps_the_rest() =>
        Of("---\ntitle: A\nweight: 3\nrating: high\n---\nText", type: Type(new("title", "text"), new("weight", "number"), new("rating", "number"), new("body", "text"), new("frontMatter", "json")))
            .Fields.ShouldBe(Fields.Parse("""{"title":"A","weight":3,"body":"Text","frontMatter":{"rating":"high"}}"""));

    [Theory]
    [InlineData("---\ntitle: A\nzone: b\nage: 1\n---\nText", "no fields that take age, zone")]
    public void A_type_that_has_no_place_for_something_is_named(string text, string part) =>
        Should.Throw<ArticleRefusedException>(() => Of(text, type: Type(new("title", "text"), new("body", "text")))).Message.ShouldContain(part);

    [Fact]
    public void A_type_without_a_body_takes_no_article() =>
        Should.Throw<ArticleRefusedException>(() => Of("Text", type: Type(new FieldDefinition("title", "text")))).Message.ShouldContain("no field 'body'");
}
