using System.Globalization;
using System.Text;

namespace Platform.Api.Analytics;

/// <summary>Texts of a chart: there are no fonts on a server, so widths are those of Helvetica, about, and rather too much.</summary>
internal static class ChartText
{
    /// <summary>Characters of a text that is said in full: so many of them still fit into a picture of 50 KB.</summary>
    public const int Most = 200;

    // Where there's no Helvetica something wider stands in for it.
    private const double Reserve = 1.08, Bold = 1.12;

    /// <summary>Pixels, about.</summary>
    /// <param name="text">Any.</param>
    /// <param name="size">Of the font, pixels.</param>
    public static double WidthOf(string text, double size) => Reserve * size * text.EnumerateRunes().Sum(WidthOf);

    /// <summary>As much of a text as there is room for: whole characters as people see them, and an ellipsis for the rest.</summary>
    /// <param name="text">Any.</param>
    /// <param name="size">Of the font, pixels.</param>
    /// <param name="room">Pixels.</param>
    /// <param name="isBold">In bold.</param>
    public static string Cut(string text, double size, double room, bool isBold = false)
    {
        if (isBold)
            room /= Bold;
        if (WidthOf(text, size) <= room)
            return text;
        var (kept, used) = (0, WidthOf("…", size));
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext(); kept += elements.GetTextElement().Length)
            if ((used += WidthOf(elements.GetTextElement(), size)) > room)
                break;
        return text[..kept].TrimEnd() + "…";
    }

    /// <summary>A text that may stand in XML, at most so many characters as people see them: what XML can't say is U+FFFD, what breaks a line is a space.</summary>
    public static string Clean(string text, int most = Most)
    {
        var clean = new StringBuilder();
        // Of a text of any length no more is looked at than could be kept.
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, most * 16)).EnumerateRunes())
            clean.Append(Rune.IsControl(rune) ? " " : rune.Value is 0xFFFE or 0xFFFF ? "\uFFFD" : rune.ToString());
        var cleaned = clean.ToString();
        var (kept, count) = (0, 0);
        for (var elements = StringInfo.GetTextElementEnumerator(cleaned); elements.MoveNext(); kept += elements.GetTextElement().Length)
            if (++count > most || kept + elements.GetTextElement().Length > 2 * most)
                return cleaned[..kept] + "…";
        return cleaned;
    }

    /// <summary>By its first letter that has a direction (Unicode's rules P2 and P3, for scripts of today).</summary>
    public static bool IsRightToLeft(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value is >= 0x590 and <= 0x8FF or >= 0xFB1D and <= 0xFDFF or >= 0xFE70 and <= 0xFEFC or >= 0x10800 and <= 0x10FFF or >= 0x1E800 and <= 0x1EFFF)
                return true;
            else if (Rune.IsLetter(rune))
                return false;
        return false;
    }

    private static double WidthOf(Rune rune) => rune.Value switch
    {
        'i' or 'j' or 'l' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' => 0.28,
        'f' or 'r' or 't' or 'I' or '(' or ')' or '[' or ']' or '/' or '\\' or ' ' or '-' or '·' => 0.34,
        'm' or 'w' or 'M' or 'W' or '@' or '%' or '…' => 1.0,
        >= 'A' and <= 'Z' or '&' => 0.74,
        < 0x80 => 0.57,
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        >= 0x1100 => 1.25,
        _ => 0.7,
    };
}
