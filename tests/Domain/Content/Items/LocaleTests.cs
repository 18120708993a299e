using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class LocaleTests
{
    [Theory]
    [InlineData("en", true)]
    [InlineData("de-AT", true)]
    [InlineData("zh-Hant-TW", true)]
    [InlineData("gsw", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("e", false)]
    [InlineData("EN", false)]
    [InlineData("engl", false)]
    [InlineData("en_GB", false)]
    [InlineData("en-", false)]
    [InlineData("en-a", false)]
    [InlineData("en-abcdefghi", false)]
    [InlineData("en\n", false)]
    [InlineData("en-abcdefgh-abcdefgh-abcdefgh-abcde", true)]
    [InlineData("en-abcdefgh-abcdefgh-abcdefgh-abcdef", false)]
    public void A_locale_is_a_language_tag_of_at_most_35_characters(string? locale, bool fine) =>
        (Locale.Problem(locale) is null).ShouldBe(fine);

    [Fact]
    public void Any_text_gets_an_answer() =>
        Prop.ForAll<string?>(text => Locale.Problem(text) is null or { Length: > 0 }).QuickCheckThrowOnFailure();
}
