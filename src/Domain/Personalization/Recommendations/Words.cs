using System.Text.RegularExpressions;

namespace Platform.Domain.Personalization;

/// <summary>
/// Words of Markdown or HTML, in lower case: without code blocks, template tags, images, tags, addresses and entities; a link's text
/// stays.
/// </summary>
public static partial class Words
{
    /// <summary>Characters of a text that are read.</summary>
    public const int MostCharacters = 200_000;

    /// <param name="text">Any.</param>
    /// <param name="language">English words are of the letters a to z, others of any; all have at least three.</param>
    /// <param name="stopWords">Left out.</param>
    public static IEnumerable<string> Of(string text, string language, IReadOnlySet<string> stopWords)
    {
        if (text.Length > MostCharacters)
            text = text[..MostCharacters];
        text = Code().Replace(text, " ");
        text = Template().Replace(text, " ");
        text = Image().Replace(text, " ");
        text = Tag().Replace(text, " ");
        text = Target().Replace(text, "] ");
        text = Address().Replace(text, " ");
        text = Entity().Replace(text, " ").ToLowerInvariant();
        var word = language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? English() : Other();
        return word.Matches(text).Select(match => match.Value).Where(found => !stopWords.Contains(found));
    }

    [GeneratedRegex("```.*?```", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Code();

    [GeneratedRegex(@"\{\{.*?\}\}", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Template();

    [GeneratedRegex(@"!\[[^\]]*\]\([^)]*\)", RegexOptions.NonBacktracking)]
    private static partial Regex Image();

    [GeneratedRegex("<[^>]+>", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\]\([^)]*\)", RegexOptions.NonBacktracking)]
    private static partial Regex Target();

    [GeneratedRegex(@"https?://\S+", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex("&[a-zA-Z#0-9]+;", RegexOptions.NonBacktracking)]
    private static partial Regex Entity();

    [GeneratedRegex("[a-z]{3,}", RegexOptions.NonBacktracking)]
    private static partial Regex English();

    [GeneratedRegex(@"[\p{L}\p{M}]{3,}", RegexOptions.NonBacktracking)]
    private static partial Regex Other();
}
