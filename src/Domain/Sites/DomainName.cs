using System.Text.RegularExpressions;

namespace Platform.Domain.Sites;

/// <summary>
/// A DNS host name (RFC 1123, section 2.1): labels of 1-63 ASCII letters, digits and hyphens, no hyphen at either end, joined by dots;
/// at most 253 characters, no dot at the end. An internationalised name is given by its A-labels (RFC 5890), such as
/// <c>xn--bcher-kva.example</c>.
/// </summary>
public static partial class DomainName
{
    private const int MaxLength = 253;

    /// <summary>The one spelling that is kept and compared: lower case.</summary>
    public static string Normalise(string domain) => domain.ToLowerInvariant();

    /// <summary>What is wrong with a host name, as a sentence; null when it's fine, in lower case or not.</summary>
    public static string? Problem(string? domain) => domain switch
    {
        null or "" => "Is required.",
        { Length: > MaxLength } => $"Must be at most {MaxLength} characters long.",
        _ when domain.Contains(':') => "Must be a host name without a port.",
        _ when !domain.All(char.IsAscii) => "Must be in ASCII; an internationalised name is given by its A-labels (xn--...).",
        _ when !HostName().IsMatch(domain) => "Must be a host name such as www.example.org.",
        _ when NumericEnd().IsMatch(domain) => "Must be a host name, not an address.",
        _ => null,
    };

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"(^|\.)[0-9]+\z")]
    private static partial Regex NumericEnd();
}
