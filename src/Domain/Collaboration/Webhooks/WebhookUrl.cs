using System.Collections.Immutable;
using System.Net;

namespace Platform.Domain.Collaboration;

/// <summary>
/// Where a webhook's deliveries go: an absolute https URL of at most 2,048 characters, without user name and fragment, on port 443 or one from 1024 on; http
/// (port 80 as well) where the policy allows it. Never an address in the installation's own networks, unless the policy allows those.
/// </summary>
public static class WebhookUrl
{
    private const int MaxLength = 2_048;

    // Names of special use (RFC 6761, RFC 6762, RFC 8375, RFC 9476) and what private networks use instead: none leads to the public internet.
    private static readonly ImmutableArray<string> LocalSuffixes = [".localhost", ".local", ".internal", ".intranet", ".home.arpa", ".alt"];

    /// <summary>What is wrong with a URL, as a sentence; null when it's fine as far as can be told without asking for addresses.</summary>
    public static string? Problem(string? url, WebhookPolicy policy)
    {
        if (string.IsNullOrEmpty(url)) return "Is required.";
        if (url.Length > MaxLength) return $"Must be at most {MaxLength} characters long.";
        if (url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '\\') || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic)
            return "Must be an absolute URL such as https://hooks.example.org/platform.";

        return uri switch
        {
            { Scheme: not ("https" or "http") } => "Must be an https URL.",
            { Scheme: "http" } when !policy.AllowHttp => "Must be an https URL.",
            _ when Authority(url).Contains('@') => "Must hold no user name or password.",
            { Fragment: not "" } => "Must have no fragment (#).",
            _ when !IsPortAllowed(uri, policy) => "Must have port 443, or one from 1024 on.",
            // Letters and digits of other scripts become plain ones somewhere on the way, and then perhaps an address.
            _ when !Authority(url).All(char.IsAscii) => "Must have a host in ASCII; an internationalised name is given by its A-labels (xn--...).",
            _ when IPAddress.TryParse(uri.IdnHost, out var address) => ReceiverAddress.Problem(address, policy),
            _ => IsLocalName(uri.IdnHost) && !policy.AllowPrivateAddresses ? "Must be reachable from the public internet." : null,
        };
    }

    private static string Authority(string url)
    {
        var start = url.IndexOf("//", StringComparison.Ordinal) + 2;
        var end = url.AsSpan(start).IndexOfAny('/', '?', '#');
        return end < 0 ? url[start..] : url.Substring(start, end);
    }

    private static bool IsPortAllowed(Uri uri, WebhookPolicy policy) =>
        policy.AllowPrivateAddresses || uri.Port is 443 or (>= 1024 and <= 65_535) || uri is { Scheme: "http", Port: 80 };

    private static bool IsLocalName(string host)
    {
        var name = host.TrimEnd('.').ToLowerInvariant();
        return !name.Contains('.') || LocalSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
    }
}
