using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Domain.Identity;

/// <summary>A key of a client as it's kept: without its secret.</summary>
/// <param name="Prefix">How the key begins after <c>pk_</c>: it says whose it is, and is shown.</param>
/// <param name="Hash">SHA-256 of the whole key, lower hex.</param>
/// <param name="Until">It's valid until then; null: as long as the client.</param>
public sealed record ClientKey(string Prefix, string Hash, DateTimeOffset? Until = null)
{
    /// <summary>The keys of a client that gets another: that one, and the one before, for as long as it goes on.</summary>
    public static ImmutableArray<ClientKey> Rotated(ImmutableArray<ClientKey> before, ClientKeyRotated rotated) =>
        [rotated.Key, .. before.Take(1).Select(key => key with { Until = rotated.PreviousUntil })];

    /// <summary>Whether this is the key; takes as long whatever it is.</summary>
    public bool Matches(string key, DateTimeOffset now) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(KeyText.HashOf(key))) && !(Until <= now);
}

/// <summary>
/// Keys as clients send them: <c>pk_PREFIX_SECRET</c>. The prefix is the tenant's id and eight more characters of its alphabet, the secret 256 random bits in base64url.
/// A secret of that size can't be guessed, so a plain digest keeps it: a slow one protects what people choose.
/// </summary>
public static partial class KeyText
{
    private const int SecretBytes = 32, TenantLength = 12, OwnLength = 8;

    // 1 isn't in the alphabet of tenants' ids.
    private const string PlatformMark = "111111111111";

    /// <summary>Writes a key.</summary>
    /// <param name="tenantId">12 characters of lower-case base32, or the platform's own.</param>
    /// <param name="own">Random, 8 characters of the same alphabet.</param>
    /// <param name="secret">Random, 32 bytes.</param>
    public static (string Key, ClientKey Kept) Write(string tenantId, string own, ReadOnlySpan<byte> secret)
    {
        if (own.Length != OwnLength || secret.Length != SecretBytes) throw new ArgumentException("A key needs 8 characters and 32 bytes.", nameof(own));
        var prefix = (tenantId.Length == TenantLength ? tenantId : PlatformMark) + own;
        var key = $"pk_{prefix}_{Base64Url.EncodeToString(secret)}";
        return (key, new ClientKey(prefix, HashOf(key)));
    }

    /// <summary>Prefix and tenant of what may be a key; null: it's none.</summary>
    /// <param name="key">As it was sent.</param>
    /// <param name="platform">Id of the platform's own tenant.</param>
    public static (string Prefix, string TenantId)? Read(string key, string platform) => Form().Match(key) is { Success: true } match
        ? (match.Groups[1].Value, TenantOf(match.Groups[1].Value, platform))
        : null;

    /// <summary>Whose keys begin so.</summary>
    /// <param name="prefix">Of a key.</param>
    /// <param name="platform">Id of the platform's own tenant.</param>
    public static string TenantOf(string prefix, string platform) => prefix[..TenantLength] is var tenant && tenant == PlatformMark ? platform : tenant;

    internal static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    [GeneratedRegex(@"^pk_(([a-z2-7]{12}|1{12})[a-z2-7]{8})_[A-Za-z0-9_-]{43}\z")]
    private static partial Regex Form();
}
