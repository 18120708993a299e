using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Platform.Domain.Collaboration;

/// <summary>
/// Which addresses deliveries may go to, by IANA's registries of special-purpose addresses: of IPv6 only global unicast, of IPv4 all but what is special. What carries
/// an IPv4 address inside (NAT64, 6to4, Teredo) is refused, as a way around; an IPv4-mapped address is the IPv4 address.
/// </summary>
public static class ReceiverAddress
{
    private const string Refusal = "Must be reachable from the public internet: it stands for an address that isn't.";

    // Refused whatever the policy: nobody's receiver. Link-local has the metadata services of clouds; the last three are such services elsewhere
    // (Azure, Alibaba Cloud, AWS).
    private static readonly ImmutableArray<IPNetwork> Never = Networks(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128");

    private static readonly ImmutableArray<IPNetwork> Private = Networks(
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "::1/128", "fc00::/7");

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>What is wrong with an address, as a sentence; null when deliveries may go to it.</summary>
    public static string? Problem(IPAddress address, WebhookPolicy policy)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (Never.Any(network => network.Contains(plain))) return Refusal;
        if (Private.Any(network => network.Contains(plain))) return policy.AllowPrivateAddresses ? null : Refusal;

        return plain.AddressFamily is AddressFamily.InterNetwork || GlobalUnicast.Contains(plain) ? null : Refusal;
    }

    private static ImmutableArray<IPNetwork> Networks(params string[] networks) => [.. networks.Select(network => IPNetwork.Parse(network))];
}
