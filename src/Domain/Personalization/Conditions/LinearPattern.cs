using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Domain.Personalization;

/// <summary>
/// Regular expressions that take time in proportion to the text, whoever wrote them: RE2's syntax (github.com/google/re2/wiki/Syntax) without look-around and back-references, matched by
/// .NET's automaton (Moseley et al., "Derivative based nonbacktracking real-world regex matching", 2023).
/// </summary>
public static partial class LinearPattern
{
    /// <summary>In UTF-16 code units.</summary>
    public const int Longest = 500, LongestText = 4_000, MostRepetitions = 200;

    private static readonly (string Name, string Class)[] _posix =
    [
        ("alpha", "a-zA-Z"), ("digit", "0-9"), ("alnum", "0-9A-Za-z"), ("upper", "A-Z"), ("lower", "a-z"), ("space", @"\t\n\v\f\r "), ("blank", @"\t "),
        ("punct", @"!-/:-@\[-`{-~"), ("xdigit", "0-9A-Fa-f"), ("word", "0-9A-Za-z_"), ("cntrl", @"\x00-\x1f\x7f"), ("print", " -~"), ("graph", "!-~"), ("ascii", @"\x00-\x7f"),
    ];

    /// <returns>Null where it's none, or would have to go back in the text.</returns>
    public static Regex? Read(string pattern, bool ignoresCase)
    {
        if (pattern.Length > Longest || Translate(pattern) is not { } translated) return null;
        try
        {
            return new(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoresCase ? RegexOptions.IgnoreCase : RegexOptions.None));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // To .NET's syntax: \d, \w and \s are ASCII, $ is the end of the text alone, and classes have names.
    private static string? Translate(string pattern)
    {
        var (result, inClass, multiline) = (new StringBuilder(), false, Multiline().IsMatch(pattern));
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                var escaped = pattern[++i];
                result.Append((escaped, inClass) switch
                {
                    ('d', true) => "0-9",
                    ('w', true) => "0-9A-Za-z_",
                    ('s', true) => @"\t\n\f\r ",
                    ('d', false) => "[0-9]",
                    ('w', false) => "[0-9A-Za-z_]",
                    ('s', false) => @"[\t\n\f\r ]",
                    ('D', false) => "[^0-9]",
                    ('W', false) => "[^0-9A-Za-z_]",
                    ('S', false) => @"[^\t\n\f\r ]",
                    _ => $"\\{escaped}",
                });
            }
            else if (inClass && c == '[' && Posix(pattern, i) is var (name, length) && length > 0)
            {
                result.Append(name);
                i += length - 1;
            }
            else if (inClass && c == '[') result.Append(@"\[");
            else if (!inClass && c == '$' && !multiline) result.Append(@"\z");
            else if (!inClass && c == '{' && Repetitions(pattern, i) > MostRepetitions) return null;
            else if (!inClass && c == '(' && pattern.AsSpan(i).StartsWith("(?P<"))
            {
                result.Append("(?<");
                i += 3;
            }
            else
            {
                if (!inClass && c == '[')
                {
                    inClass = true;
                    result.Append(c);
                    if (i + 1 < pattern.Length && pattern[i + 1] == '^') result.Append(pattern[++i]);
                    if (i + 1 < pattern.Length && pattern[i + 1] == ']') { result.Append(@"\]"); i++; }
                    continue;
                }
                if (inClass && c == ']') inClass = false;
                result.Append(c);
            }
        }
        return result.ToString();
    }

    private static (string Class, int Length) Posix(string pattern, int at)
    {
        foreach (var (name, letters) in _posix)
            if (pattern.AsSpan(at).StartsWith($"[:{name}:]")) return (letters, name.Length + 4);
        return ("", 0);
    }

    // Of {n} or {n,m} the larger: nested ones multiply, which .NET's own bound on nodes refuses.
    private static int Repetitions(string pattern, int at)
    {
        var end = pattern.IndexOf('}', at);
        return end < 0 ? 0 : pattern[(at + 1)..end].Split(',').Max(text => int.TryParse(text, out var n) ? n : 0);
    }

    // Flags within the pattern that make $ the end of a line: (?m), (?im), (?ism:x).
    [GeneratedRegex(@"\(\?[a-z]*m[a-z]*[-:)]")]
    private static partial Regex Multiline();
}
