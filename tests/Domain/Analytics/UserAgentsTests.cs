using Platform.Domain.Analytics;

namespace Platform.Domain.Tests.Analytics;

public sealed class UserAgentsTests
{
    private static readonly UserAgents _agents = new(new UserAgentPatterns(
        [
            new("(Gecko)/(\\d+)", Name: "Never $1", Version: "$2.$9"),
            new("(Fennec)/(\\d+)\\.(\\d+)", Name: "Firefox Mobile"),
            new("(Firefox|Waterfox)/(\\d+)\\.(\\d+)"),
            new("(opera) (mini)", IgnoreCase: true, Name: " $2 $1 "),
            new("Nameless"),
            new("(a+)+b+(a+)+c"),
        ],
        [new("(Windows) NT (?:10|11)"), new("(Android)[ /](\\d+)"), new("(iPhone|iPad)", Name: "iOS")],
        [new("[Ss]py-?der", Name: "Spider")],
        [new("RED\\/"), new("[wW]eb[tT]aker"), new("^Fetch me$")]));

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) Firefox/140.1", "Firefox", "140")]
    [InlineData("Mozilla/5.0 (Android 9) Fennec/12.3 Firefox/140.1", "Firefox Mobile", "12")] // the first that matches
    [InlineData("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.1", "Never Gecko", "20100101.")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) firefox/140.1", "Other", null)] // cases count
    [InlineData("OPERA MINI (Windows NT 10.0)", "MINI OPERA", "MINI")]
    [InlineData("Nameless (Windows NT 10.0)", "Other", null)]
    public void A_browser_is_what_the_first_pattern_says(string agent, string browser, string? version) =>
        _agents.Classify(agent).ShouldSatisfyAllConditions(d => d.Browser.ShouldBe(browser), d => d.BrowserVersion.ShouldBe(version));

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) Firefox/140.1", "Windows", "desktop")]
    [InlineData("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10; Tablet PC 2.0)", "Windows", "desktop")]
    [InlineData("Mozilla/5.0 (Linux; Android 9; SM-T800) Safari/537.36", "Android", "tablet")]
    [InlineData("Mozilla/5.0 (Linux; Android 9; SM-G900) Mobile Safari/537.36", "Android", "mobile")]
    [InlineData("SomeApp/1.0 (Linux; Android 9)", "Android", "mobile")]
    [InlineData("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)", "iOS", "tablet")]
    [InlineData("Mozilla/5.0 (Linux; Android 9; BRAVIA 4K) Safari/537.36", "Android", "tv")]
    [InlineData("Mozilla/5.0 (PlayStation 5) Safari/605.1.15", "Other", "other")]
    public void A_device_has_a_system_and_a_kind(string agent, string system, string kind) =>
        _agents.Classify(agent).ShouldSatisfyAllConditions(d => d.System.ShouldBe(system), d => d.Kind.ShouldBe(kind), d => d.IsBot.ShouldBeFalse());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) Spyder/1")]
    [InlineData("RED/1.0 (Windows NT 10.0)")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) webTaker")]
    [InlineData("Fetch me")]
    [InlineData("Mozilla/5.0 (compatible; Somebot/1.0)")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) HeadlessChrome/100.0")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; +https://example.org/about)")]
    [InlineData("Mozilla/5.0 (compatible; Trance/1.0)")]
    [InlineData("Mozilla/5.0")]
    [InlineData("curl/8.1")]
    [InlineData("go")]
    [InlineData("some-library/1.2.3")]
    public void A_bot_is_one(string? agent) => _agents.Classify(agent).IsBot.ShouldBeTrue();

    [Theory]
    [InlineData("Mozilla/5.0 (iPad) WIRED/3.2")]
    [InlineData("Mozilla/5.0 (Linux; Android 9; CUBOT X) Mobile Safari/537.36")]
    [InlineData("Mozilla/5.0 (Linux; Android 9; X Build/RED/1) Mobile Safari/537.36")]
    [InlineData("WebTaker/1.0 (iPhone)")] // an app of that name
    [InlineData("Lynx/2.8.9rel.1")]
    public void A_person_is_none(string agent) => _agents.Classify(agent).IsBot.ShouldBeFalse();

    [Fact]
    public void What_is_beyond_the_limit_is_not_read()
    {
        var filled = "Mozilla/5.0 (Windows NT 10.0) ".PadRight(UserAgents.MaxLength - 11, 'x');

        _agents.Classify(filled + "Firefox/1.0 and more").Browser.ShouldBe("Firefox");
        _agents.Classify(filled + "xFirefox/1.0").Browser.ShouldBe("Other");
    }

    [Fact]
    public void A_text_that_takes_an_expression_long_is_a_bots()
    {
        var agent = "Mozilla/5.0 (Windows NT 10.0) b" + new string('a', 900) + "c";

        _agents.Classify(agent).ShouldBe(new Device("Other", null, "Other", "other", IsBot: true));
    }

    [Fact]
    public void Many_ask_at_once_and_more_agents_than_are_kept_are_told_apart()
    {
        const int asked = 24_000;
        var wrong = 0;
        Parallel.For(0, asked, i =>
        {
            var version = $"{i % (asked / 2)}";
            var given = Ask(version);
            // A machine that stands still for as long as an expression may take makes a bot of it, which isn't kept.
            for (var n = 0; n < 5 && given.IsBot; n++) given = Ask(version);
            if (given.BrowserVersion != version)
                Interlocked.Increment(ref wrong);
        });
        wrong.ShouldBe(0);

        Device Ask(string version) => _agents.Classify($"Mozilla/5.0 (Windows NT 10.0) Firefox/{version}.0");
    }

    [Fact]
    public void A_repeated_agent_gives_the_same_device()
    {
        var first = _agents.Classify("Mozilla/5.0 (Windows NT 10.0) Waterfox/1.0");

        _agents.Classify("Mozilla/5.0 (Windows NT 10.0) Waterfox/1.0").ShouldBeSameAs(first);
    }
}
