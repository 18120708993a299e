using System.Text.RegularExpressions;
using Platform.Tests.Support;

namespace Platform.Domain.Tests.Personalization;

/// <summary>Real articles in the order of date, then path.</summary>
internal sealed partial record Article(string Date, string Path, string Title, string Body, string[] Topics)
{
    public const string Set = "articles", ExpectedSet = "personalization/expected";

    public static Article[] All()
    {
        var folder = AcceptanceSets.Find(Set);
        Assert.SkipWhen(folder is null, AcceptanceSets.Absent(Set));
        return [.. Directory.EnumerateFiles(folder!, "*.md", SearchOption.AllDirectories).Select(file => Read(folder!, file)).OrderBy(a => a.Date, StringComparer.Ordinal).ThenBy(a => a.Path, StringComparer.Ordinal)];
    }

    private static Article Read(string folder, string file)
    {
        var match = FrontMatter().Match(File.ReadAllText(file));
        var front = match.Groups[1].Value;
        return new Article(
            DateLine().Match(front).Groups[1].Value, System.IO.Path.GetRelativePath(folder, file), TitleLine().Match(front).Groups[1].Value, match.Groups[2].Value,
            [.. TopicsLine().Match(front).Groups[1].Value.Trim('[', ']').Split(',', '\n').Select(topic => topic.Trim().TrimStart('-').Trim(' ', '"', '\'')).Where(topic => topic.Length > 0)]);
    }

    [GeneratedRegex(@"^---\s*\n(.*?)\n---\s*\n?(.*)$", RegexOptions.Singleline)]
    private static partial Regex FrontMatter();

    [GeneratedRegex(@"^date:\s*[""']?(\d{4}-\d\d-\d\d)", RegexOptions.Multiline)]
    private static partial Regex DateLine();

    [GeneratedRegex(@"^title:\s*(.*)$", RegexOptions.Multiline)]
    private static partial Regex TitleLine();

    [GeneratedRegex(@"^topics:\s*(\[.*?\]|(?:\n\s*-.*)*)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex TopicsLine();
}
