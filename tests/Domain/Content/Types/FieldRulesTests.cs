using System.Collections.Immutable;
using System.Diagnostics;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class FieldRulesTests
{
    [Theory]
    [InlineData("text", "\"\"")]
    [InlineData("markdown", "\"# Dawn\"")]
    [InlineData("number", "0.1")]
    [InlineData("number", "-1e300")]
    [InlineData("number", "10.00")]
    [InlineData("boolean", "false")]
    [InlineData("date", "\"2028-02-29\"")]
    [InlineData("datetime", "\"2028-02-29T23:59:59Z\"")]
    [InlineData("datetime", "\"2028-02-29T23:59:59.123456+02:00\"")]
    [InlineData("reference", "\"0198c0de-0000-7000-8000-000000000001\"")]
    [InlineData("media", "\"0198C0DE-0000-7000-8000-000000000001\"")]
    [InlineData("json", """{"a":[1,null]}""")]
    public void A_value_of_its_type_is_fine(string type, string value) => Problems(type, value).ShouldBeEmpty();

    [Theory]
    [InlineData("text", "1", "Must be a text.")]
    [InlineData("markdown", "[\"a\"]", "Must be a text.")]
    [InlineData("number", "\"1\"", "Must be a number within double precision.")]
    [InlineData("number", "1e400", "Must be a number within double precision.")]
    [InlineData("number", "12345678901234567890", "Must be a number within double precision.")]
    [InlineData("boolean", "\"true\"", "Must be true or false.")]
    [InlineData("boolean", "0", "Must be true or false.")]
    [InlineData("date", "\"2027-02-29\"", "Must be a date such as 2030-12-31.")]
    [InlineData("date", "\"2027-2-9\"", "Must be a date such as 2030-12-31.")]
    [InlineData("date", "\"2027-02-09 \"", "Must be a date such as 2030-12-31.")]
    [InlineData("date", "20270209", "Must be a date such as 2030-12-31.")]
    [InlineData("datetime", "\"2027-02-29T00:00:00Z\"", "Must be a time as in RFC 3339, such as 2030-12-31T23:59:59Z.")]
    [InlineData("datetime", "\"2027-02-28T24:00:00Z\"", "Must be a time as in RFC 3339, such as 2030-12-31T23:59:59Z.")]
    [InlineData("datetime", "\"2027-02-28T00:00:00\"", "Must be a time as in RFC 3339, such as 2030-12-31T23:59:59Z.")]
    [InlineData("datetime", "\"2027-02-28 00:00:00Z\"", "Must be a time as in RFC 3339, such as 2030-12-31T23:59:59Z.")]
    [InlineData("datetime", "\"2027-02-28\"", "Must be a time as in RFC 3339, such as 2030-12-31T23:59:59Z.")]
    [InlineData("reference", "\"{0198c0de-0000-7000-8000-000000000001}\"", "Must be the id of an item: a UUID.")]
    [InlineData("reference", "\"first\"", "Must be the id of an item: a UUID.")]
    [InlineData("json", "12345678901234567890", "Its numbers must be within double precision.")]
    [InlineData("json", """{"a":[1,{"b":0.12345678901234567890}]}""", "Its numbers must be within double precision.")]
    [InlineData("media", "1", "Must be the id of a media asset: a UUID.")]
    public void A_value_of_another_type_is_refused(string type, string value, string message) =>
        Problems(type, value).ShouldBe([message]);

    [Theory]
    [InlineData("text", """{"minLength":2}""", "\"é👍\"", null)]
    [InlineData("text", """{"minLength":2}""", "\"👍\"", "Must be at least 2 characters long.")]
    [InlineData("text", """{"maxLength":1}""", "\"👍\"", null)]
    [InlineData("text", """{"maxLength":1}""", "\"ab\"", "Must be at most 1 characters long.")]
    [InlineData("text", """{"pattern":"b"}""", "\"abc\"", null)]
    [InlineData("text", """{"pattern":"^b"}""", "\"abc\"", "Must match the pattern ^b.")]
    [InlineData("text", """{"oneOf":["a","b"]}""", "\"b\"", null)]
    [InlineData("text", """{"oneOf":["a","b"]}""", "\"B\"", "Must be one of a, b.")]
    [InlineData("number", """{"min":2}""", "2", null)]
    [InlineData("number", """{"min":2}""", "1.9", "Must be at least 2.")]
    [InlineData("number", """{"max":2}""", "2.0", null)]
    [InlineData("number", """{"max":2}""", "2.1", "Must be at most 2.")]
    [InlineData("number", """{"integer":true}""", "1e3", null)]
    [InlineData("number", """{"integer":true}""", "1.5", "Must be a whole number.")]
    [InlineData("number", """{"integer":false}""", "1.5", null)]
    public void A_rule_is_applied(string type, string rules, string value, string? message) =>
        Problems(type, value, rules).ShouldBe(message is null ? [] : [message]);

    [Fact]
    public void Every_broken_rule_is_told() => Problems("number", "0.5", """{"min":1,"integer":true}""")
        .ShouldBe(["Must be at least 1.", "Must be a whole number."], ignoreOrder: true);

    [Fact]
    public void A_null_counts_as_absent()
    {
        Problems("number", "null").ShouldBeEmpty();
        FieldRules.CheckComplete(Type("number", required: true), Fields.Parse("""{"field":null}"""))
            .Rejection!.Errors["fields.field"].ShouldBe(["Is required."]);
    }

    [Fact]
    public void A_draft_may_lack_what_is_required() =>
        FieldRules.Check(Type("number", required: true), Fields.Empty).Rejection.ShouldBeNull();

    [Fact]
    public void All_fields_together_take_at_most_512_kib()
    {
        var room = (512 * 1024) - """{"field":""}""".Length;
        Problems("text", $"\"{new string('a', room)}\"").ShouldBeEmpty();
        FieldRules.Check(Type("text"), Fields.Parse($$"""{"field":"{{new string('a', room + 1)}}"}"""))
            .Rejection!.Errors["fields"].ShouldBe(["All fields together take at most 512 KiB."]);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(a{1,90}){1,90}b")]
    [InlineData("(.*a.*){50}b")]
    public void A_hostile_pattern_is_bounded_in_time(string pattern)
    {
        var clock = Stopwatch.StartNew();
        var rules = $$"""{"pattern":"{{pattern}}"}""";
        Spec.Given<ContentType>()
            .When(new DefineContentType("test", [new FieldDefinition("field", "text", Rules: Fields.Parse(rules))]))
            .Then(new ContentTypeDefined("test", [new FieldDefinition("field", "text", Rules: Fields.Parse(rules))]));
        Problems("text", $"\"{new string('a', 200_000)}!\"", rules);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_pattern_is_compiled_once_for_a_list_of_many_values()
    {
        var type = State.Of<ContentType>(new ContentTypeDefined(
            "test", [new FieldDefinition("field", "text", Many: true, Rules: Fields.Parse("""{"pattern":"^(\\w{1,40}[a-z]{1,40}\\d?){1,8}$"}"""))]));
        var clock = Stopwatch.StartNew();
        FieldRules.Check(type, Fields.Parse($$"""{"field":[{{string.Join(',', Enumerable.Repeat("\"1\"", 1000))}}]}""")).Rejection.ShouldNotBeNull();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void What_is_wrong_with_many_values_is_told_of_the_first_hundred_and_in_short()
    {
        var rules = Fields.Parse($$"""{"oneOf":[{{string.Join(',', Enumerable.Range(0, 200).Select(n => $"\"{new string('x', 100)}{n}\""))}}]}""");
        var type = State.Of<ContentType>(new ContentTypeDefined("test", [new FieldDefinition("field", "text", Many: true, Rules: rules)]));
        var errors = FieldRules.Check(type, Fields.Parse($$"""{"field":[{{string.Join(',', Enumerable.Repeat("\"1\"", 1000))}}]}""")).Rejection!.Errors;
        errors.Count.ShouldBe(100);
        errors.Values.ShouldAllBe(messages => messages.Single().Length < 600);
    }

    private static ImmutableArray<string> Problems(string type, string value, string rules = "{}") =>
        FieldRules.Check(Type(type, rules), Fields.Parse($$"""{"field":{{value}}}""")).Rejection?.Errors["fields.field"] ?? [];

    private static ContentType Type(string type, string rules = "{}", bool required = false) =>
        State.Of<ContentType>(new ContentTypeDefined("test", [new FieldDefinition("field", type, required, Rules: Fields.Parse(rules))]));
}
