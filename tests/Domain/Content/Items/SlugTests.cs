using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class SlugTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("2030/first-light/part-2")]
    public void A_path_of_words_is_a_slug(string slug) => Slug.Problem(slug).ShouldBeNull();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("First")]
    [InlineData("a--b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("..")]
    [InlineData("a\n")]
    public void Anything_else_is_refused(string? slug) => Slug.Problem(slug).ShouldNotBeNull();

    [Fact]
    public void At_most_200_characters_are_a_slug()
    {
        Slug.Problem(new string('a', 200)).ShouldBeNull();
        Slug.Problem(new string('a', 201)).ShouldBe("Must be at most 200 characters long.");
    }

    [Fact]
    public void Any_text_gets_an_answer() =>
        Prop.ForAll<string?>(text => Slug.Problem(text) is null or { Length: > 0 }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_text_of_the_right_letters_is_a_slug_when_no_word_is_empty() => Prop.ForAll(
        Gen.Elements("ab1-/".ToCharArray()).ArrayOf().ToArbitrary(),
        letters => (Slug.Problem(new string(letters)) is null) == new string(letters).Split('-', '/').All(word => word != ""))
        .QuickCheckThrowOnFailure();
}
