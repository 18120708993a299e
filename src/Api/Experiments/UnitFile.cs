using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using CsvHelper.Configuration;

namespace Platform.Api.Experiments;

/// <summary>Reads rows of units from a CSV file (RFC 4180, with a line of column names; .gz is unpacked, .tsv has tabs), one at a time.</summary>
/// <param name="plan">Which columns are what.</param>
public sealed class UnitFile(AnalysisPlan plan)
{
    private const int LongestField = 10_000, MostColumns = 10_000, BetweenReports = 4096;

    /// <param name="path">The file.</param>
    /// <param name="report">Bytes read, and of how many.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The units, and rows read.</returns>
    /// <exception cref="AnalysisStoppedException">A column or a value isn't what the plan says; with the file's name and line.</exception>
    public (UnitTable Units, long Rows) Read(string path, Action<long, long> report, CancellationToken cancel)
    {
        using var file = File.OpenRead(path);
        var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        using var content = plain.Length < path.Length ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var text = new StreamReader(content);
        using var csv = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture) { MaxFieldSize = LongestField, Delimiter = plain.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? "\t" : ",", BadDataFound = Bad });
        var (name, rows) = (Path.GetFileName(path), 0L);
        try
        {
            if (!csv.Read()) throw new AnalysisStoppedException("the file is empty: its first line must name the columns.");
            var header = csv.Record!;
            if (header.Length > MostColumns) throw new AnalysisStoppedException($"there are more than {MostColumns} columns.");
            var table = new UnitTable(plan);
            var (unit, variant, values) = (Place(header, plan.Unit), Place(header, plan.Variant), table.Kept.Select(value => Place(header, value.Column)).ToArray());
            var row = new double[values.Length];
            while (csv.Read())
            {
                if (csv.Count != header.Length) throw new AnalysisStoppedException($"there are {csv.Count} fields, and {header.Length} columns.");
                for (var n = 0; n < row.Length; n++) row[n] = Number(csv[values[n]], table.Kept[n]);
                if (csv[unit].Length == 0) throw new AnalysisStoppedException($"column {plan.Unit} is empty.");
                if (csv[variant].Length == 0) throw new AnalysisStoppedException($"column {plan.Variant} is empty.");
                table.Add(csv[unit], csv[variant], row);
                if (++rows % BetweenReports != 0) continue;
                cancel.ThrowIfCancellationRequested();
                report(file.Position, file.Length);
            }
            report(file.Length, file.Length);
            return (table, rows);
        }
        catch (AnalysisStoppedException e)
        {
            throw new AnalysisStoppedException($"{name}:{Math.Max(1, csv.RawRow)}: {e.Message}");
        }
        catch (MaxFieldSizeException)
        {
            throw new AnalysisStoppedException($"{name}:{csv.RawRow}: a field is longer than {LongestField} characters; is a quotation mark missing?");
        }
        catch (InvalidDataException)
        {
            throw new AnalysisStoppedException($"{name}: the file isn't whole, or no gzip at all.");
        }
    }

    private static void Bad(BadDataFoundArgs found) => throw new AnalysisStoppedException("a quotation mark is out of place: a field with one is written in quotation marks, each doubled.");

    private static int Place(string[] header, string column)
    {
        var at = Array.IndexOf(header, column);
        if (at < 0) throw new AnalysisStoppedException($"there is no column {column}; there are {string.Join(", ", header.Take(50))}{(header.Length > 50 ? ", ..." : "")}.");
        return Array.IndexOf(header, column, at + 1) < 0 ? at : throw new AnalysisStoppedException($"two columns are called {column}.");
    }

    private static double Number(string text, UnitValue value)
    {
        if (text.Length == 0) return value.Rule == UnitRule.Same ? double.NaN : throw new AnalysisStoppedException($"column {value.Column} is empty: write 0 where there is none.");
        if (value.Rule == UnitRule.Any && bool.TryParse(text, out var isSo)) return isSo ? 1 : 0;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            throw new AnalysisStoppedException($"column {value.Column} has '{Short(text)}', which is no number: write numbers as 1234.5.");
        return value.Rule != UnitRule.Any || number is 0 or 1 ? number
            : throw new AnalysisStoppedException($"column {value.Column} has {Short(text)}: a proportion's values are 0 or 1; say {value.Column}:mean for others.");
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
