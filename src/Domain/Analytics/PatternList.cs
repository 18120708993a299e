using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Domain.Analytics;

/// <summary>
/// Patterns of which the first match counts (ua-parser Specification 0.2). Only those are tried whose <see cref="RequiredText"/> is there, and an
/// expression is made when it's first tried. Safe for use by many threads.
/// </summary>
internal sealed class PatternList
{
    // NonBacktracking would bound the time by itself, but needs more than 1 GB and ten seconds for uap-core's expressions.
    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(UserAgents.MatchMilliseconds);

    private readonly IReadOnlyList<UserAgentPattern> _patterns;
    private readonly bool _atWordStart;
    private readonly Regex?[] _expressions;
    private readonly ulong[] _required;
    private readonly Dictionary<int, List<(string Text, int Pattern, ulong Set)>> _texts = [];

    /// <param name="patterns">In the order in which they count.</param>
    /// <param name="atWordStart">A match doesn't begin within a word: <c>RED/</c> isn't in <c>WIRED/</c>.</param>
    public PatternList(IReadOnlyList<UserAgentPattern> patterns, bool atWordStart = false)
    {
        (_patterns, _atWordStart) = (patterns, atWordStart);
        _expressions = new Regex?[patterns.Count];
        _required = new ulong[patterns.Count];
        for (var i = 0; i < patterns.Count; i++)
        {
            var bit = 1ul;
            foreach (var set in RequiredText.Of(patterns[i].Pattern).Take(64))
            {
                _required[i] |= bit;
                foreach (var text in set)
                    Start(text).Add((text, i, bit));
                bit <<= 1;
            }
        }
    }

    /// <summary>What the first pattern that matches says; null where none does.</summary>
    /// <exception cref="RegexMatchTimeoutException">The text was made so that a match takes long.</exception>
    public (string Name, string? Version)? First(string text)
    {
        var found = Found(text);
        for (var i = 0; i < _patterns.Count; i++)
        {
            if (found[i] == _required[i] && Expression(i).Match(text) is { Success: true } match)
                return (Fill(_patterns[i].Name, match, 1) ?? "Other", Fill(_patterns[i].Version, match, 2));
        }
        return null;
    }

    private ulong[] Found(string text)
    {
        var found = new ulong[_patterns.Count];
        for (var at = 0; at <= text.Length - RequiredText.MinLength; at++)
        {
            if (!_texts.TryGetValue(Key(text, at), out var candidates))
                continue;
            foreach (var (required, pattern, set) in candidates)
            {
                if (text.AsSpan(at).StartsWith(required, StringComparison.OrdinalIgnoreCase))
                    found[pattern] |= set;
            }
        }
        return found;
    }

    private List<(string Text, int Pattern, ulong Set)> Start(string text)
    {
        var key = Key(text, 0);
        return _texts.TryGetValue(key, out var list) ? list : _texts[key] = [];
    }

    // Three characters, in any case; others that share a key are told apart by the text.
    private static int Key(string text, int at) => (Lower(text[at]) << 16) ^ (Lower(text[at + 1]) << 8) ^ Lower(text[at + 2]);

    private static int Lower(char c) => char.ToLowerInvariant(c);

    private Regex Expression(int index) => _expressions[index] ??= new Regex(
        _atWordStart && (char.IsAsciiLetterOrDigit(_patterns[index].Pattern[0]) || _patterns[index].Pattern[0] is '[' or '(') ? $"(?<![A-Za-z0-9])(?:{_patterns[index].Pattern})" : _patterns[index].Pattern,
        RegexOptions.CultureInvariant | (_patterns[index].IgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), _timeout);

    private static string? Fill(string? replacement, Match match, int group)
    {
        if (replacement is null)
            return match.Groups[group].Value is { Length: > 0 } value ? value : null;
        var filled = new StringBuilder();
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] == '$' && i + 1 < replacement.Length && replacement[i + 1] is >= '1' and <= '9')
                filled.Append(match.Groups[replacement[++i] - '0'].Value);
            else
                filled.Append(replacement[i]);
        }
        return filled.ToString().Trim() is { Length: > 0 } text ? text : null;
    }
}
