using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Samples;

/// <summary>A request of a .http file, its variables not yet put in.</summary>
/// <param name="Name"><c># @name NAME</c>.</param>
/// <param name="Expect"><c># @expect STATUS</c>.</param>
/// <param name="Set"><c># @set VARIABLE MEMBER</c>: variables that take members of the answer, each by its path.</param>
internal sealed record HttpSample(
    string Name, int Expect, IReadOnlyList<(string Variable, string Member)> Set, string Method, string Url, IReadOnlyList<(string Name, string Value)> Headers, string? Body);

/// <summary>
/// A .http file in the syntax that VS Code's REST Client, Visual Studio and the JetBrains editors share: <c>@name = value</c>, requests apart
/// by <c>###</c>, comments with <c>#</c>, a request line, headers, an empty line, a body, <c>{{name}}</c>. None of them reads each other's ways to
/// take a value from an answer, so a comment says it.
/// </summary>
internal sealed partial record HttpFile(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<HttpSample> Samples)
{
    /// <exception cref="FormatException">A request lacks its line, its name or the status to expect.</exception>
    public static HttpFile Parse(string text)
    {
        var blocks = Separator().Split(text.ReplaceLineEndings("\n"));
        var variables = blocks[0].Split('\n').Select(line => Variable().Match(line)).Where(m => m.Success).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim());
        return new HttpFile(variables, [.. blocks.Skip(1).Select(ParseSample)]);
    }

    /// <summary>Puts the values of variables in.</summary>
    /// <exception cref="KeyNotFoundException">There is no such variable.</exception>
    public static string Fill(string text, IReadOnlyDictionary<string, string> variables) => Use().Replace(text, use => variables[use.Groups[1].Value]);

    private static HttpSample ParseSample(string block)
    {
        var lines = block.Split('\n').ToList();
        var start = lines.FindIndex(1, line => line.Length > 0 && line[0] != '#');
        if (start < 0 || RequestLine().Match(lines[start]) is not { Success: true } request)
            throw new FormatException($"No request line:\n{block}");
        var directives = lines.Take(start).Select(line => Directive().Match(line)).Where(m => m.Success).ToLookup(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim());
        if (directives["name"].Count() != 1 || directives["expect"].Count() != 1)
            throw new FormatException($"A sample has one @name and one @expect:\n{block}");
        var headers = lines.Skip(start + 1).TakeWhile(line => line.Length > 0).ToList();
        var body = string.Join('\n', lines.Skip(start + 1 + headers.Count)).Trim();
        return new HttpSample(
            directives["name"].Single(), int.Parse(directives["expect"].Single(), null), [.. directives["set"].Select(Pair)],
            request.Groups[1].Value, request.Groups[2].Value, [.. headers.Select(line => (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()))],
            body.Length == 0 ? null : body);
    }

    private static (string, string) Pair(string text) => text.Split(' ') is [var variable, var member] ? (variable, member) : throw new FormatException($"@set takes a variable and a member, not {text}");

    [GeneratedRegex("^(?=###)", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^@([\w-]+)\s*=\s*(.+)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^#\s*@(\w+)\s+(.+)$")]
    private static partial Regex Directive();

    [GeneratedRegex("^([A-Z]+) (\\S+)$")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\{\{([\w-]+)\}\}")]
    private static partial Regex Use();
}
