using System.Globalization;
using System.Text;

namespace Platform.Ledger;

/// <summary>What may stand in a note (C2SP signed-note): valid UTF-8, and of the control characters below U+0020 newline alone.</summary>
internal static class NoteText
{
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text in UTF-8.</summary>
    /// <exception cref="ArgumentException">It has a lone surrogate.</exception>
    public static byte[] Utf8(string text) => _utf8.GetBytes(text);

    /// <summary>The text of UTF-8 bytes, or null if they are none.</summary>
    public static string? FromUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    public static bool IsAllowed(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] < ' ' && text[i] != '\n')
                return false;
            else if (char.IsSurrogate(text[i]) && !(char.IsSurrogatePair(text, i) && ++i > 0))
                return false;
        return true;
    }

    /// <summary>Whether a key may have this name: not empty, no white space of Unicode, no plus.</summary>
    public static bool IsKeyName(string name) => name.Length > 0 && IsAllowed(name) && !name.Any(c => c == '+' || char.IsWhiteSpace(c));

    /// <summary>Reads an ASCII decimal from 0 to 2^63 - 1 without leading zeros.</summary>
    public static bool TryParseNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text[0] != '0');

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
