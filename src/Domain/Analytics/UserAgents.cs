using System.Text.RegularExpressions;

namespace Platform.Domain.Analytics;

/// <summary>What a user agent says about where somebody is.</summary>
/// <param name="Browser">uap-core's name of it; <c>Other</c> where unknown.</param>
/// <param name="BrowserVersion">The major version.</param>
/// <param name="System">uap-core's name of the operating system; <c>Other</c> where unknown.</param>
/// <param name="Kind">desktop, mobile, tablet, tv or other.</param>
/// <param name="IsBot">Nobody sits before it.</param>
public sealed record Device(string Browser, string? BrowserVersion, string System, string Kind, bool IsBot)
{
    /// <summary>uap-core's name of what it doesn't know.</summary>
    public const string Unknown = "Other";
}

/// <summary>Tells devices and bots by user agents. Safe for use by many threads; a user agent seen lately costs one look-up.</summary>
public sealed class UserAgents(UserAgentPatterns patterns)
{
    /// <summary>Characters of a user agent that are read.</summary>
    public const int MaxLength = 1_024;

    /// <summary>How long one expression may take: far more than the 8 ms that a whole user agent took at most, so that a machine that stands still for a moment makes no bots.</summary>
    internal const int MatchMilliseconds = 500;

    private static readonly Device _nobody = new(Device.Unknown, null, Device.Unknown, "other", IsBot: true);

    private readonly PatternList _browsers = new(patterns.Browsers);
    private readonly PatternList _systems = new(patterns.Systems);
    private readonly PatternList _spiders = new(patterns.Spiders);
    private readonly PatternList _crawlers = new(patterns.Crawlers, atWordStart: true);
    private readonly RecentDevices _recent = new();

    /// <param name="userAgent">The header as it came; none is a bot's.</param>
    public Device Classify(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
            return _nobody;
        var agent = userAgent.Length > MaxLength ? userAgent[..MaxLength] : userAgent;
        if (_recent.Find(agent) is { } known)
            return known;
        try
        {
            return _recent.Keep(agent, Read(agent));
        }
        catch (RegexMatchTimeoutException)
        {
            // Made to take long; or the machine stood still after all, so it isn't kept.
            return _nobody;
        }
    }

    private Device Read(string agent)
    {
        var (browser, version) = _browsers.First(agent) ?? (Device.Unknown, null);
        var system = _systems.First(agent)?.Name ?? Device.Unknown;
        return new Device(browser, version, system, DeviceKind.Of(agent, system), IsBot(agent.Trim()));
    }

    private bool IsBot(string agent) =>
        BotSigns.In(agent) || _spiders.First(agent) is not null || (!BotSigns.IsApp(agent) && _crawlers.First(BotSigns.WithoutBuild(agent)) is not null);
}
