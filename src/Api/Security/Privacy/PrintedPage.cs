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
        body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere }
        table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1.5rem }
        th, td { text-align: left; vertical-align: top; border: 1px solid #767676; padding: 0.3rem 0.6rem; min-width: 7em; white-space: pre-line; unicode-bidi: plaintext }
        thead th { background: #eee }
        tbody th { font-weight: normal }
        @media screen and (max-width: 45rem) {
          thead { position: absolute; clip-path: inset(50%) }
          tr, tbody th, td { display: block }
          tr { border: 1px solid #767676; margin-bottom: 0.75rem }
          tbody th, td { border: 0 }
          tbody th::before, td::before { content: attr(data-label); display: block; font-size: 0.8rem; color: #555 }
        }
        @page { margin: 15mm }
        @media print {
          body { font-size: 0.75rem; margin: 0; padding: 0; max-width: none }
          h2 { break-after: avoid }
          tr { break-inside: avoid }
        }
        </style>
        </head>
        <body>
        <main>
        <h1>{{Text(title)}}</h1>

        """;

    public static string Heading(string text) => $"<h2>{Text(text)}</h2>\n";

    public static string Paragraph(string text) => $"<p>{Text(text)}</p>\n";

    /// <summary>A table, or a sentence where it would be empty.</summary>
    public static string Table(string empty, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string?>> rows) =>
        rows.Count == 0 ? Paragraph(empty) : TableStart(columns) + string.Concat(rows.Select(row => Row(columns, row))) + TableEnd;

    // Roles are said, because what is shown as blocks on a narrow screen isn't read out as a table otherwise.
    public static string TableStart(IReadOnlyList<string> columns) =>
        $"<table role=\"table\">\n<thead role=\"rowgroup\"><tr role=\"row\">{string.Concat(columns.Select(c => $"<th scope=\"col\" role=\"columnheader\">{Text(c)}</th>"))}</tr></thead>\n<tbody role=\"rowgroup\">\n";

    /// <param name="columns">As the table was begun with.</param>
    /// <param name="cells">One a column; the first says what the row is about.</param>
    public static string Row(IReadOnlyList<string> columns, IReadOnlyList<string?> cells) =>
        $"<tr role=\"row\">{string.Concat(columns.Select((column, n) => Cell(n == 0, column, cells[n])))}</tr>\n";

    public const string TableEnd = "</tbody>\n</table>\n";

    public static string At(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string? At(DateTimeOffset? time) => time is { } at ? At(at) : null;

    private static string Cell(bool isFirst, string column, string? text)
    {
        var (tag, role) = isFirst ? ("th", "scope=\"row\" role=\"rowheader\"") : ("td", "role=\"cell\"");
        return $"<{tag} {role} data-label=\"{Text(column)}\">{Text(string.IsNullOrEmpty(text) ? "–" : text)}</{tag}>";
    }

    private static string Text(string text) => Encoder.Encode(text);
}
