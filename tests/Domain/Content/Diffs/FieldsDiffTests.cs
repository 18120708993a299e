using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class FieldsDiffTests
{
    private static readonly Dictionary<string, string> Types = new() { ["a"] = "text", ["b"] = "markdown", ["c"] = "json", ["d"] = "json", ["e"] = "number" };

    private static readonly Gen<string> Values = Gen.Sized(size => Value(Math.Min(size, 5)));

    private static readonly Gen<Fields> AnyFields = Gen.Elements("a", "b", "c", "d", "e", "f").ListOf().SelectMany(names =>
        Gen.CollectToArray(names.Distinct().ToArray(), name => Values.Select(value => $"\"{name}\":{value}")), (_, members) => Fields.Parse($"{{{string.Join(',', members)}}}"));

    [Fact]
    public void Made_to_the_earlier_fields_it_gives_the_later() => Check.QuickThrowOnFailure(Prop.ForAll(AnyFields.Two().ToArbitrary(), sides =>
    {
        var (from, to) = sides;
        var diff = FieldsDiff.Between(from, to, Types);
        diff.Fields.Select(change => change.Name).ShouldBeUnique();
        from.With(
            new Fields(Fields.Empty.Values.SetItems(diff.Fields.Where(c => c.After is not null).Select(c => KeyValuePair.Create(c.Name, Later(c))))),
            diff.Fields.Where(c => c.After is null).Select(c => c.Name)).ShouldBe(to);
    }));

    [Fact]
    public void Fields_differ_from_themselves_in_nothing() => Check.QuickThrowOnFailure(Prop.ForAll(AnyFields.ToArbitrary(), fields =>
        FieldsDiff.Between(fields, fields, Types).Fields.ShouldBeEmpty()));

    [Fact]
    public void A_field_is_added_removed_or_changed_and_only_text_and_json_are_looked_into()
    {
        var diff = FieldsDiff.Between(
            Fields.Parse("""{"a":"first light","c":{"x":[1,2,3],"y":true},"e":1,"f":"same"}"""),
            Fields.Parse("""{"a":"last light","b":"new","c":{"x":[0,1,2,3],"z/~":null},"f":"same","e":2}"""), Types);
        diff.Truncated.ShouldBeFalse();
        diff.Fields.Select(c => (c.Name, c.Kind, c.Text is not null, c.Json is not null)).ShouldBe(
        [
            ("a", FieldChangeKind.Changed, true, false), ("b", FieldChangeKind.Added, false, false), ("c", FieldChangeKind.Changed, false, true), ("e", FieldChangeKind.Changed, false, false),
        ]);
        diff.Fields[2].Json!.Changes.Select(c => $"{c.Op} {c.Path} {c.Before} {c.After}").ShouldBe(["Add /x/0  0", "Remove /y True ", "Add /z~1~0  "]);
    }

    [Fact]
    public void Json_with_more_than_1000_changes_counts_as_replaced_and_says_so()
    {
        string Array(int add) => $$"""{"c":[{{string.Join(',', Enumerable.Range(0, 1_001).Select(n => 2 * n + add))}}]}""";
        var diff = FieldsDiff.Between(Fields.Parse(Array(0)), Fields.Parse(Array(1)), Types);
        diff.Truncated.ShouldBeTrue();
        var change = diff.Fields.ShouldHaveSingleItem().Json!.Changes.ShouldHaveSingleItem();
        (change.Op, change.Path).ShouldBe((JsonOp.Replace, ""));
    }

    // What the change says of its inside, applied; where it says nothing, its later value.
    private static JsonElement Later(FieldChange change) => change switch
    {
        { Text: { } text } => JsonSerializer.SerializeToElement(string.Concat(text.Hunks.Where(h => h.Op != TextOp.Delete).Select(h => h.Text))),
        { Json: { } json } => JsonElement.Parse(json.Changes.Aggregate(JsonNode.Parse(change.Before!.Value.GetRawText()), Patch)!.ToJsonString()),
        _ => change.After!.Value,
    };

    private static JsonNode? Patch(JsonNode? document, JsonChange change)
    {
        var value = change.After is { } after ? JsonNode.Parse(after.GetRawText()) : null;
        if (change.Path.Length == 0)
            return value;
        var steps = change.Path.Split('/')[1..].Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        var parent = steps[..^1].Aggregate(document, (node, step) => node is JsonArray array ? array[int.Parse(step)] : node![step]);
        switch (parent, change.Op)
        {
            case (JsonArray array, JsonOp.Add):
                array.Insert(int.Parse(steps[^1]), value);
                break;
            case (JsonArray array, JsonOp.Remove):
                array.RemoveAt(int.Parse(steps[^1]));
                break;
            case (JsonArray array, _):
                array[int.Parse(steps[^1])] = value;
                break;
            case (JsonObject members, JsonOp.Remove):
                members.Remove(steps[^1]);
                break;
            default:
                parent![steps[^1]] = value;
                break;
        }
        return document;
    }

    private static Gen<string> Value(int depth) => depth == 0
        ? Gen.Elements("1", "2.5", "true", "null", "\"x\"", "\"the first light\"", "\"the last light\"")
        : Gen.OneOf(
            Value(0),
            Value(depth - 1).ListOf().Select(all => $"[{string.Join(',', all.Take(4))}]"),
            Value(depth - 1).ListOf().Select(all => $"{{{string.Join(',', all.Take(3).Select((v, i) => $"\"m/{i}~\":{v}"))}}}"));
}
