using Npgsql;

namespace Platform.Api.Hosting;

/// <summary>Connections to the embedded server as its superuser.</summary>
internal static class ServerConnection
{
    /// <summary>The database that the platform keeps everything in.</summary>
    public const string Database = "platform";

    /// <summary>The database that every cluster has.</summary>
    public const string Maintenance = "postgres";

    public static string StringFor(int port, string password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "postgres",
        Password = password,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>Whether a server answers there and lets us in.</summary>
    public static async Task<bool> AnswersAsync(string connectionString, CancellationToken cancellation)
    {
        try
        {
            await ExecuteAsync(connectionString, "select 1", cancellation);
            return true;
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Creates the platform's database when the cluster hasn't got it yet, and closes those that every cluster has to all but the superuser.</summary>
    public static async Task EnsureDatabaseAsync(string maintenance, CancellationToken cancellation)
    {
        if (await ExecuteAsync(maintenance, $"select 1 from pg_database where datname = '{Database}'", cancellation) is null)
            await ExecuteAsync(
                maintenance, $"create database {Database} template template0 encoding 'UTF8' locale 'C.UTF-8'", cancellation);
        // An analyst's login is one of the cluster: it has no business there, where anybody may make temporary tables.
        if (await ExecuteAsync(maintenance, $"select 1 where has_database_privilege('public', '{Maintenance}', 'connect')", cancellation) is not null)
            await ExecuteAsync(maintenance, $"revoke all on database {Maintenance}, template1 from public", cancellation);
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql, CancellationToken cancellation)
    {
        var once = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 };
        await using var connection = new NpgsqlConnection(once.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellation);
    }
}
