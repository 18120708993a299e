using Npgsql;

namespace Platform.Tests;

/// <summary>One statement, run from a test.</summary>
public static class SqlExtensions
{
    /// <summary>Runs a statement on an open connection, waiting as long as it takes.</summary>
    public static async Task RunAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of each row.</summary>
    public static async Task<IReadOnlyList<string>> RowsAsync(this string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>The first value of the first row, on a connection of its own; null for no row.</summary>
    public static async Task<object?> QueryAsync(this string connectionString, string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
