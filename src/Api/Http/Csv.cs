using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Platform.Api.Http;

/// <summary>Rows as a file of RFC 4180.</summary>
public static class Csv
{
    public const string ContentType = "text/csv";
    public const string WithHeader = $"{ContentType}; charset=utf-8; header=present";

    /// <summary>What files are written in.</summary>
    public static UTF8Encoding Encoding { get; } = new(encoderShouldEmitUTF8Identifier: false);

    // Excel and others run a cell that begins with one of these characters as a formula.
    private static readonly CsvConfiguration Rfc4180 = new(CultureInfo.InvariantCulture) { NewLine = "\r\n", InjectionOptions = InjectionOptions.Escape };

    /// <summary>Rows of cells; a cell that a spreadsheet would run begins with an apostrophe.</summary>
    public static string Of(IEnumerable<string?[]> rows)
    {
        using var text = new StringWriter();
        using (var csv = new CsvWriter(text, Rfc4180))
            foreach (var row in rows)
            {
                foreach (var cell in row)
                    csv.WriteField(cell);
                csv.NextRecord();
            }
        return text.ToString();
    }
}
