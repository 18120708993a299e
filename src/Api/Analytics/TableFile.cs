using Platform.Api.Http;
using Platform.EventStore;

namespace Platform.Api.Analytics;

/// <summary>A view of schema <c>analytics</c> as a file of any length, written page by page.</summary>
/// <param name="table">The view.</param>
/// <param name="isCsv">CSV by RFC 4180 with a header; else a JSON object a line.</param>
internal sealed class TableFile(AnalystTable table, bool isCsv)
{
    // Whoever exports leaves connections for those who work.
    private static readonly SemaphoreSlim Readers = new(4);

    public string ContentType => isCsv ? Csv.WithHeader : JsonLines.ContentType;
    public string Name => $"{table.Name}.{(isCsv ? "csv" : "jsonl")}";

    /// <summary>Pages of the file: the first, if it's asked for now, before anything is written.</summary>
    public async IAsyncEnumerable<IReadOnlyList<string?[]>> PagesAsync(AnalystRows rows, DateTimeOffset? since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var pages = (isCsv ? rows.ReadCellsAsync(since, cancel) : rows.ReadObjectsAsync(since, cancel)).GetAsyncEnumerator(cancel);
        while (await NextAsync(pages, cancel))
            yield return pages.Current;
    }

    public byte[] Header => isCsv ? Csv.Encoding.GetBytes(Csv.Of([[.. table.Columns.Select(c => c.Name)]])) : [];

    public byte[] Lines(IReadOnlyList<string?[]> page) => Csv.Encoding.GetBytes(isCsv ? Csv.Of(page) : string.Concat(page.Select(row => $"{row[0]}\n")));

    private static async Task<bool> NextAsync(IAsyncEnumerator<IReadOnlyList<string?[]>> pages, CancellationToken cancel)
    {
        await Readers.WaitAsync(cancel);
        try
        {
            return await pages.MoveNextAsync();
        }
        finally
        {
            Readers.Release();
        }
    }
}
