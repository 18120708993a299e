namespace Platform.Domain.Analytics;

/// <summary>One of uap-core's parsers.</summary>
/// <param name="Pattern">A regular expression, found anywhere in a user agent.</param>
/// <param name="IgnoreCase">Its <c>regex_flag</c> is <c>i</c>.</param>
/// <param name="Name">What is found, with <c>$1</c> to <c>$9</c> for groups; null: group 1.</param>
/// <param name="Version">Its major version, likewise; null: group 2.</param>
public sealed record UserAgentPattern(string Pattern, bool IgnoreCase = false, string? Name = null, string? Version = null);

/// <summary>What user agents are told by; the first pattern of a list that matches counts.</summary>
/// <param name="Browsers">uap-core's <c>user_agent_parsers</c>.</param>
/// <param name="Systems">uap-core's <c>os_parsers</c>.</param>
/// <param name="Spiders">Those of uap-core's <c>device_parsers</c> that stand before all others and mean a spider.</param>
/// <param name="Crawlers">crawler-user-agents' patterns.</param>
public sealed record UserAgentPatterns(
    IReadOnlyList<UserAgentPattern> Browsers, IReadOnlyList<UserAgentPattern> Systems, IReadOnlyList<UserAgentPattern> Spiders, IReadOnlyList<UserAgentPattern> Crawlers);
