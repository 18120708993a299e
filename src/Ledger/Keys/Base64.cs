using System.Diagnostics.CodeAnalysis;

namespace Platform.Ledger;

/// <summary>Base64 as RFC 4648, section 4 has it: padded, without white space.</summary>
internal static class Base64
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes);

    /// <summary>Reads the one spelling that <see cref="Encode"/> gives.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes) => TryDecodeLoosely(text, out bytes) && Encode(bytes) == text;

    /// <summary>As <see cref="TryDecode(string, out byte[])"/>, but the unused bits of the last digit may be set, as other readers of notes allow.</summary>
    public static bool TryDecodeLoosely(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.AsSpan().ContainsAny(" \t\r\n"))
            return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64String(text, buffer, out var length))
            return false;
        bytes = buffer[..length];
        return true;
    }

    public static bool TryDecode(string text, out Hash hash)
    {
        hash = default;
        if (!TryDecode(text, out byte[]? bytes) || bytes.Length != Hash.Size)
            return false;
        hash = new Hash(bytes);
        return true;
    }
}
