using System.Text;
using System.Text.RegularExpressions;
using Platform.Domain.Content;

namespace Platform.Api.Content;

/// <summary>Makes a slug of what a file calls itself: lower case, without diacritics, everything else a hyphen.</summary>
internal static partial class ArticleSlug
{
    private const string Letters = "àáâãäåāăąçćĉċčďđèéêëēĕėęěĝğġģĥħìíîïĩīĭįıĵķĺļľŀłñńņňòóôõöøōŏőŕŗřśŝşšșţťŧțùúûüũūŭůűųŵýÿŷźżž";
    private const string Plain = "aaaaaaaaacccccddeeeeeeeeegggghhiiiiiiiiijklllllnnnnooooooooorrrsssssttttuuuuuuuuuuwyyyzzz";

    /// <param name="given">The front matter's own, percent-encoded or not; slashes stay. Null: the file's name without its date, a folder's for an index file.</param>
    /// <param name="path">The file, <c>/</c> between folders.</param>
    /// <exception cref="ArticleRefusedException">Nothing is left, or too much.</exception>
    public static string Of(string? given, string path)
    {
        var source = given ?? NameOf(path);
        var segments = Uri.UnescapeDataString(source).Split('/').Select(Normalise).Where(s => s.Length > 0);
        var slug = string.Join('/', segments);
        return Slug.Problem(slug) is { } problem
            ? throw new ArticleRefusedException(slug.Length == 0 ? $"No slug can be made of '{source}'; give the file one in its front matter." : $"The slug '{slug}' isn't usable: {problem}")
            : slug;
    }

    private static string NameOf(string path)
    {
        var parts = path.Split('/');
        var name = Path.GetFileNameWithoutExtension(parts[^1]);
        if (name is "index" or "_index" && parts.Length > 1)
            name = parts[^2];
        return Date().Replace(name, "") is { Length: > 0 } rest ? rest : name;
    }

    private static string Normalise(string segment)
    {
        var slug = new StringBuilder();
        foreach (var c in segment.ToLowerInvariant())
        {
            var letter = c switch
            {
                >= 'a' and <= 'z' or >= '0' and <= '9' => c.ToString(),
                'ß' => "ss",
                'æ' => "ae",
                'œ' => "oe",
                'þ' => "th",
                // Apostrophes, and the combining diacritics that follow the letters of decomposed names.
                '\'' or '’' or >= '\u0300' and <= '\u036f' => "",
                _ => Letters.IndexOf(c) is >= 0 and var i ? Plain[i].ToString() : "-",
            };
            if (letter != "-" || slug.Length > 0 && slug[^1] != '-')
                slug.Append(letter);
        }
        return slug.ToString().TrimEnd('-');
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[-_ ]?")]
    private static partial Regex Date();
}
