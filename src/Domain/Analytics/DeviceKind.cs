using System.Text.RegularExpressions;

namespace Platform.Domain.Analytics;

/// <summary>What sort of device a user agent is of: uap-core doesn't say.</summary>
internal static partial class DeviceKind
{
    private static readonly HashSet<string> _desktops = new(StringComparer.Ordinal)
    {
        "Windows", "Mac OS X", "Mac OS", "Linux", "Ubuntu", "Debian", "Fedora", "Red Hat", "SUSE", "Gentoo", "Arch Linux", "CentOS", "Mageia", "Mandriva", "Slackware", "PCLinuxOS", "Linux Mint",
        "Kubuntu", "Chrome OS", "FreeBSD", "OpenBSD", "NetBSD", "DragonFly BSD", "BSD", "Solaris", "SerenityOS",
    };

    private static readonly HashSet<string> _televisions = new(StringComparer.Ordinal)
    {
        "ATV OS X", "tvOS", "Roku", "GoogleTV", "Web0S", "FireHbbTV", "Chromecast", "Chromecast Android", "Chromecast Linux", "Samsung", "LG", "Sony", "Philips", "Panasonic", "Toshiba", "Sharp",
    };

    private static readonly HashSet<string> _telephones = new(StringComparer.Ordinal)
    {
        "iOS", "Windows Phone", "Windows Mobile", "BlackBerry OS", "Symbian OS", "Bada", "KaiOS", "Firefox OS", "Sailfish", "Maemo", "MeeGo", "BREW", "Brew MP", "Nokia Series 40",
        "Nokia Series 30 Plus", "HarmonyOS",
    };

    /// <param name="agent">The user agent.</param>
    /// <param name="system">uap-core's name.</param>
    /// <returns>desktop, mobile, tablet, tv or other (consoles, watches, speakers, cars and what is unknown).</returns>
    public static string Of(string agent, string system) => system switch
    {
        _ when Other().IsMatch(agent) => "other",
        _ when _televisions.Contains(system) || Television().IsMatch(agent) => "tv",
        _ when Tablet().IsMatch(agent) => "tablet",
        _ when Telephone().IsMatch(agent) => "mobile",
        // Android's own rule for browsers: telephones say Mobile.
        "Android" when agent.StartsWith("Mozilla/", StringComparison.Ordinal) => "tablet",
        "Android" => "mobile",
        _ when _telephones.Contains(system) || system.StartsWith("Symbian", StringComparison.Ordinal) => "mobile",
        _ when _desktops.Contains(system) => "desktop",
        _ => "other",
    };

    [GeneratedRegex("playstation|nintendo|xbox|watchos|smartspeaker|oculus|quest \\d|tesla/", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Other();

    [GeneratedRegex("smart-?tv|hbbtv|google ?tv|apple ?tv|android ?tv|netcast|crkey|\\bAFT[A-Z]|bravia|viera|\\bdtv|\\btv\\b|roku/", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Television();

    [GeneratedRegex("ipad|tablet(?! pc)|playbook|touchpad|kindle|silk/|\\bKF[A-Z]{2,5}\\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Tablet();

    [GeneratedRegex("mobi|iphone|ipod|midp|phone", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Telephone();
}
