using System.Text.Json;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class ConditionTests
{
    private static readonly Guid _segment = Guid.Parse("0198a000-0000-7000-8000-000000000001");

    private const string Visitor = """
        {"country":"AT","age":34,"plan":"1.10.0","tags":["a","B"],"ip":"2001:db8::7","at":"2026-03-01T12:00:00Z","cart":{"items":[{"sku":"x","n":3}]},"empty":"","text":"12"}
        """;

    [Theory]
    [InlineData("""{"attribute":"country","in":["DE","AT"]}""", true)]
    [InlineData("""{"attribute":"country","in":["de","at"]}""", false)]
    [InlineData("""{"attribute":"country","in":["de","at"],"ignoreCase":true}""", true)]
    [InlineData("""{"attribute":"tags","in":["b"],"ignoreCase":true}""", true)]
    [InlineData("""{"attribute":"country","in":["a","b","c","d","e","f","g","h","i","at"],"ignoreCase":true}""", true)]
    [InlineData("""{"attribute":"age","atLeast":18,"below":35}""", true)]
    [InlineData("""{"attribute":"age","above":34}""", false)]
    [InlineData("""{"attribute":"text","above":2}""", true)] // a text that reads as a number
    [InlineData("""{"attribute":"none","below":2}""", false)]
    [InlineData("""{"attribute":"none","below":2,"loose":true}""", true)] // JavaScript's null is 0
    [InlineData("""{"attribute":"plan","versionAbove":"1.9.9"}""", true)]
    [InlineData("""{"attribute":"plan","versionBelow":"1.10.0-rc.1"}""", false)]
    [InlineData("""{"attribute":"ip","inNetwork":["192.0.2.0/24","2001:db8::/32"]}""", true)]
    [InlineData("""{"attribute":"ip","inNetwork":"2001:db9::/32"}""", false)]
    [InlineData("""{"attribute":"at","after":"2026-03-01T12:59:59+01:00","before":"2026-03-01T12:00:01Z"}""", true)]
    [InlineData("""{"attribute":"country","matches":"^[[:upper:]]{2}$"}""", true)]
    [InlineData("""{"attribute":"country","startsWith":"A","not":{"endsWith":"U"}}""", true)]
    [InlineData("""{"attribute":"none","exists":false}""", true)]
    [InlineData("""{"attribute":"empty","exists":false}""", false)]
    [InlineData("""{"attribute":"tags","type":"array","size":{"atLeast":2},"any":{"equals":"B"},"includesAll":[{"equals":"a"},{"equals":"B"}]}""", true)]
    [InlineData("""{"attribute":"cart.items","anyMatches":{"all":[{"attribute":"sku","equals":"x"},{"attribute":"n","above":2}]}}""", true)]
    [InlineData("""{"segment":"0198a000-0000-7000-8000-000000000001"}""", true)]
    [InlineData("""{"not":{"any":[{"segment":"0198a000-0000-7000-8000-000000000002"}]}}""", true)]
    [InlineData("""{"behaviour":{"event":"page_view","atLeast":3,"days":7}}""", true)]
    [InlineData("""{"behaviour":{"event":"page_view","atLeast":1,"atMost":2,"days":7}}""", false)]
    [InlineData("""{"all":[]}""", true)]
    [InlineData("""{"any":[]}""", false)]
    public void A_condition_holds_or_not_and_reads_as_it_was_written(string json, bool holds)
    {
        var condition = Read(json);
        condition.Holds(Context).ShouldBe(holds);
        condition.Explain(Context).Holds.ShouldBe(holds);
        Read(JsonSerializer.Serialize(condition)).ShouldBe(condition);
    }

    [Theory]
    [InlineData("""{"all":{}}""", "c.all", "Must be a list of conditions.")]
    [InlineData("""{"all":[{"attribute":"a","matches":"(?=x)"}]}""", "c.all[0].matches", "RE2")]
    [InlineData("""{"attribute":"a","matches":"(a)\\1"}""", "c.matches", "RE2")]
    [InlineData("""{"attribute":"a","matches":"(x{1000}){1000}"}""", "c.matches", "RE2")]
    [InlineData("""{"attribute":"a"}""", "c", "Must have a test")]
    [InlineData("""{"attribute":"a..b","equals":1}""", "c.attribute", "name of an attribute")]
    [InlineData("""{"attribute":"a","is":1}""", "c.is", "There is no such test")]
    [InlineData("""{"attribute":"a","inNetwork":["10.0.0.0/33"]}""", "c.inNetwork", "no address and no network")]
    [InlineData("""{"attribute":"a","versionAbove":"v1"}""", "c.versionAbove", "semantic version")]
    [InlineData("""{"attribute":"a","after":"yesterday"}""", "c.after", "RFC 3339")]
    [InlineData("""{"attribute":"a","exists":1}""", "c.exists", "true or false")]
    [InlineData("""{"segment":"x"}""", "c.segment", "id of a segment")]
    [InlineData("""{"behaviour":{"event":"e","times":3}}""", "c.behaviour", "alone")]
    [InlineData("""{"behaviour":{"event":"e","atLeast":-1}}""", "c.behaviour.atLeast", "Must be 0 to")]
    [InlineData("""{"some":[]}""", "c.some", "There is no such condition")]
    [InlineData("""[]""", "c", "Must be an object")]
    public void What_is_wrong_is_said_where_it_is(string json, string path, string problem)
    {
        using var document = JsonDocument.Parse(json);
        var errors = ConditionReader.Read(document.RootElement, "c").Errors.Rejection.ShouldNotBeNull().Errors;
        errors.ShouldContainKey(path);
        errors[path].ShouldContain(message => message.Contains(problem));
    }

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"not":""", 11)) + """{"all":[]}""" + new string('}', 11);
        var wide = $$"""{"all":[{{string.Join(',', Enumerable.Repeat("""{"attribute":"a","equals":1}""", 300))}}]}""";
        foreach (var json in new[] { deep, wide })
        {
            using var document = JsonDocument.Parse(json);
            ConditionReader.Read(document.RootElement, "c").Errors.Rejection.ShouldNotBeNull();
        }
    }

    // Each takes time that grows with its square, or twofold with each letter, in engines that go back.
    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*a){20}$")]
    [InlineData("([a-z]+)*[0-9]")]
    public void A_pattern_that_would_blow_up_elsewhere_comes_to_an_end(string pattern)
    {
        var condition = new AttributeIs(new("a"), [new PatternTest(pattern)]);
        var context = new ConditionContext(AttributeValue.Of([KeyValuePair.Create("a", AttributeValue.Of(new string('a', 3_000) + "!"))]));
        // Such a text would take such an engine longer than the sun will shine.
        condition.Holds(context).ShouldBeFalse();
    }

    [Theory]
    [InlineData("^b$", "a\nb\nc", false)]
    [InlineData("(?m)^b$", "a\nb\nc", true)]
    [InlineData("(?ism)^B$", "a\nb\nc", true)]
    [InlineData("b$", "b\n", false)] // $ is the end, and not before a last line feed
    [InlineData(@"^\d$", "٣", false)] // digits are ASCII's
    [InlineData(@"[[]x", "[x", true)]
    public void Patterns_are_read_as_re2_does(string pattern, string text, bool isFound) =>
        new PatternTest(pattern).Passes(AttributeValue.Of(text), Context).ShouldBe(isFound);

    [Fact]
    public void An_explanation_says_of_each_part_what_the_visitor_has()
    {
        var trace = Read("""{"any":[{"attribute":"age","above":40},{"attribute":"country","equals":"AT"},{"behaviour":{"event":"page_view","days":7}}]}""").Explain(Context);
        trace.Parts.Select(part => (part.Kind, part.Holds, part.Subject, part.Actual.ToString()))
            .ShouldBe([("attribute", false, "age", "34"), ("attribute", true, "country", "AT"), ("behaviour", true, "page_view", "4")]);
    }

    private static ConditionContext Context
    {
        get
        {
            using var json = JsonDocument.Parse(Visitor);
            return new(AttributeValue.Of(json.RootElement)) { Segments = new HashSet<Guid> { _segment }, Times = behaviour => behaviour.Days == 7 ? 4 : 0 };
        }
    }

    private static Condition Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var (condition, errors) = ConditionReader.Read(document.RootElement, "c");
        errors.Rejection.ShouldBeNull();
        return condition;
    }
}
