using Npgsql;

namespace Platform.EventStore.Tests;

/// <summary>Statements of a test on a pool.</summary>
internal static class Sql
{
    public static async Task RunAsync(this NpgsqlDataSource pool, string sql, params object?[] values)
    {
        await using var command = pool.Command(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ScalarAsync<T>(this NpgsqlDataSource pool, string sql, params object?[] values)
    {
        await using var command = pool.Command(sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task<List<T>> ListAsync<T>(this NpgsqlDataSource pool, string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var command = pool.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Runs statements in one transaction in which the tenant is set.</summary>
    public static Task RunInTenantAsync(this NpgsqlDataSource pool, string tenant, string sql) =>
        pool.RunAsync($"select set_config('platform.tenant', '{tenant}', true); {sql}");

    /// <summary>The error's SQL state, or null when the statement is accepted.</summary>
    public static async Task<string?> RefusalAsync(this NpgsqlDataSource pool, string sql, string? tenant = null)
    {
        try
        {
            await (tenant is null ? pool.RunAsync(sql) : pool.RunInTenantAsync(tenant, sql));
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    private static NpgsqlCommand Command(this NpgsqlDataSource pool, string sql, object?[] values)
    {
        var command = pool.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }
}
