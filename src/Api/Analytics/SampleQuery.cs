namespace Platform.Api.Analytics;

/// <summary>An example query of <c>samples/sql</c>: a file whose first line is a comment with what it answers.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Question">What it answers.</param>
/// <param name="Sql">The file, whole.</param>
public sealed record SampleQuery(string File, string Question, string Sql)
{
    /// <param name="directory">The repository.</param>
    /// <exception cref="FormatException">A file doesn't say what it answers.</exception>
    public static IReadOnlyList<SampleQuery> All(string directory) =>
        [.. Directory.EnumerateFiles(Path.Combine(directory, "samples", "sql"), "*.sql").Order(StringComparer.Ordinal).Select(file => Of(Path.GetFileName(file), System.IO.File.ReadAllText(file)))];

    private static SampleQuery Of(string file, string sql) => sql.StartsWith("-- ", StringComparison.Ordinal)
        ? new SampleQuery(file, sql[3..sql.IndexOf('\n', StringComparison.Ordinal)].Trim(), sql)
        : throw new FormatException($"{file} doesn't begin with a comment that says what it answers.");

    /// <summary>Whether it reads the view.</summary>
    public bool Reads(string view) => System.Text.RegularExpressions.Regex.IsMatch(Sql, $@"\banalytics\.{view}\b");
}
