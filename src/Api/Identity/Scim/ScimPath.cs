using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Api.Identity;

/// <summary>One comparison of a filter.</summary>
/// <param name="Attribute">In lower case, without the schema before it.</param>
/// <param name="Value">A text; of a yes or no, <c>true</c> or <c>false</c>.</param>
internal sealed record ScimClause(string Attribute, string Value);

/// <summary>Where a change is made: <c>displayName</c>, <c>name.givenName</c>, <c>emails[type eq "work"].value</c> (RFC 7644, section 3.5.2).</summary>
/// <param name="Attribute">In lower case, with its part where one is named: <c>name.givenname</c>, <c>emails.value</c>.</param>
/// <param name="Which">Which of several values; null: all.</param>
internal sealed partial record ScimPath(string Attribute, ScimClause? Which)
{
    private const int MostClauses = 10, Longest = 2_000;

    /// <summary>A name without the schema of users or groups before it.</summary>
    public static string Short(string name) => Prefix().Replace(name, "");

    /// <exception cref="Http.ProblemException">It's none.</exception>
    public static ScimPath Parse(string text)
    {
        if (text.Length > Longest || Form().Match(Short(text)) is not { Success: true } match)
            throw ScimError.Of("invalidPath", $"path: '{Cut(text)}' is no path.");
        var part = match.Groups["part"].Success ? $".{match.Groups["part"].Value}" : "";
        if (!match.Groups["filter"].Success)
            return new ScimPath((match.Groups["name"].Value + part).ToLowerInvariant(), null);
        return ParseFilter(match.Groups["filter"].Value) is [var which]
            ? new ScimPath((match.Groups["name"].Value + part).ToLowerInvariant(), which)
            : throw ScimError.Of("invalidPath", $"path: '{Cut(text)}' has more than one comparison.");
    }

    /// <summary>Comparisons by <c>eq</c>, with <c>and</c> between them (RFC 7644, section 3.4.2.2).</summary>
    /// <exception cref="Http.ProblemException">It's another filter.</exception>
    public static IReadOnlyList<ScimClause> ParseFilter(string text)
    {
        var clauses = new List<ScimClause>();
        for (var at = 0; at < text.Length;)
        {
            if (text.Length > Longest || clauses.Count == MostClauses || Clause().Match(text, at) is not { Success: true } match || match.Groups["end"].Value.Trim().Length > 0 && at + match.Length == text.Length)
                throw ScimError.Of("invalidFilter", $"filter: '{Cut(text)}' isn't comparisons by eq, at most {MostClauses}, with and between them.");
            clauses.Add(new ScimClause(Short(match.Groups["name"].Value).ToLowerInvariant(), ValueOf(match.Groups["value"].Value)));
            at += match.Length;
        }
        return clauses.Count > 0 ? clauses : throw ScimError.Of("invalidFilter", "filter: It's empty.");
    }

    private static string ValueOf(string json)
    {
        if (json[0] != '"')
            return json.ToLowerInvariant();
        try
        {
            return JsonSerializer.Deserialize(json, ScimJson.Default.String)!;
        }
        catch (JsonException)
        {
            throw ScimError.Of("invalidFilter", $"filter: {Cut(json)} is no text.");
        }
    }

    private static string Cut(string text) => text.Length > 100 ? $"{text[..100]}..." : text;

    [GeneratedRegex("^urn:ietf:params:scim:schemas:core:2.0:(?:User|Group):", RegexOptions.IgnoreCase)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^(?<name>\$?[A-Za-z][\w-]*|urn:[\w:.-]+?)(?:\[(?<filter>.+)\])?(?:\.(?<part>\$?[A-Za-z][\w-]*))?\z")]
    private static partial Regex Form();

    [GeneratedRegex("""\G\s*(?<name>[A-Za-z][\w:.$-]*)\s+eq\s+(?<value>"(?:[^"\\]|\\.)*"|true|false)(?<end>\s+and\s+|\s*\z)""", RegexOptions.IgnoreCase)]
    private static partial Regex Clause();
}
