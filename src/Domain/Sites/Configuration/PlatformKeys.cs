using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>The keys that every tenant has.</summary>
public static class PlatformKeys
{
    /// <summary>By name.</summary>
    public static FrozenDictionary<string, ConfigurationKey> All { get; } = new[]
    {
        Key("locale.default", ConfigurationType.Text, """{"pattern":"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\z","maxLength":35}""", "\"en\"", "Language tag (BCP 47) of what says none."),
        Key("locale.allowed", ConfigurationType.TextList, """{"pattern":"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\z"}""", "[]", "Language tags that content may be in; none: any."),
        Key("timezone", ConfigurationType.Text, """{"pattern":"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}\\z","maxLength":64}""", "\"Etc/UTC\"", "Time zone of the IANA database that times are shown in."),
        Key("seo.title-suffix", ConfigurationType.Text, """{"maxLength":100}""", "\"\"", "Put behind each page's title."),
        Key("seo.index", ConfigurationType.Boolean, "{}", "true", "Whether search engines may list the site."),
        Key("content.approval-required", ConfigurationType.Boolean, "{}", "false", "Whether content needs somebody's approval before it's published."),
        Key("content.page-size", ConfigurationType.Integer, """{"min":1,"max":200}""", "20", "Items a page of a list."),
        Key("delivery.cache-seconds", ConfigurationType.Integer, """{"min":0,"max":31536000}""", "60", "Seconds that a delivered page may be kept."),
        Key("delivery.not-found", ConfigurationType.Choice, """{"allowed":["page","redirect-home"]}""", "\"page\"", "What who asks for a page that isn't there gets."),
        Key("analytics.sample-rate", ConfigurationType.Number, """{"min":0,"max":1}""", "1", "Share of visits that are counted."),
    }.Concat(Brand.Keys).ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);

    private static readonly ImmutableHashSet<string> Owned =
    [
        .. All.Keys.Select(First), "platform", "tenant", "site", "sites", "identity", "personalization", "experiments", "workflow", "collaboration", "media", "voice",
        "augmented-reality", "federation", "regions", "deployment", "security", "privacy", "audit", "monitoring", "optimization",
    ];

    /// <summary>Whether a name is among those that the platform keeps for keys of its own, now or later.</summary>
    internal static bool Owns(string name) => Owned.Contains(First(name));

    private static string First(string name) => name.Split('.')[0];

    private static ConfigurationKey Key(string name, string type, string rules, string @default, string description) =>
        new(name, type, Fields.Parse(rules), System.Text.Json.JsonElement.Parse(@default), description);
}
