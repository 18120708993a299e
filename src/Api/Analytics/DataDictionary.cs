using System.Text;
using Platform.EventStore;
using Platform.Projections;

namespace Platform.Api.Analytics;

/// <summary>The views of schema <c>analytics</c>, for people: what <c>docs/data-dictionary.md</c> holds.</summary>
public static class DataDictionary
{
    public const string File = "docs/data-dictionary.md";

    private const string Introduction = """
        # Data dictionary

        What analysts see in SQL. Written by `./platform data-dictionary` from what each read model declares in `src/Projections`; a test holds that it's up to date.

        `./platform analyst --tenant ID` (or `POST /api/analytics/access`) makes a login: it sees the rows of its tenant and nothing else, and may change nothing.
        The views are in schema `analytics`, which is on its `search_path`; their comments say in `\d+` what stands here. Times are UTC. `tenant_id` stands in each view of a
        tenant's rows, so that files of several tenants can be put together.

        A view follows what happens within milliseconds, and `freshness` says how far it is. A rebuilt model may take the old one's place while you're connected:
        a session that is in its way for more than 3 seconds is ended, and so are transactions of more than 15 minutes. Connect and ask again.

        Each view can be had as a file: `./platform export-table NAME`, or `GET /api/analytics/tables/NAME/export` (`analytics.read`, and the permission that the view names).


        """;

    /// <summary>The file as it should be.</summary>
    /// <param name="repository">Where <c>samples/sql</c> lies.</param>
    /// <exception cref="FormatException">An example query doesn't say what it answers.</exception>
    public static string Of(string repository) => Write(
        AnalystViews.Of(ReadModels.All), SampleQuery.All(repository), ReadModels.All.Where(p => p.NotForAnalysts is not null).Select(p => (p.Name, p.NotForAnalysts!)));

    private static string Write(IReadOnlyList<AnalystTable> tables, IReadOnlyList<SampleQuery> samples, IEnumerable<(string Model, string Reason)> hidden)
    {
        var text = new StringBuilder(Introduction);
        foreach (var table in tables)
            text.Append(null, $"- [{table.Name}](#{table.Name}): {table.Question}\n");
        foreach (var table in tables)
            Write(text, table, [.. samples.Where(s => s.Reads(table.Name))]);
        text.Append("\n## Example queries\n\nEach runs as an analyst in the tests.\n\n");
        foreach (var sample in samples)
            text.Append(null, $"- [{sample.File}](../samples/sql/{sample.File}): {sample.Question}\n");
        text.Append("\n## Not for analysts\n\n");
        foreach (var (model, reason) in hidden)
            text.Append(null, $"- `{model}`: {reason}\n");
        return text.ToString();
    }

    private static void Write(StringBuilder text, AnalystTable table, IReadOnlyList<SampleQuery> samples)
    {
        text.Append(null, $"\n## {table.Name}\n\n{table.Question} A row is {table.Row}.\n\n");
        text.Append(null, $"Key: {string.Join(", ", table.Key.Select(k => $"`{k}`"))}.{(table.Changed is { } changed ? $" Changed: `{changed}`." : "")}{(table.Permission is { } needed ? $" Export over HTTP: `{needed}`." : "")}\n\n");
        text.Append("| column | type | null | what |\n|---|---|---|---|\n");
        foreach (var column in table.Columns)
            text.Append(null, $"| `{column.Name}` | {column.Type} | {(column.IsNullable ? "yes" : "no")} | {column.Description.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        text.Append(null, $"\n```sql\n{table.Example};\n```\n");
        if (samples.Count > 0)
            text.Append(null, $"\nSee {string.Join(", ", samples.Select(s => $"[{s.File}](../samples/sql/{s.File})"))}.\n");
    }
}
