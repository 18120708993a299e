using System.Text;

namespace Platform.Domain.Analytics;

/// <summary>
/// What a text has to contain, in any case, before a regular expression can match it: of each set one text. After RE2's <c>FilteredRE2</c>, for
/// the part of the syntax that lists of user agents use; of anything else nothing is said, so the expression is always tried.
/// </summary>
internal sealed class RequiredText
{
    /// <summary>Shorter ones rule out too little.</summary>
    public const int MinLength = 3;

    private readonly string _pattern;
    private int _at;

    private RequiredText(string pattern) => _pattern = pattern;

    /// <param name="pattern">A valid expression.</param>
    public static List<string[]> Of(string pattern)
    {
        try
        {
            return new RequiredText(pattern).Alternatives();
        }
        catch (NotSupportedException)
        {
            return [];
        }
    }

    // Several branches: one text of any of them, if each has some.
    private List<string[]> Alternatives()
    {
        var branches = new List<List<string[]>> { Sequence() };
        for (; _at < _pattern.Length && _pattern[_at] == '|'; branches.Add(Sequence()))
            _at++;
        if (branches.Count == 1)
            return branches[0];
        return branches.TrueForAll(branch => branch.Count > 0) ? [[.. branches.SelectMany(branch => branch.MaxBy(set => set.Min(text => text.Length))!)]] : [];
    }

    private List<string[]> Sequence()
    {
        var sets = new List<string[]>();
        var run = new StringBuilder();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            List<string[]>? group = null;
            var letter = '\0';
            if (_pattern[_at] == '(')
                group = Group();
            else
                letter = Letter();
            var (least, most) = Quantifier();
            if (letter != '\0' && least > 0)
                run.Append(letter);
            if (letter == '\0' || least != 1 || most != 1)
                End(run, sets);
            if (group is not null && least > 0)
                sets.AddRange(group);
        }
        End(run, sets);
        return sets;
    }

    private List<string[]> Group()
    {
        _at++;
        if (_at < _pattern.Length && _pattern[_at] == '?')
            _at += _pattern.AsSpan(_at).StartsWith("?:", StringComparison.Ordinal) ? 2 : throw new NotSupportedException();
        var sets = Alternatives();
        _at++;
        return sets;
    }

    // The character that stands there; 0 for any other atom.
    private char Letter()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '[':
                return Class();
            case '.' or '^' or '$':
                return '\0';
            case '\\':
                c = _pattern[_at++];
                return !char.IsAsciiLetterOrDigit(c) ? c : "dDwWsSbB".Contains(c, StringComparison.Ordinal) ? '\0' : throw new NotSupportedException();
            default:
                return c;
        }
    }

    // One letter in both cases is that letter.
    private char Class()
    {
        var from = _at;
        if (_pattern[_at] == '^')
            _at++;
        // A bracket that stands first is one of the characters.
        for (var first = true; first || _pattern[_at] != ']'; first = false)
            _at += _pattern[_at] == '\\' ? 2 : 1;
        var content = _pattern.AsSpan(from, _at++ - from);
        return content.Length == 2 && char.IsAsciiLetter(content[0]) && (content[0] ^ content[1]) == 0x20 ? content[0] : '\0';
    }

    private (int Least, int Most) Quantifier()
    {
        if (_at == _pattern.Length)
            return (1, 1);
        (int, int) found;
        switch (_pattern[_at])
        {
            case '?':
                found = (0, 1);
                break;
            case '*':
                found = (0, int.MaxValue);
                break;
            case '+':
                found = (1, int.MaxValue);
                break;
            case '{':
                var end = _pattern.IndexOf('}', _at);
                var least = _pattern[(_at + 1)..end].Split(',')[0];
                found = (int.TryParse(least, out var times) ? times : throw new NotSupportedException(), int.MaxValue);
                _at = end;
                break;
            default:
                return (1, 1);
        }
        _at++;
        if (_at < _pattern.Length && _pattern[_at] is '?' or '+')
            _at++;
        return found;
    }

    private static void End(StringBuilder run, List<string[]> sets)
    {
        if (run.Length >= MinLength)
            sets.Add([run.ToString()]);
        run.Clear();
    }
}
