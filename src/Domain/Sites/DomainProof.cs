using System.Security.Cryptography;
using System.Text;

namespace Platform.Domain.Sites;

/// <summary>
/// How a tenant proves that a domain is its own: a TXT record (RFC 1035, section 3.3.14) below the domain says a value that belongs to the two. The value is no secret: only
/// who runs the domain can publish it, and it's of use to no other tenant.
/// </summary>
public static class DomainProof
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Name of the record: a label of its own (RFC 8552), so that nothing else is said there.</summary>
    public static string RecordOf(string domain) => $"_platform-challenge.{DomainName.Normalise(domain)}";

    /// <summary>What the record says: 32 base32 characters of a SHA-256 digest of tenant and domain.</summary>
    public static string ValueOf(string tenantId, string domain)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"platform domain proof\n{tenantId}\n{DomainName.Normalise(domain)}\n"));
        return $"platform-verify={string.Create(32, digest, (text, bytes) =>
        {
            for (var n = 0; n < text.Length; n++)
                text[n] = Alphabet[bytes[n] & 31];
        })}";
    }
}
