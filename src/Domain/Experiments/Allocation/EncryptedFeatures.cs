using System.Security.Cryptography;
using System.Text;

namespace Platform.Domain.Experiments;

/// <summary>Features that GrowthBook encrypts for its SDKs: AES in CBC, not authenticated, so that what is read must still be distrusted.</summary>
public static class EncryptedFeatures
{
    /// <param name="text">Initialisation vector and ciphertext, each in Base64, with a dot between.</param>
    /// <param name="key">Of 128, 192 or 256 bits, in Base64.</param>
    /// <returns>Null where it can't be decrypted.</returns>
    public static string? Decrypt(string text, string key)
    {
        if (text.Split('.') is not [var vector, var ciphertext]) return null;
        try
        {
            using var aes = Aes.Create();
            aes.Key = Convert.FromBase64String(key);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(aes.DecryptCbc(Convert.FromBase64String(ciphertext), Convert.FromBase64String(vector)));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
