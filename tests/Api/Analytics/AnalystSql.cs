using Npgsql;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>An analyst's way into a test's database, and what comes of statements there.</summary>
internal static class AnalystSql
{
    /// <summary>Asks for the tenant's login, and gives a way in by it.</summary>
    public static async Task<string> AnalystAsync(this HttpClient admin, PlatformApp app) =>
        ConnectionString(app, (await admin.PostAsync("/api/analytics/access", """{"purpose":"Test"}""")).ShouldBe(201));

    public static string ConnectionString(PlatformApp app, Answer granted)
    {
        var connection = granted.Json.GetProperty("connection");
        return new NpgsqlConnectionStringBuilder(app.Database.OwnerConnectionString)
        {
            Username = connection.GetProperty("login").GetString(),
            Password = connection.GetProperty("password").GetString(),
            Pooling = false,
        }.ConnectionString;
    }

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Rows of the last statement, as texts.</summary>
    public static async Task<List<string?[]>> RowsAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string?[]>();
        do
        {
            rows.Clear();
            while (await reader.ReadAsync())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(c => reader.IsDBNull(c) ? null : Convert.ToString(reader.GetValue(c), System.Globalization.CultureInfo.InvariantCulture))]);
        }
        while (await reader.NextResultAsync());
        return rows;
    }

    /// <summary>SQLSTATE of what the statement is refused with; null: it isn't.</summary>
    public static async Task<string?> RefusalAsync(this NpgsqlConnection connection, string sql)
    {
        try
        {
            await connection.RunAsync(sql);
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    /// <summary>The role of a connection string as the cluster has it; null: it hasn't.</summary>
    public static Task<object?> QueryRoleAsync(this string owner, string connectionString) =>
        owner.QueryAsync($"select rolname::text from pg_roles where rolname = '{new NpgsqlConnectionStringBuilder(connectionString).Username}'");
}
