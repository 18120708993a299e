using System.IO.Compression;
using System.Text.Json;
using Platform.Api.Analytics;
using Platform.Domain.Analytics;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Analytics;

/// <summary>The public cases of uap-core, crawler-user-agents and isbot, with the data that the program has.</summary>
public sealed class UserAgentSetsTests(ITestOutputHelper output)
{
    private const string Set = "analytics/user-agents";

    private static readonly Lazy<UserAgents> _agents = new(() => VisitorData.UserAgentsIn(VisitorData.Folder));

    /// <summary>The cases are newer than uap-core's last release on npm: 82 and 6 of them ask for what its patterns don't have. A plain loop over the release's patterns misses as many.</summary>
    [Theory]
    [InlineData("ua", 82)]
    [InlineData("os", 6)]
    public void Cases_of_uap_core_are_told_as_its_release_tells_them(string set, int newer)
    {
        using var cases = Read($"uap-test_{set}.visible.json.gz");
        int passed = 0, failed = 0;
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            var device = _agents.Value.Classify(Text(one, "user_agent_string"));
            var right = set == "ua"
                ? device.Browser == Text(one, "family") && device.BrowserVersion == Text(one, "major")
                : device.System == Text(one, "family");
            if (right)
                passed++;
            else
                failed++;
        }
        output.WriteLine($"{passed} passed, {failed} failed");
        failed.ShouldBeLessThanOrEqualTo(newer);
        passed.ShouldBePositive();
    }

    [Fact]
    public void Of_bots_98_of_100_are_found_and_of_people_1_of_100_is_taken_for_one()
    {
        using var isbot = Read("isbot-fixtures.visible.json");
        using var crawlers = Read("crawler-user-agents.json.gz");
        string[] listed = [.. crawlers.RootElement.EnumerateArray().SelectMany(crawler => crawler.GetProperty("instances").EnumerateArray()).Select(agent => agent.GetString()!)];

        Share("bots of isbot", Texts(isbot, "bot"), bot: true).ShouldBeGreaterThanOrEqualTo(0.98);
        Share("crawler-user-agents", listed, bot: true).ShouldBeGreaterThanOrEqualTo(0.98);
        Share("people of isbot", Texts(isbot, "human"), bot: false).ShouldBeGreaterThanOrEqualTo(0.99);
        Share("people of uap-core", PeopleOfUapCore(), bot: false).ShouldBeGreaterThanOrEqualTo(0.99);
    }

    // uap-core doesn't say who is a person: a browser or an app is one's that isn't named after what only programs do, on a system that it knows.
    private static string[] PeopleOfUapCore()
    {
        string[] programs = ["bot", "crawl", "spider", "slurp", "scrap", "http", "sdk", "python", "java", "curl", "wget", "headless", "phantom", "synthetic", "scan", "recipe", "agent", "google-", "datanyze", "test"];
        using var browsers = Read("uap-test_ua.visible.json.gz");
        using var systems = Read("uap-test_os.visible.json.gz");
        return
        [
            .. browsers.RootElement.EnumerateArray().Concat(systems.RootElement.EnumerateArray()).Select(one => Text(one, "user_agent_string")!)
                .Where(agent => _agents.Value.Classify(agent) is { System: not "Other" } device && !programs.Any(word => $"{device.Browser} {agent}".Contains(word, StringComparison.OrdinalIgnoreCase)))
                .Distinct(),
        ];
    }

    private double Share(string name, IReadOnlyCollection<string> agents, bool bot)
    {
        var right = agents.Count(agent => _agents.Value.Classify(agent).IsBot == bot);
        output.WriteLine($"{name}: {right} passed, {agents.Count - right} failed");
        return right / (double)agents.Count;
    }

    private static string[] Texts(JsonDocument document, string member) => [.. document.RootElement.GetProperty(member).EnumerateArray().Select(agent => agent.GetString()!)];

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();

    private static JsonDocument Read(string name)
    {
        var folder = AcceptanceSets.Find(Set);
        Assert.SkipWhen(folder is null, AcceptanceSets.Absent(Set));
        using var file = File.OpenRead(Path.Combine(folder!, name));
        return name.EndsWith(".gz", StringComparison.Ordinal) ? JsonDocument.Parse(new GZipStream(file, CompressionMode.Decompress)) : JsonDocument.Parse(file);
    }
}
