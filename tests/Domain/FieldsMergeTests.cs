using FsCheck;
using FsCheck.Fluent;

namespace Platform.Domain.Tests;

public sealed class FieldsMergeTests
{
    private static readonly Gen<Fields> Some = Gen.Elements("a", "b", "c", "d").ListOf().SelectMany(names =>
        Gen.CollectToArray(names.Distinct().ToArray(), name => Gen.Elements("1", "2.0", "2", "\"x\"", "[1]").Select(value => $"\"{name}\":{value}")),
        (_, members) => Fields.Parse($"{{{string.Join(',', members)}}}"));

    [Fact]
    public void Where_only_one_side_changed_anything_the_result_is_its() => All((origin, side, _) =>
    {
        FieldsMerge.Of(origin, side, origin).ShouldBe(side);
        FieldsMerge.Of(origin, origin, side).ShouldBe(side);
    });

    [Fact]
    public void The_same_edit_on_both_sides_is_no_conflict() => All((origin, side, _) => FieldsMerge.Of(origin, side, side).ShouldBe(side));

    [Fact]
    public void It_does_not_matter_who_is_who() => All((origin, mine, theirs) =>
    {
        var (one, other) = (FieldsMerge.Of(origin, mine, theirs), FieldsMerge.Of(origin, theirs, mine));
        one.Conflicts.ShouldBe(other.Conflicts);
        if (one.Conflicts.IsEmpty)
            one.Fields.ShouldBe(other.Fields);
    });

    [Fact]
    public void Each_field_is_of_the_side_that_changed_it_and_in_conflict_when_both_did_to_something_else() => All((origin, mine, theirs) =>
    {
        var merge = FieldsMerge.Of(origin, mine, theirs);
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            var (was, my, their) = (Value(origin, name), Value(mine, name), Value(theirs, name));
            merge.Conflicts.Contains(name).ShouldBe(was != my && was != their && my != their, name);
            if (!merge.Conflicts.Contains(name))
                Value(merge.Fields, name).ShouldBe(was == my ? their : my, name);
        }
    });

    [Fact]
    public void A_null_takes_a_field_out_as_leaving_it_out_does() =>
        FieldsMerge.Of(Fields.Parse("""{"a":1,"b":1}"""), Fields.Parse("""{"a":null,"b":1}"""), Fields.Parse("""{"a":1,"b":2}""")).Fields.ShouldBe(Fields.Parse("""{"b":2}"""));

    private static string? Value(Fields fields, string name) => fields.Find(name)?.GetRawText().Replace("2.0", "2", StringComparison.Ordinal);

    private static void All(Action<Fields, Fields, Fields> check) => Check.QuickThrowOnFailure(Prop.ForAll(Some.Three().ToArbitrary(), all => check(all.Item1, all.Item2, all.Item3)));
}

file static class Merged
{
    public static void ShouldBe(this FieldsMerge merge, Fields expected)
    {
        merge.Conflicts.ShouldBeEmpty();
        merge.Fields.ShouldBe(expected);
    }
}
