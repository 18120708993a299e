using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Platform.Ledger;

/// <summary>
/// A text about a person, sealed under that person's key: JWE in compact serialization (RFC 7516) with <c>"alg":"dir"</c> and <c>"enc":"A256GCM"</c> (RFC 7518, sections 4.5 and 5.3),
/// so that any JOSE library opens it. Its header, which is also what the encryption authenticates, says where it stands: key, subject (RFC 7519, section 5.3), tenant, event and property. A commitment to
/// the key and its salt stand beside it.
/// <code>{"alg":"dir","enc":"A256GCM","kid":"...","sub":"...","tenant":"...","event":"...","property":"...","salt":"...","commitment":"..."}</code>
/// </summary>
public sealed class SealedText
{
    /// <summary>What each begins with: the first members of the header, whose 36 bytes give 48 characters of base64url.</summary>
    public const string Prefix = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoi";

    /// <summary>Characters that a text may have.</summary>
    public const int LongestText = 10_000;

    private const int SaltSize = 16, NonceSize = 12, TagSize = 16, LongestToken = 64_000;

    private readonly byte[] _nonce, _sealed, _tag, _salt;
    private readonly string _header;

    private SealedText(string token, string header, Header read, byte[] nonce, byte[] text, byte[] tag)
    {
        (Token, _header, _nonce, _sealed, _tag, _salt) = (token, header, nonce, text, tag, read.Salt);
        (KeyId, SubjectId, TenantId, EventId, Property, Commitment) = (read.KeyId, read.SubjectId, read.TenantId, read.EventId, read.Property, read.Commitment);
    }

    private readonly record struct Header(Guid KeyId, Guid SubjectId, string TenantId, Guid EventId, string Property, byte[] Salt, Hash Commitment);

    /// <summary>As it's stored.</summary>
    public string Token { get; }
    public Guid KeyId { get; }
    public Guid SubjectId { get; }
    public string TenantId { get; }

    /// <summary>The event that it was written in.</summary>
    public Guid EventId { get; }

    /// <summary>The event's member that it was written in.</summary>
    public string Property { get; }

    /// <summary>See <see cref="SubjectKey.Commitment"/>.</summary>
    public Hash Commitment { get; }

    /// <summary>Seals a text where it stands.</summary>
    /// <param name="key">The subject's.</param>
    /// <param name="eventId">The event.</param>
    /// <param name="property">Its member.</param>
    /// <param name="text">At most <see cref="LongestText"/> characters.</param>
    /// <exception cref="ArgumentException">The text is longer, or no Unicode text.</exception>
    public static string Seal(SubjectKey key, Guid eventId, string property, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
            throw new ArgumentException($"A personal text has at most {LongestText} characters.", nameof(text));
        var plain = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
        Span<byte> salt = stackalloc byte[SaltSize], nonce = stackalloc byte[NonceSize], tag = stackalloc byte[TagSize];
        RandomNumberGenerator.Fill(salt);
        RandomNumberGenerator.Fill(nonce);
        var header = Base64Url.EncodeToString(Write(key, eventId, property, salt));
        var cipher = new byte[plain.Length];
        using (var gcm = new AesGcm(key.Bytes.Span, TagSize))
            gcm.Encrypt(nonce, plain, cipher, tag, Encoding.ASCII.GetBytes(header));
        CryptographicOperations.ZeroMemory(plain);
        // With "dir" there is no encrypted key: its part is empty.
        return $"{header}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(cipher)}.{Base64Url.EncodeToString(tag)}";
    }

    /// <summary>Reads what <see cref="Seal"/> wrote.</summary>
    /// <returns>False: it's no such text.</returns>
    public static bool TryParse([NotNullWhen(true)] string? token, [NotNullWhen(true)] out SealedText? text)
    {
        text = null;
        if (token is null || token.Length > LongestToken || !token.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var parts = token.Split('.');
        if (parts.Length != 5 || parts[1].Length > 0
            || Bytes(parts[0]) is not { } header || Read(header) is not { } read
            || Bytes(parts[2]) is not { Length: NonceSize } nonce || Bytes(parts[3]) is not { } cipher || Bytes(parts[4]) is not { Length: TagSize } tag)
            return false;
        text = new SealedText(token, parts[0], read, nonce, cipher, tag);
        return true;
    }

    /// <summary>Whether this is the key that the text was sealed under.</summary>
    public bool IsCommittedTo(SubjectKey key) => key.Id == KeyId && key.Commitment(_salt) == Commitment;

    /// <summary>The text.</summary>
    /// <exception cref="CryptographicException">It isn't the key, or the text isn't as it was sealed.</exception>
    public string Open(SubjectKey key)
    {
        if (!IsCommittedTo(key))
            throw new CryptographicException($"Key {key.Id} isn't the one that the text was sealed under.");
        var plain = new byte[_sealed.Length];
        using (var gcm = new AesGcm(key.Bytes.Span, TagSize))
            gcm.Decrypt(_nonce, _sealed, _tag, plain, Encoding.ASCII.GetBytes(_header));
        return Encoding.UTF8.GetString(plain);
    }

    private static byte[] Write(SubjectKey key, Guid eventId, string property, ReadOnlySpan<byte> salt)
    {
        using var stream = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("alg", "dir");
            json.WriteString("enc", "A256GCM");
            json.WriteString("kid", key.Id);
            json.WriteString("sub", key.SubjectId);
            json.WriteString("tenant", key.TenantId);
            json.WriteString("event", eventId);
            json.WriteString("property", property);
            json.WriteString("salt", Base64Url.EncodeToString(salt));
            json.WriteString("commitment", Base64Url.EncodeToString(key.Commitment(salt).Bytes));
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static Header? Read(byte[] header)
    {
        if (!Utf8.IsValid(header))
            return null;
        try
        {
            var json = new Utf8JsonReader(header);
            var (kid, sub, of, tenant, property, salt, commitment) = (Guid.Empty, Guid.Empty, Guid.Empty, "", "", (byte[]?)null, (byte[]?)null);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString();
                json.Read();
                switch (name)
                {
                    case "alg" when json.ValueTextEquals("dir"u8):
                    case "enc" when json.ValueTextEquals("A256GCM"u8):
                        break;
                    case "kid": kid = json.GetGuid(); break;
                    case "sub": sub = json.GetGuid(); break;
                    case "tenant": tenant = json.GetString()!; break;
                    case "event": of = json.GetGuid(); break;
                    case "property": property = json.GetString()!; break;
                    case "salt": salt = Bytes(json.GetString()!); break;
                    case "commitment": commitment = Bytes(json.GetString()!); break;
                    default: return null;
                }
            }
            return salt is { Length: SaltSize } && commitment is { Length: Hash.Size } ? new Header(kid, sub, tenant, of, property, salt, new Hash(commitment)) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(string base64Url)
    {
        // Strict: one spelling of a text, so no padding, and no bits that say nothing.
        if (base64Url.Contains('=') || base64Url.AsSpan().ContainsAny(" \t\r\n") || !Base64Url.IsValid(base64Url))
            return null;
        var bytes = Base64Url.DecodeFromChars(base64Url);
        return string.Equals(Base64Url.EncodeToString(bytes), base64Url, StringComparison.Ordinal) ? bytes : null;
    }
}
