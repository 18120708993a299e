using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>Rows to write, set-wise, whatever their number: what is deleted goes first. No key stands twice, except that a deleted one may be inserted again.</summary>
internal sealed class RowChanges(ReadTable table)
{
    private const long ChunkBytes = 16 << 20;

    /// <summary>From this many new rows on COPY is faster than a statement with arrays, its further round trips included.</summary>
    public const int RowsToCopy = 500;

    public List<(string Tenant, RowRange Range)> Ranges { get; } = [];

    public List<object?[]> Deleted { get; } = [];

    /// <summary>Rows whose keys the table surely doesn't have.</summary>
    public List<object?[]> Inserted { get; } = [];

    /// <summary>Rows whose keys it has, or may have.</summary>
    public List<object?[]> Upserted { get; } = [];

    /// <summary>Differences to add to the sums of the rows; null: there are none.</summary>
    public (Projection Projection, SumTable Table, List<object?[]> Rows)? Sums { get; init; }

    private bool Copies => Inserted.Count >= RowsToCopy && !table.IsComputed;

    /// <summary>Writes all after <paramref name="first"/>, in one transaction: one round trip where there is nothing to copy.</summary>
    public async Task WriteAsync(string physicalTable, IEnumerable<NpgsqlBatchCommand> first, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (!Copies)
        {
            await ExecuteAsync(first.Concat(Statements(physicalTable)), connection, cancel);
            return;
        }
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(first, connection, cancel);
        await WriteWithinAsync(physicalTable, connection, cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Writes all within the caller's transaction.</summary>
    public async Task WriteWithinAsync(string physicalTable, NpgsqlConnection connection, CancellationToken cancel)
    {
        await ExecuteAsync(Statements(physicalTable), connection, cancel);
        if (Copies)
            await CopyAsync(physicalTable, connection, cancel);
    }

    /// <summary>The statements that write all of it.</summary>
    public IEnumerable<NpgsqlBatchCommand> Statements(string physicalTable, bool copies = true)
    {
        foreach (var ranges in Ranges.GroupBy(r => r.Range.Shape))
        {
            var (time, equal) = (table.All[table.IndexOf(ranges.First().Range.Time)], ranges.First().Range.Equal.Select(e => table.All[table.IndexOf(e.Column)]).ToList());
            yield return Command(ReadTable.DeleteRangesSql(physicalTable, time, equal), [ReadTable.Tenant, time, time, .. equal],
                [.. ranges.Select(r => (object?[])[r.Tenant, r.Range.From ?? DateTimeOffset.MinValue, r.Range.Before, .. r.Range.Equal.Select(e => e.Value)])]);
        }
        if (Deleted.Count > 0)
            yield return Command(table.DeleteSql(physicalTable), [ReadTable.Tenant, .. table.Key], Deleted);
        if (!(copies && Copies))
            foreach (var chunk in Chunks(Inserted))
                yield return Command(table.InsertSql(physicalTable), table.All, chunk);
        foreach (var chunk in Chunks(Upserted))
            yield return Command(table.UpsertSql(physicalTable), table.All, chunk);
        if (Sums is { Rows.Count: > 0 } sums)
        {
            var added = sums.Table.Beside(sums.Projection, physicalTable);
            foreach (var chunk in Chunks(sums.Rows))
            {
                yield return Command(sums.Table.AddSql(added), sums.Table.Table.All, chunk);
                yield return Command(sums.Table.DeleteZerosSql(added), [ReadTable.Tenant, .. sums.Table.Key], chunk);
            }
        }
    }

    /// <summary>Runs statements in one round trip; none: nothing.</summary>
    public static async Task ExecuteAsync(IEnumerable<NpgsqlBatchCommand> commands, NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancel);
    }

    private async Task CopyAsync(string physicalTable, NpgsqlConnection connection, CancellationToken cancel)
    {
        var columns = table.All;
        await using var copy = await connection.BeginBinaryImportAsync($"copy {physicalTable} ({string.Join(", ", columns.Select(c => c.Name))}) from stdin (format binary)", cancel);
        foreach (var row in Inserted)
        {
            await copy.StartRowAsync(cancel);
            for (var c = 0; c < columns.Count; c++)
                await WriteAsync(copy, row[c], columns[c].DbType, cancel);
        }
        await copy.CompleteAsync(cancel);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, object? value, NpgsqlDbType type, CancellationToken cancel) => value switch
    {
        null => copy.WriteNullAsync(cancel),
        string text => copy.WriteAsync(text, type, cancel),
        Guid id => copy.WriteAsync(id, type, cancel),
        long number => copy.WriteAsync(number, type, cancel),
        int number => copy.WriteAsync(number, type, cancel),
        bool yes => copy.WriteAsync(yes, type, cancel),
        double number => copy.WriteAsync(number, type, cancel),
        byte[] bytes => copy.WriteAsync(bytes, type, cancel),
        DateTimeOffset at => copy.WriteAsync(at.UtcDateTime, type, cancel),
        DateOnly day => copy.WriteAsync(day, type, cancel),
        _ => throw new NotSupportedException($"A read model can't have values of {value.GetType()} yet."),
    };

    // A parameter holds 1 GiB at most, and both sides keep it in memory whole.
    private static IEnumerable<List<object?[]>> Chunks(List<object?[]> rows)
    {
        for (int from = 0, to = 0; from < rows.Count; from = to)
        {
            for (var bytes = 0L; to < rows.Count && (to == from || bytes < ChunkBytes); to++)
                bytes += BytesOf(rows[to]);
            yield return from == 0 && to == rows.Count ? rows : rows.GetRange(from, to - from);
        }
    }

    /// <summary>About what a row weighs.</summary>
    public static long BytesOf(object?[] row)
    {
        var bytes = 0L;
        foreach (var value in row)
            bytes += value is byte[] own ? own.Length : value is string text ? 32 + 2 * text.Length : 32;
        return bytes;
    }

    private static NpgsqlBatchCommand Command(string sql, IReadOnlyList<ReadColumn> columns, List<object?[]> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var c = 0; c < columns.Count; c++)
            command.Parameters.Add(Parameter(columns[c], rows, c));
        return command;
    }

    /// <summary>A column's values as one parameter.</summary>
    /// <param name="column">The column.</param>
    /// <param name="rows">Rows, not empty.</param>
    /// <param name="ordinal">Where the column stands in them.</param>
    public static NpgsqlParameter Parameter(ReadColumn column, List<object?[]> rows, int ordinal) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | column.DbType, Value = Column(column.DbType, rows, ordinal) };

    private static Array Column(NpgsqlDbType type, List<object?[]> rows, int column) => type switch
    {
        NpgsqlDbType.Varchar or NpgsqlDbType.Text => rows.Select(r => (string?)r[column]).ToArray(),
        NpgsqlDbType.Uuid => rows.Select(r => (Guid?)r[column]).ToArray(),
        NpgsqlDbType.Bigint => rows.Select(r => (long?)r[column]).ToArray(),
        NpgsqlDbType.Integer => rows.Select(r => (int?)r[column]).ToArray(),
        NpgsqlDbType.Boolean => rows.Select(r => (bool?)r[column]).ToArray(),
        NpgsqlDbType.Double => rows.Select(r => (double?)r[column]).ToArray(),
        NpgsqlDbType.TimestampTz => rows.Select(r => ((DateTimeOffset?)r[column])?.UtcDateTime).ToArray(),
        NpgsqlDbType.Date => rows.Select(r => (DateOnly?)r[column]).ToArray(),
        NpgsqlDbType.Jsonb or NpgsqlDbType.Bytea => rows.Select(r => (byte[]?)r[column]).ToArray(),
        _ => throw new NotSupportedException($"A read model can't have columns of {type} yet."),
    };
}
