using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Platform.Api.Identity;

/// <summary>
/// Base64url as JOSE writes it (RFC 7515, section 2): no padding, no white space, and unused trailing bits zero, so that each value has
/// one spelling only.
/// </summary>
internal static class StrictBase64Url
{
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!Base64Url.IsValid(text))
            return false;
        var decoded = Base64Url.DecodeFromChars(text);
        if (Base64Url.EncodeToString(decoded) != text)
            return false;
        bytes = decoded;
        return true;
    }
}
