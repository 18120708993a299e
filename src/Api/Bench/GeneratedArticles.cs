using System.Globalization;
using System.Text;

namespace Platform.Api.Bench;

/// <summary>A directory of Markdown articles of about 1.5 KB, the same ones each time.</summary>
internal static class GeneratedArticles
{
    private const int PerFolder = 1_000;
    private static readonly string[] Words =
        ["content", "platform", "history", "proof", "stream", "article", "editor", "reader", "region", "language", "draft", "review", "archive", "search", "layout", "image"];

    /// <param name="directory">Made if it isn't there.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancel">Stops between articles.</param>
    public static async Task WriteAsync(string directory, int count, CancellationToken cancel)
    {
        for (var n = 0; n < count; n++)
        {
            var folder = Path.Combine(directory, (n / PerFolder).ToString("0000", CultureInfo.InvariantCulture));
            if (n % PerFolder == 0)
                Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, $"article-{n:000000}.md"), Text(n), cancel);
        }
    }

    private static string Text(int number)
    {
        var text = new StringBuilder(1_600).AppendLine("---")
            .AppendLine(CultureInfo.InvariantCulture, $"title: \"Article {number} about {Word(number, 0)} and {Word(number, 1)}\"")
            .AppendLine(CultureInfo.InvariantCulture, $"date: {new DateOnly(2020, 1, 1).AddDays(number % 2_000):yyyy-MM-dd}")
            .AppendLine(CultureInfo.InvariantCulture, $"slug: article-{number}")
            .AppendLine(CultureInfo.InvariantCulture, $"topics: [\"{Word(number, 2)}\", \"{Word(number, 3)}\"]")
            .AppendLine("---").AppendLine();
        for (var word = 0; word < 200; word++)
            text.Append(Word(number, word)).Append(word % 40 == 39 ? ".\n\n" : " ");
        return text.ToString();
    }

    // Multiplicative hashing: neighbours differ, and the same place always has the same word.
    private static string Word(int article, int place) => Words[(int)((uint)(article * 31 + place) * 2_654_435_769u >> 28)];
}
