using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>
/// The rows of a view of schema <c>analytics</c> as texts, page by page in the order of its key: each page is a short query of its own, so that neither memory
/// nor a transaction grows with the view. What changes meanwhile is in the pages that come after the change.
/// </summary>
/// <param name="pool">The application's role for one tenant, the tables' owner for all.</param>
/// <param name="tenant">The tenant; null: all.</param>
/// <param name="table">The view.</param>
public sealed class AnalystRows(NpgsqlDataSource pool, string? tenant, AnalystTable table)
{
    private const int MostRows = 1_000;
    private const long MostBytes = 8 << 20;

    private string Name => $"analytics.{table.Name}";

    /// <summary>How many there are now.</summary>
    /// <param name="since">Only rows changed since; null: all.</param>
    /// <param name="cancel">Cancels the query.</param>
    public async Task<long> CountAsync(DateTimeOffset? since, CancellationToken cancel)
    {
        await using var batch = pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        var command = new NpgsqlBatchCommand($"select count(*) from {Name} where {Since(since, 1)}");
        Add(command, since);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetInt64(0);
    }

    /// <summary>Pages of rows, a text a column: times as RFC 3339 in UTC, lists with commas, JSON as JSON.</summary>
    public IAsyncEnumerable<IReadOnlyList<string?[]>> ReadCellsAsync(DateTimeOffset? since, CancellationToken cancel) =>
        ReadAsync(string.Join(", ", table.Columns.Select(Text)), since, cancel);

    /// <summary>Pages of rows, each the text of a JSON object.</summary>
    public IAsyncEnumerable<IReadOnlyList<string?[]>> ReadObjectsAsync(DateTimeOffset? since, CancellationToken cancel) =>
        ReadAsync($"row_to_json((select o from (select {string.Join(", ", table.Columns.Select(c => $"{(c.Type == "timestamptz" ? Text(c) : $"v.{c.Name}")} as {c.Name}"))}) o))::text", since, cancel);

    private async IAsyncEnumerable<IReadOnlyList<string?[]>> ReadAsync(string cells, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancel)
    {
        object[]? after = null;
        for (var limit = MostRows; ;)
        {
            var (page, last, isCut) = await PageAsync(cells, since, after, limit, cancel);
            yield return page;
            if (last is null || !isCut && page.Count < limit)
                yield break;
            // Rows that were too large for a page of this many aren't asked for in vain again.
            limit = isCut ? Math.Max(1, page.Count) : Math.Min(MostRows, limit * 2);
            after = last;
        }
    }

    private async Task<(IReadOnlyList<string?[]> Page, object[]? Last, bool IsCut)> PageAsync(string cells, DateTimeOffset? since, object[]? after, int limit, CancellationToken cancel)
    {
        await using var batch = pool.CreateBatch();
        batch.BatchCommands.Add(SetTenant());
        var key = string.Join(", ", table.Key.Select(k => $"v.{k}"));
        var beyond = after is null ? "true" : $"({key}) > ({string.Join(", ", after.Select((_, i) => $"${i + 1}"))})";
        var command = new NpgsqlBatchCommand($"select {key}, {cells} from {Name} v where {beyond} and {Since(since, (after?.Length ?? 0) + 1)} order by {key} limit {limit}");
        foreach (var value in after ?? [])
            command.Parameters.Add(new() { Value = value });
        Add(command, since);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        var (page, last, bytes) = (new List<string?[]>(), (object[]?)null, 0L);
        while (await reader.ReadAsync(cancel))
        {
            var row = new string?[reader.FieldCount - table.Key.Count];
            for (var c = 0; c < row.Length; c++)
                bytes += (row[c] = reader.IsDBNull(table.Key.Count + c) ? null : reader.GetString(table.Key.Count + c))?.Length ?? 0;
            page.Add(row);
            last = [.. Enumerable.Range(0, table.Key.Count).Select(reader.GetValue)];
            if (bytes > MostBytes)
                return (page, last, true);
        }
        return (page, last, false);
    }

    private static string Text(TypedColumn column) => column.Type switch
    {
        "timestamptz" => $"""to_char(v.{column.Name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
        "text[]" => $"array_to_string(v.{column.Name}, ',')",
        _ => $"v.{column.Name}::text",
    };

    private string Since(DateTimeOffset? since, int parameter) => since is null ? "true" : $"{table.Changed} >= ${parameter}";

    private static void Add(NpgsqlBatchCommand command, DateTimeOffset? since)
    {
        if (since is { } at)
            command.Parameters.Add(new() { Value = at.UtcDateTime });
    }

    private NpgsqlBatchCommand SetTenant() =>
        new("select set_config('platform.tenant', $1, true)") { Parameters = { new() { Value = tenant ?? "", NpgsqlDbType = NpgsqlDbType.Text } } };
}
