using System.Net;
using Microsoft.Extensions.Configuration;

namespace Platform.Processors.Sites;

/// <summary>How sites come to their domains.</summary>
/// <param name="NeedsVerifiedDomain">A site is launched only on a domain that was verified.</param>
/// <param name="NameServers">That are asked for the proof; none: the system's.</param>
public sealed record SiteOptions(bool NeedsVerifiedDomain, IReadOnlyList<IPEndPoint> NameServers)
{
    private const int Port = 53;

    /// <summary>From <c>Sites:NeedVerifiedDomain</c> (default: true but in development) and <c>Sites:NameServers</c> (addresses, with a port or without, separated by commas).</summary>
    /// <exception cref="FormatException">One isn't an address.</exception>
    public static SiteOptions Of(IConfiguration configuration, bool isDevelopment) => new(
        configuration.GetValue("Sites:NeedVerifiedDomain", !isDevelopment),
        [.. (configuration["Sites:NameServers"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Address)]);

    private static IPEndPoint Address(string text) => IPEndPoint.TryParse(text, out var address)
        ? address.Port == 0 ? new IPEndPoint(address.Address, Port) : address
        : throw new FormatException($"Sites:NameServers: '{text}' is no IP address, with a port or without.");
}
