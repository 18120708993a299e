using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Domain.Identity;

/// <summary>What a client gets for its key (RFC 6749, section 4.4): it may as much or less, and for minutes.</summary>
/// <param name="Prefix">Of the key that it was given for.</param>
/// <param name="KeyTag">The first 16 characters of that key's digest: a key that was replaced takes its tokens with it.</param>
/// <param name="ExpiresAt">To the second.</param>
/// <param name="Scopes">Permissions, all that it may at most; null: whatever the client may.</param>
public sealed record AccessToken(string Prefix, string KeyTag, DateTimeOffset ExpiresAt, ImmutableSortedSet<string>? Scopes)
{
    /// <summary>How a token begins.</summary>
    public const string Start = "pt_";

    private const int TagLength = 16, MostCharacters = 8 * 1024;

    /// <summary>How long a token is valid: its key may be valid for less.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(10);

    public static AccessToken Of(ClientKey key, DateTimeOffset? clientExpiresAt, ImmutableSortedSet<string>? scopes, DateTimeOffset now)
    {
        var expires = new[] { now + Lifetime, key.Until ?? DateTimeOffset.MaxValue, clientExpiresAt ?? DateTimeOffset.MaxValue }.Min();
        return new AccessToken(key.Prefix, key.Hash[..TagLength], DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds()), scopes);
    }

    /// <summary>Whether it was given for this key, which is still valid.</summary>
    public bool IsOf(ClientKey key, DateTimeOffset now) => key.Prefix == Prefix && key.Hash.StartsWith(KeyTag, StringComparison.Ordinal) && !(key.Until <= now);

    /// <summary>As it's sent: <c>pt_</c>, what it says, and HMAC-SHA256 over that (RFC 2104), each in base64url.</summary>
    public string Write(ReadOnlySpan<byte> secret)
    {
        var said = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Prefix}\n{KeyTag}\n{ExpiresAt.ToUnixTimeSeconds()}\n{(Scopes is null ? "*" : string.Join(' ', Scopes))}"));
        return $"{Start}{Base64Url.EncodeToString(said)}.{Base64Url.EncodeToString(Mac(secret, said))}";
    }

    /// <summary>Reads what may be a token; null: it's none that was written with the secret.</summary>
    public static AccessToken? Read(string text, ReadOnlySpan<byte> secret)
    {
        if (text.Length > MostCharacters || !text.StartsWith(Start, StringComparison.Ordinal) || text.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0) return null;
        var (said, mac) = (Decode(text.AsSpan(Start.Length, dot - Start.Length)), Decode(text.AsSpan(dot + 1)));
        if (said is null || mac is null || !CryptographicOperations.FixedTimeEquals(mac, Mac(secret, said))) return null;
        return Encoding.ASCII.GetString(said).Split('\n') is [var prefix, var tag, var expires, var scopes]
            ? new AccessToken(
                prefix, tag, DateTimeOffset.FromUnixTimeSeconds(long.Parse(expires, CultureInfo.InvariantCulture)),
                scopes == "*" ? null : scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToImmutableSortedSet(StringComparer.Ordinal))
            : null;
    }

    // The name keeps it apart from whatever else the secret may be used for.
    private static byte[] Mac(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> said) => HMACSHA256.HashData(secret, [.. "platform access token\n"u8, .. said]);

    // Of several spellings of the same bytes one alone is taken.
    private static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (!Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        return text.SequenceEqual(Base64Url.EncodeToString(bytes)) ? bytes : null;
    }
}
