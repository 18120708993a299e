using FsCheck;
using FsCheck.Fluent;

namespace Platform.Domain.Tests;

public sealed class DisplayNameTests
{
    [Theory]
    [InlineData("Example")]
    [InlineData("  Größe – 例  ")]
    public void A_name_for_people_is_fine(string name) => DisplayName.Problem(name).ShouldBeNull();

    [Theory]
    [InlineData(null, "Is required.")]
    [InlineData(" \t ", "Is required.")]
    [InlineData("a\u0007b", "Must hold no control characters.")]
    public void Nothing_and_control_characters_are_refused(string? name, string problem) => DisplayName.Problem(name).ShouldBe(problem);

    [Fact]
    public void At_most_200_characters_count()
    {
        DisplayName.Problem($" {new string('a', 200)} ").ShouldBeNull();
        DisplayName.Problem(new string('a', 201)).ShouldBe("Must be at most 200 characters long.");
    }

    [Fact]
    public void Any_text_gets_an_answer() => Prop.ForAll<string?>(name => DisplayName.Problem(name) is null or { Length: > 0 })
        .QuickCheckThrowOnFailure();
}
