using System.Text.Json;
using Platform.Domain.Analytics;
using YamlDotNet.RepresentationModel;

namespace Platform.Api.Analytics;

/// <summary>The patterns in the files of <c>uap-core</c> and <c>crawler-user-agents</c>.</summary>
internal static class UserAgentData
{
    /// <param name="regexes">uap-core's regexes.yaml.</param>
    /// <param name="crawlers">crawler-user-agents.json.</param>
    public static UserAgentPatterns Read(TextReader regexes, Stream crawlers)
    {
        var yaml = new YamlStream();
        yaml.Load(regexes);
        var parsers = (YamlMappingNode)yaml.Documents[0].RootNode;
        using var list = JsonDocument.Parse(crawlers);
        return new UserAgentPatterns(
            Parsers(parsers, "user_agent_parsers", "family_replacement", "v1_replacement"),
            Parsers(parsers, "os_parsers", "os_replacement", "os_v1_replacement"),
            [.. Parsers(parsers, "device_parsers", "device_replacement", "").TakeWhile(pattern => pattern.Name == "Spider")],
            [.. list.RootElement.EnumerateArray().Select(crawler => new UserAgentPattern(crawler.GetProperty("pattern").GetString()!))]);
    }

    private static List<UserAgentPattern> Parsers(YamlMappingNode root, string section, string name, string version) =>
    [
        .. ((YamlSequenceNode)root[section]).Cast<YamlMappingNode>()
            .Select(parser => new UserAgentPattern(Text(parser, "regex")!, Text(parser, "regex_flag") == "i", Text(parser, name), Text(parser, version))),
    ];

    private static string? Text(YamlMappingNode parser, string key) => parser.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;
}
