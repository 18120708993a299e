using System.Collections.Immutable;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class DefineContentTypeTests
{
    private const string Unsupported = "Back references, look-around, atomic groups and very large counts aren't supported.";

    private static readonly ImmutableArray<FieldDefinition> OneOfEach =
        [.. FieldType.All.Keys.Order().Select(type => new FieldDefinition(type + "_1", type))];

    [Fact]
    public void A_type_with_fields_of_every_kind_is_defined() => Define("article-2", OneOfEach)
        .Then(new ContentTypeDefined("article-2", OneOfEach));

    [Fact]
    public void A_type_may_have_no_fields() => Define("a", []).Then(new ContentTypeDefined("a", []));

    [Fact]
    public void A_name_is_defined_once_even_if_nothing_differs() => Spec.Given<ContentType>(new ContentTypeDefined("article", []))
        .When(new DefineContentType("article", []))
        .ThenRejected("The content type 'article' is already defined.");

    [Theory]
    [InlineData("")]
    [InlineData("Article")]
    [InlineData("1st")]
    [InlineData("a_b")]
    [InlineData("ärtikel")]
    [InlineData("article\n")]
    public void A_malformed_name_is_refused(string name) => Define(name, [])
        .ThenInvalid(("name", "Must be 1-63 lower-case letters, digits and hyphens, a letter first."));

    [Fact]
    public void A_name_has_at_most_63_characters()
    {
        Define(new string('a', 63), []).Then(new ContentTypeDefined(new string('a', 63), []));
        Define(new string('a', 64), []).ThenInvalid(("name", "Must be 1-63 lower-case letters, digits and hyphens, a letter first."));
    }

    [Fact]
    public void Every_wrong_field_is_told_with_its_place() => Define("article",
        [
            new FieldDefinition("title", "text"),
            new FieldDefinition("title", "texts"),
            new FieldDefinition("_rank", "number"),
            null!,
        ]).ThenInvalid(
            ("fields[1].name", "Stands twice."),
            ("fields[1].type", "Must be one of boolean, date, datetime, json, markdown, media, number, reference, text."),
            ("fields[2].name", "Must be 1-63 letters, digits and underscores, a letter first."),
            ("fields[3]", "Must be an object."));

    [Fact]
    public void A_type_has_at_most_200_fields()
    {
        ImmutableArray<FieldDefinition> fields = [.. Enumerable.Range(0, 201).Select(i => new FieldDefinition($"f{i}", "text"))];
        Define("article", fields[..200]).Then(new ContentTypeDefined("article", fields[..200]));
        Define("article", fields).ThenInvalid(("fields", "A content type has at most 200 fields."));
    }

    [Theory]
    [InlineData("text", """{"minLength":1,"maxLength":1,"pattern":"^[a-z]+$","oneOf":["a","b"]}""")]
    [InlineData("markdown", """{"minLength":0,"maxLength":9,"pattern":"#"}""")]
    [InlineData("number", """{"min":-1.5,"max":1e3,"integer":true}""")]
    [InlineData("json", "{}")]
    public void Rules_that_fit_are_kept(string type, string rules)
    {
        var field = new FieldDefinition("field", type, Rules: Fields.Parse(rules));
        Define("article", [field]).Then(new ContentTypeDefined("article", [field]));
    }

    [Theory]
    [InlineData("text", """{"length":1}""", "length", "There is no such rule.")]
    [InlineData("text", """{"min":1}""", "min", "Doesn't fit a field of type text.")]
    [InlineData("number", """{"pattern":"a"}""", "pattern", "Doesn't fit a field of type number.")]
    [InlineData("markdown", """{"oneOf":["a"]}""", "oneOf", "Doesn't fit a field of type markdown.")]
    [InlineData("date", """{"maxLength":1}""", "maxLength", "Doesn't fit a field of type date.")]
    [InlineData("text", """{"minLength":-1}""", "minLength", "Must be a whole number of at least 0.")]
    [InlineData("text", """{"maxLength":"3"}""", "maxLength", "Must be a whole number of at least 0.")]
    [InlineData("text", """{"maxLength":1.5}""", "maxLength", "Must be a whole number of at least 0.")]
    [InlineData("text", """{"minLength":3,"maxLength":2}""", "minLength", "Must be at most maxLength.")]
    [InlineData("text", """{"oneOf":[]}""", "oneOf", "Must be a list of 1 to 200 different texts.")]
    [InlineData("text", """{"oneOf":["a","a"]}""", "oneOf", "Must be a list of 1 to 200 different texts.")]
    [InlineData("text", """{"oneOf":["a",1]}""", "oneOf", "Must be a list of 1 to 200 different texts.")]
    [InlineData("text", """{"pattern":null}""", "pattern", "Must be a regular expression.")]
    [InlineData("text", """{"pattern":"("}""", "pattern", "Isn't a regular expression.")]
    [InlineData("text", """{"pattern":"(a)\\1"}""", "pattern", Unsupported)]
    [InlineData("text", """{"pattern":"(?=a)"}""", "pattern", Unsupported)]
    [InlineData("text", """{"pattern":"((a{1,100}){1,100}){1,100}b"}""", "pattern", Unsupported)]
    [InlineData("number", """{"min":2,"max":1}""", "min", "Must be at most max.")]
    [InlineData("number", """{"max":1e400}""", "max", "Must be a number within double precision.")]
    [InlineData("number", """{"integer":1}""", "integer", "Must be true or false.")]
    public void A_rule_that_does_not_fit_is_refused(string type, string rules, string rule, string message) =>
        Define("article", [new FieldDefinition("field", type, Rules: Fields.Parse(rules))])
            .ThenInvalid(($"fields[0].rules.{rule}", message));

    [Fact]
    public void A_pattern_has_at_most_200_characters() => Define(
            "article",
            [new FieldDefinition("field", "text", Rules: Fields.Parse($$"""{"pattern":"{{new string('a', 201)}}"}"""))])
        .ThenInvalid(("fields[0].rules.pattern", "Must be at most 200 characters long."));

    private static Outcome Define(string name, ImmutableArray<FieldDefinition> fields) =>
        Spec.Given<ContentType>().When(new DefineContentType(name, fields));
}
