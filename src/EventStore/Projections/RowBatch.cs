using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>The rows that a page of events changes; the last word on a row counts. Written set-wise, whatever their number.</summary>
public sealed class RowBatch(ReadTable table)
{
    // By value, not by text: a time's text has no fraction, and a text may hold any separator.
    private static readonly EqualityComparer<object[]> ByValue = EqualityComparer<object[]>.Create(
        (left, right) => left.AsSpan().SequenceEqual(right),
        key => key.Aggregate(0, HashCode.Combine));

    private const long ChunkBytes = 16 << 20;

    private readonly Dictionary<object[], (object?[] Row, bool Deleted)> _rows = new(ByValue);

    /// <param name="tenant">The event's tenant.</param>
    /// <param name="key">Values of the table's key columns.</param>
    /// <param name="values">Values of the other columns, in order.</param>
    public void Upsert(string tenant, object[] key, object?[] values) => _rows[[tenant, .. key]] = ([tenant, .. key, .. values], false);

    public void Delete(string tenant, object[] key) => _rows[[tenant, .. key]] = ([tenant, .. key], true);

    internal IReadOnlyList<NpgsqlBatchCommand> ToCommands(string physicalTable)
    {
        var commands = new List<NpgsqlBatchCommand>(2);
        var upserts = _rows.Values.Where(r => !r.Deleted).Select(r => r.Row).ToArray();
        var deletes = _rows.Values.Where(r => r.Deleted).Select(r => r.Row).ToArray();
        if (deletes.Length > 0)
            commands.Add(Command(table.DeleteSql(physicalTable), [ReadTable.Tenant, .. table.Key], deletes));
        foreach (var chunk in Chunks(upserts))
            commands.Add(Command(table.UpsertSql(physicalTable), table.All, chunk));
        return commands;
    }

    // A parameter holds 1 GiB at most, and both sides keep it in memory whole.
    private static IEnumerable<object?[][]> Chunks(object?[][] rows)
    {
        for (int from = 0, to = 0; from < rows.Length; from = to)
        {
            for (var bytes = 0L; to < rows.Length && (to == from || bytes < ChunkBytes); to++)
                bytes += rows[to].Sum(value => value is byte[] json ? json.Length : 64L);
            yield return rows[from..to];
        }
    }

    private static NpgsqlBatchCommand Command(string sql, IReadOnlyList<ReadColumn> columns, object?[][] rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var c = 0; c < columns.Count; c++)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | columns[c].DbType, Value = Column(columns[c].DbType, rows, c) });
        return command;
    }

    private static Array Column(NpgsqlDbType type, object?[][] rows, int column) => type switch
    {
        NpgsqlDbType.Varchar or NpgsqlDbType.Text => Array.ConvertAll(rows, r => (string?)r[column]),
        NpgsqlDbType.Uuid => Array.ConvertAll(rows, r => (Guid?)r[column]),
        NpgsqlDbType.Bigint => Array.ConvertAll(rows, r => (long?)r[column]),
        NpgsqlDbType.Integer => Array.ConvertAll(rows, r => (int?)r[column]),
        NpgsqlDbType.Boolean => Array.ConvertAll(rows, r => (bool?)r[column]),
        NpgsqlDbType.Double => Array.ConvertAll(rows, r => (double?)r[column]),
        NpgsqlDbType.TimestampTz => Array.ConvertAll(rows, r => ((DateTimeOffset?)r[column])?.UtcDateTime),
        NpgsqlDbType.Jsonb => Array.ConvertAll(rows, r => (byte[]?)r[column]),
        _ => throw new NotSupportedException($"A read model can't have columns of {type} yet."),
    };
}
