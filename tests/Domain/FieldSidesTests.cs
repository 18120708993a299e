using System.Text.Json;

namespace Platform.Domain.Tests;

public sealed class FieldSidesTests
{
    private static readonly Fields Origin = Fields.Parse("""{"a":1,"b":1,"c":1,"same":1}""");
    private static readonly Fields Current = Fields.Parse("""{"a":2,"c":2,"d":1,"same":1}""");

    [Fact]
    public void A_command_that_is_no_edit_is_told_what_changed() => Show(FieldSides.Of(Origin, Current, null))
        .ShouldBe(["a 1 2  ", "b 1   ", "c 1 2  ", "d  1  "]);

    [Fact]
    public void An_edit_is_told_what_it_wanted_too_and_its_conflicts_come_first() => Show(FieldSides.Of(Origin, Current, Fields.Parse("""{"a":2,"b":1,"c":3,"e":1,"same":1}""")))
        .ShouldBe(["c 1 2 3 True", "a 1 2 2 False", "b 1  1 False", "d  1  False", "e   1 False"]);

    [Fact]
    public void Long_texts_are_cut_around_the_first_difference_and_say_so()
    {
        var head = string.Concat(Enumerable.Repeat("👍", 400));
        var (was, now) = (head + "one" + new string('x', 5_000), head + "two" + new string('x', 5_000));
        var side = FieldSides.Of(Text(was), Text(now), Text("short")).ShouldHaveSingleItem();
        side.Cut!.Value.ShouldBe(["base", "current"]);
        side.Offset.ShouldBe(0, "the short text differs at once");
        side.Yours!.Value.GetString().ShouldBe("short");

        side = FieldSides.Of(Text(was), Text(now), null).ShouldHaveSingleItem();
        side.Offset.ShouldBe(700);
        side.Base!.Value.GetString().ShouldBe(was.Substring(700, 1_000));
        side.Current!.Value.GetString().ShouldBe(now.Substring(700, 1_000));
    }

    [Fact]
    public void No_cut_goes_through_a_surrogate_pair()
    {
        for (var shift = 0; shift < 2; shift++)
        {
            var was = new string('x', shift) + string.Concat(Enumerable.Repeat("👍", 1_000));
            var side = FieldSides.Of(Text(was), Text(was[..^2] + "-"), null).ShouldHaveSingleItem();
            foreach (var text in new[] { side.Base!.Value.GetString()!, side.Current!.Value.GetString()! })
                (char.IsLowSurrogate(text[0]) || char.IsHighSurrogate(text[^1])).ShouldBeFalse();
        }
    }

    [Fact]
    public void Long_json_is_cut_as_its_text()
    {
        var side = FieldSides.Of(Fields.Empty, Fields.Parse($$"""{"a":[{{string.Join(',', Enumerable.Repeat("1", 2_000))}}]}"""), null).ShouldHaveSingleItem();
        side.Cut!.Value.ShouldBe(["current"]);
        side.Current!.Value.ValueKind.ShouldBe(JsonValueKind.String);
    }

    private static Fields Text(string text) => Fields.Parse($$"""{"a":{{JsonSerializer.Serialize(text)}}}""");

    private static IEnumerable<string> Show(IEnumerable<FieldSides> sides) => sides.Select(s => $"{s.Name} {s.Base} {s.Current} {s.Yours} {s.Conflict}");
}
