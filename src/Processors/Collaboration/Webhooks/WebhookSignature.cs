using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Processors.Collaboration;

/// <summary>Standard Webhooks 1.0: HMAC-SHA256 over <c>id.timestamp.payload</c>.</summary>
public static class WebhookSignature
{
    /// <summary>The header <c>webhook-signature</c>: a signature a secret, apart by spaces.</summary>
    /// <param name="secrets">The current one first.</param>
    /// <param name="id">Header <c>webhook-id</c>, without a dot.</param>
    /// <param name="timestamp">Header <c>webhook-timestamp</c>: Unix seconds.</param>
    /// <param name="payload">The body as it's sent.</param>
    public static string Of(IEnumerable<byte[]> secrets, string id, long timestamp, byte[] payload)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. payload];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}"));
    }
}
