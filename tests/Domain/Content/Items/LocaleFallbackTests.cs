using System.Collections.Immutable;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class LocaleFallbackTests
{
    private static readonly LocaleVariant Own = new("en", "light", Fields.Parse("""{"title":"Light","body":"Long","rank":1}"""));
    private static readonly ImmutableArray<LocaleVariant> Further =
    [
        new("de", "licht", Fields.Parse("""{"title":"Licht","body":"Lang"}""")),
        new("de-AT", "licht-at", Fields.Parse("""{"title":"Liacht"}""")),
        new("zh-Hant", "guang", Fields.Parse("""{"title":"光"}""")),
    ];

    [Theory]
    [InlineData("de-AT", "de-AT", """{"title":"Liacht","body":"Lang","rank":1}""", "body=de")]
    [InlineData("de-at", "de-AT", """{"title":"Liacht","body":"Lang","rank":1}""", "body=de")]
    [InlineData("de-CH", "de", """{"title":"Licht","body":"Lang","rank":1}""", "")]
    [InlineData("zh-Hant-TW", "zh-Hant", """{"title":"光","body":"Long","rank":1}""", "body=en")]
    [InlineData("zh-Hant-x-a", "zh-Hant", """{"title":"光","body":"Long","rank":1}""", "body=en")]
    [InlineData("fr", "en", """{"title":"Light","body":"Long","rank":1}""", "")]
    [InlineData("en-GB", "en", """{"title":"Light","body":"Long","rank":1}""", "")]
    public void Each_field_is_from_the_closest_locale_that_has_it(string wanted, string locale, string fields, string fallbacks)
    {
        var seen = LocaleFallback.Of(wanted, Own, Further, name => name != "rank");
        seen.Locale.ShouldBe(locale);
        seen.Fields.ShouldBe(Fields.Parse(fields));
        string.Join(",", seen.Fallbacks.Select(fallback => $"{fallback.Key}={fallback.Value}")).ShouldBe(fallbacks);
    }
}
