using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Platform.Domain.Tests;

public sealed class FieldsTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"x":1,"y":[1,2]}}""", """{"b":{"y":[1,2],"x":1},"a":1.0}""", true)]
    [InlineData("""{"a":1}""", """{"a":2}""", false)]
    [InlineData("""{"a":1}""", """{"A":1}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":null}""", "{}", false)]
    [InlineData("{}", """{"a":null}""", false)]
    public void Objects_are_equal_when_their_json_is(string left, string right, bool equal)
    {
        (Fields.Parse(left) == Fields.Parse(right)).ShouldBe(equal);
        if (equal) Fields.Parse(left).GetHashCode().ShouldBe(Fields.Parse(right).GetHashCode());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":{"b":1,"b":1}}""")]
    [InlineData("""{"a":1}{}""")]
    [InlineData("""{"a":""")]
    public void Anything_but_one_object_without_duplicates_is_refused(string json) =>
        Should.Throw<JsonException>(() => Fields.Parse(json));

    [Fact]
    public void Nulls_are_dropped_at_the_top_only() =>
        Fields.Parse("""{"a":null,"b":{"c":null}}""").WithoutNulls().ShouldBe(Fields.Parse("""{"b":{"c":null}}"""));

    [Fact]
    public void Size_is_counted_in_bytes_of_the_shortest_text() =>
        Fields.Parse("""{ "a" : "ü<" }""").CountBytes().ShouldBe("""{"a":"ü<"}""".Length + 1);

    [Fact]
    public void Putting_in_what_differs_and_taking_out_what_is_gone_gives_the_other_object() =>
        Prop.ForAll<Dictionary<int, int>, Dictionary<int, int>>((left, right) =>
        {
            var (from, to) = (Of(left), Of(right));
            return from.With(to.Except(from), from.Values.Keys.Where(name => to.Find(name) is null)) == to;
        }).QuickCheckThrowOnFailure();

    // Small values, so that some members have the same one on both sides.
    private static Fields Of(Dictionary<int, int> members) =>
        Fields.Parse(JsonSerializer.Serialize(members.ToDictionary(member => $"f{member.Key}", member => member.Value % 2)));
}
