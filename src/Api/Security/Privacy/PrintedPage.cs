using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Platform.Api.Security;

/// <summary>A page for people, to be read or printed: it needs nothing else, runs nothing, and whatever is put into it is text.</summary>
internal static class PrintedPage
{
    public const string ContentType = "text/html; charset=utf-8";

    public const string End = "</main>\n</body>\n</html>\n";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>As a download that no browser mixes up with a page of the platform.</summary>
    public static void Prepare(HttpContext http, string name)
    {
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        http.Response.Headers.XContentTypeOptions = "nosniff";
    }

    public static string Start(string title) => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{Text(title)}}</title>
        <style>
        body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
        table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1.5rem }
        th, td { text-align: left; vertical-align: top; border: 1px solid #767676; padding: 0.3rem 0.6rem; overflow-wrap: anywhere; white-space: pre-line }
        thead { background: #eee }
        code { font-size: 0.8rem }
        @media print { body { margin: 0; max-width: none } tr { break-inside: avoid } thead { display: table-header-group } }
        </style>
        </head>
        <body>
        <main>
        <h1>{{Text(title)}}</h1>

        """;

    public static string Heading(string text) => $"<h2>{Text(text)}</h2>\n";

    public static string Paragraph(string text) => $"<p>{Text(text)}</p>\n";

    public static string TableStart(params IEnumerable<string> columns) => $"<table>\n<thead><tr>{string.Concat(columns.Select(c => $"<th scope=\"col\">{Text(c)}</th>"))}</tr></thead>\n<tbody>\n";

    public static string Row(params IEnumerable<string?> cells) => $"<tr>{string.Concat(cells.Select(c => $"<td>{Text(c ?? "")}</td>"))}</tr>\n";

    public const string TableEnd = "</tbody>\n</table>\n";

    /// <summary>A table, or a sentence where it would be empty.</summary>
    public static string Table(string empty, IReadOnlyList<string> columns, IReadOnlyList<IEnumerable<string?>> rows) =>
        rows.Count == 0 ? Paragraph(empty) : TableStart(columns) + string.Concat(rows.Select(row => Row(row))) + TableEnd;

    public static string At(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string? At(DateTimeOffset? time) => time is { } at ? At(at) : null;

    private static string Text(string text) => Encoder.Encode(text);
}
