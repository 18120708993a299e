using System.Text;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class SearchTextTests
{
    [Fact]
    public void Titles_stand_apart_and_what_is_no_text_is_left_out() => SearchText.Of(Fields.Parse("""
        {"title":"First light","Headline":"Second","body":"**Dawn**","tags":["a",{"b":["c"]}],"n":1,"ref":"0198c0de-0000-7000-8000-000000000001",
         "at":"2030-12-31T23:59:59Z","day":"2030-12-31","url":"https://example.org/x","said":"See https://example.org/x"}
        """)).ShouldBe(new SearchText("Second\nFirst light", "**Dawn**\nSee https://example.org/x\na\nc"));

    [Fact]
    public void A_long_text_is_cut_at_a_whole_character()
    {
        var text = SearchText.Of(Fields.Parse($$"""{"body":"{{string.Concat(Enumerable.Repeat("ä😀", 200_000))}}","more":"never"}""")).Body;
        Encoding.UTF8.GetByteCount(text).ShouldBeInRange(192 * 1024 - 8, 192 * 1024);
        Should.NotThrow(() => new UTF8Encoding(false, true).GetBytes(text));
        text.ShouldNotContain("never");
    }

    [Theory]
    [InlineData("de-AT", "german")]
    [InlineData("EN", "english")]
    [InlineData("zh-Hant", "simple")]
    public void A_language_is_that_of_the_locale(string locale, string language) => SearchLanguage.Of(locale).ShouldBe(language);
}
