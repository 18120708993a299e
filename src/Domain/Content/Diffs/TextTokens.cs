using System.Globalization;
using System.Text;

namespace Platform.Domain.Content;

/// <summary>Cuts texts into what a diff compares, always between characters as people see them (grapheme clusters), so never inside a surrogate pair.</summary>
internal static class TextTokens
{
    /// <summary>Lengths of the lines, each with the line feed that ends it.</summary>
    public static List<int> Lines(ReadOnlySpan<char> text)
    {
        var lengths = new List<int>();
        while (!text.IsEmpty)
        {
            var feed = text.IndexOf('\n');
            lengths.Add(feed < 0 ? text.Length : feed + 1);
            text = text[lengths[^1]..];
        }
        return lengths;
    }

    /// <summary>
    /// Lengths of the words, of the white space between them, and of the single signs; scripts that are written without spaces go sign by sign.
    /// </summary>
    public static List<int> Words(ReadOnlySpan<char> text)
    {
        var lengths = new List<int>();
        var last = Kind.Sign;
        while (!text.IsEmpty)
        {
            var length = StringInfo.GetNextTextElementLength(text);
            var kind = KindOf(text);
            if (kind == last && kind != Kind.Sign)
                lengths[^1] += length;
            else
                lengths.Add(length);
            last = kind;
            text = text[length..];
        }
        return lengths;
    }

    private enum Kind { Sign, Word, Space }

    private static Kind KindOf(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out var first, out _);
        return Rune.IsWhiteSpace(first) ? Kind.Space
            : first.Value == '_' || Rune.IsLetterOrDigit(first) && !IsWrittenWithoutSpaces(first.Value) ? Kind.Word
            : Kind.Sign;
    }

    // Thai, Lao, Myanmar, Khmer; kana; ideographs with their extensions and compatibility forms.
    private static bool IsWrittenWithoutSpaces(int rune) =>
        rune is >= 0x0E00 and <= 0x0EFF or >= 0x1000 and <= 0x109F or >= 0x1780 and <= 0x17FF
            or >= 0x3040 and <= 0x30FF or >= 0x3400 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF;
}
