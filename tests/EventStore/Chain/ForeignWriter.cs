using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore.Tests.Chain;

/// <summary>Appends as a Marten application does that knows nothing of the ledger: plain statements on Marten's tables, by its own role.</summary>
internal sealed class ForeignWriter(NpgsqlDataSource pool)
{
    /// <param name="Version">In the stream.</param>
    public sealed record Row(string Tenant, Guid Stream, long Version, string Type, string Data, byte[]? Binary = null, string? Correlation = null,
        string? Causation = null, string? Headers = null, DateTimeOffset? At = null, Guid? Id = null, long? Sequence = null);

    private const string Columns = "seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, is_archived";

    /// <summary>Quick mode: the sequence is drawn by the insert; a statement an event, all in one transaction with the stream's row.</summary>
    public Task EachAsync(params IReadOnlyList<Row> rows) => WriteAsync(rows, many: false);

    /// <summary>Rich mode: sequences known beforehand, one statement of many rows.</summary>
    public Task ManyAsync(params IReadOnlyList<Row> rows) => WriteAsync(rows, many: true);

    private async Task WriteAsync(IReadOnlyList<Row> rows, bool many)
    {
        await using var connection = await pool.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var stream in rows.GroupBy(r => (r.Tenant, r.Stream)))
            await MoveAsync(connection, stream.Key.Tenant, stream.Key.Stream, stream.Max(r => r.Version));
        foreach (var statement in many ? [rows] : rows.Select(r => (IReadOnlyList<Row>)[r]))
            await InsertAsync(connection, statement);
        await transaction.CommitAsync();
    }

    private static async Task MoveAsync(NpgsqlConnection connection, string tenant, Guid stream, long version)
    {
        await using var command = new NpgsqlCommand("""
            insert into public.mt_streams (tenant_id, id, version) values ($1, $2, $3) on conflict (tenant_id, id) do update set version = excluded.version
            """, connection)
        { Parameters = { new() { Value = tenant }, new() { Value = stream }, new() { Value = version } } };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task InsertAsync(NpgsqlConnection connection, IReadOnlyList<Row> rows)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        var values = rows.Select(row => $"""
            (coalesce({Add(command, row.Sequence, NpgsqlDbType.Bigint)}, nextval('public.mt_events_sequence')), {Add(command, row.Id ?? Guid.NewGuid(), NpgsqlDbType.Uuid)},
             {Add(command, row.Stream, NpgsqlDbType.Uuid)}, {Add(command, row.Version, NpgsqlDbType.Bigint)}, {Add(command, row.Data, NpgsqlDbType.Jsonb)},
             {Add(command, row.Binary, NpgsqlDbType.Bytea)}, {Add(command, row.Type, NpgsqlDbType.Varchar)},
             {Add(command, (row.At ?? DateTimeOffset.UtcNow).UtcDateTime, NpgsqlDbType.TimestampTz)}, {Add(command, row.Tenant, NpgsqlDbType.Varchar)}, null,
             {Add(command, row.Correlation, NpgsqlDbType.Varchar)}, {Add(command, row.Causation, NpgsqlDbType.Varchar)}, {Add(command, row.Headers, NpgsqlDbType.Jsonb)}, false)
            """).ToList();
        command.CommandText = $"insert into public.mt_events ({Columns}) values {string.Join(", ", values)}";
        await command.ExecuteNonQueryAsync();
    }

    private static string Add(NpgsqlCommand command, object? value, NpgsqlDbType type)
    {
        command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return $"${command.Parameters.Count}";
    }
}
