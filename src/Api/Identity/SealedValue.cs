using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.Identity;

/// <summary>
/// Values that only the nodes can read and write: AES-256-GCM (NIST SP 800-38D) under a key for each purpose, derived from the nodes' secret by HKDF (RFC 5869); as text base64url of nonce (12 bytes), ciphertext and tag (16).
/// </summary>
/// <param name="secret">The nodes share it.</param>
/// <param name="purpose">What the values are for: one that was sealed for another is none.</param>
public sealed class SealedValue(byte[] secret, string purpose)
{
    private const int NonceBytes = 12, TagBytes = 16, KeyBytes = 32, MostCharacters = 16 * 1024;

    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, info: Encoding.UTF8.GetBytes($"platform/{purpose}/1"));

    /// <param name="plain">The value.</param>
    /// <param name="place">Where it stands: it opens nowhere else.</param>
    public string Seal(ReadOnlySpan<byte> plain, string place)
    {
        var bytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = bytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Encrypt(nonce, plain, bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(place));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The value; null: it's none that was sealed for this purpose and place.</summary>
    public byte[]? Open(string text, string place)
    {
        if (text.Length > MostCharacters || !StrictBase64Url.TryDecode(text, out var bytes) || bytes.Length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(_key, TagBytes);
        try
        {
            cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain, Encoding.UTF8.GetBytes(place));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
