using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using CsvHelper.Configuration;
using Platform.Api.Analytics;
using Platform.Domain.Personalization;

namespace Platform.Api.Personalization;

/// <summary>
/// Interactions and items of CSV files (RFC 4180, the first line names the columns; .gz is unpacked), for measuring recommenders. At most
/// 10,000,000 lines a file, fields of 1 MiB.
/// </summary>
public sealed class InteractionFile
{
    public const int MostLines = 10_000_000;

    private const int LongestId = 500, LongestField = 1 << 20;

    private readonly List<(string Visitor, string Item, DateTimeOffset At, double Weight)> _lines = [];
    private readonly Dictionary<string, CatalogueItem> _items = new(StringComparer.Ordinal);

    /// <summary>Of interactions.</summary>
    public static IReadOnlyList<string> Properties { get; } = ["at", "visitor", "item", "weight"];

    /// <summary>Of items.</summary>
    public static IReadOnlyList<string> ItemProperties { get; } = ["item", "title", "body", "topics", "language"];

    /// <param name="path">Of the file.</param>
    /// <param name="columns">at, visitor and item are needed.</param>
    /// <param name="report">Of bytes.</param>
    /// <exception cref="FormatException">File, line and what is wrong there.</exception>
    public void ReadInteractions(string path, ReplayColumns columns, Action<long, long> report) => Read(path, columns, report, (field, line) =>
    {
        if (ReplayedEvent.TimeOf(field("at")) is not { } at)
            throw Wrong(path, line, "The time is neither seconds since 1970 nor RFC 3339.");
        var weight = 1.0;
        if (field("weight") is { Length: > 0 } text && !(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out weight) && weight is > 0 and <= 100))
            throw Wrong(path, line, "The weight isn't a number above 0 and up to 100.");
        _lines.Add((Id(path, line, "visitor", field("visitor")), Id(path, line, "item", field("item")), at, weight));
    });

    /// <param name="path">Of the file.</param>
    /// <param name="columns">item is needed; topics have commas or bars between them.</param>
    /// <param name="report">Of bytes.</param>
    /// <exception cref="FormatException">File, line and what is wrong there.</exception>
    public void ReadItems(string path, ReplayColumns columns, Action<long, long> report) => Read(path, columns, report, (field, line) =>
        _items[Id(path, line, "item", field("item"))] = new CatalogueItem(
            Guid.Empty, default, [field("title"), field("body")], [.. field("topics").Split((char[])[',', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            field("language") is { Length: > 0 } language ? language : "en"));

    /// <summary>What was read, with ids in the order of the texts: as numbers if all are, else by their characters.</summary>
    public (Interaction[] Interactions, Dictionary<Guid, CatalogueItem> Items) Content()
    {
        var (visitors, items) = (Numbers(_lines.Select(line => line.Visitor)), Numbers(_lines.Select(line => line.Item).Concat(_items.Keys)));
        return (
            [.. _lines.Select(line => new Interaction(visitors[line.Visitor], items[line.Item], line.At, line.Weight))],
            _items.ToDictionary(pair => items[pair.Key], pair => pair.Value with { ItemId = items[pair.Key] }));
    }

    private static Dictionary<string, Guid> Numbers(IEnumerable<string> texts)
    {
        var all = texts.Distinct(StringComparer.Ordinal).ToArray();
        var ordered = all.All(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? all.OrderBy(text => long.Parse(text, CultureInfo.InvariantCulture)).ThenBy(text => text, StringComparer.Ordinal) : all.Order(StringComparer.Ordinal);
        return ordered.Select((text, n) => (text, n)).ToDictionary(pair => pair.text, pair => new Guid(pair.n, 0, 0, new byte[8]), StringComparer.Ordinal);
    }

    private static void Read(string path, ReplayColumns columns, Action<long, long> report, Action<Func<string, string>, long> take)
    {
        using var file = File.OpenRead(path);
        using var content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var text = new StreamReader(content);
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture) { MaxFieldSize = LongestField, BadDataFound = null, MissingFieldFound = null });
        try
        {
            if (!csv.Read() || !csv.ReadHeader())
                throw new FormatException($"{path} is empty: its first line has to name the columns.");
            var header = csv.HeaderRecord!;
            if (columns.Of.Keys.FirstOrDefault(column => !header.Contains(column)) is { } missing)
                throw new FormatException($"{path} has no column {missing}; it has {string.Join(", ", header)}. Say with --map what its columns are.");
            var of = columns.Of.ToDictionary(column => column.Value.Property, column => (Index: Array.IndexOf(header, column.Key), column.Value.Form), StringComparer.Ordinal);
            string Field(string property) => of.TryGetValue(property, out var column) && csv.GetField(column.Index) is { Length: > 0 } value ? column.Form?.Replace("{}", value, StringComparison.Ordinal) ?? value : "";
            for (var line = 2L; csv.Read(); line++)
            {
                if (line > MostLines)
                    throw Wrong(path, line, $"There are more than {MostLines} lines; take a part of the file.");
                take(Field, line);
                if (line % 10_000 == 0)
                    report(file.Position, file.Length);
            }
        }
        catch (CsvHelperException e)
        {
            throw Wrong(path, csv.Parser.RawRow, e is MaxFieldSizeException ? $"A field is longer than {LongestField} characters." : "The line isn't CSV.");
        }
    }

    private static string Id(string path, long line, string column, string text) =>
        text.Length is > 0 and <= LongestId ? text : throw Wrong(path, line, text.Length == 0 ? $"There is no {column}." : $"The {column} is longer than {LongestId} characters.");

    private static FormatException Wrong(string path, long line, string reason) => new(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}:{line}: {reason}"));
}
