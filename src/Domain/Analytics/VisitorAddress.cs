using System.Net;
using System.Net.Sockets;

namespace Platform.Domain.Analytics;

/// <summary>What of a visitor's address may be kept: a network of many, never the address.</summary>
public static class VisitorAddress
{
    /// <summary>
    /// The network's first address: of IPv4 the /24, of IPv6 the /48 that a site has (RFC 6177). An IPv4 address within an IPv6 one is cut as
    /// IPv4: mapped (RFC 4291), and 6to4 (RFC 3056), where the /48 would have it whole.
    /// </summary>
    public static IPAddress Truncate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return Truncate(address.MapToIPv4());
        var bytes = address.GetAddressBytes();
        var kept = address.AddressFamily == AddressFamily.InterNetwork ? 3 : bytes is [0x20, 0x02, ..] ? 5 : 6;
        bytes.AsSpan(kept).Clear();
        return new IPAddress(bytes);
    }
}
