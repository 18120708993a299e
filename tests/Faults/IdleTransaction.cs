using Npgsql;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>A session of somebody else's that began a transaction, has a snapshot and a transaction id, perhaps locks, and then does nothing.</summary>
internal sealed class IdleTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private NpgsqlTransaction? _transaction;

    private IdleTransaction(NpgsqlConnection connection) => _connection = connection;

    public static async Task<IdleTransaction> OpenAsync(string connectionString, string? lockSql = null)
    {
        var idle = new IdleTransaction(new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString));
        await idle._connection.OpenAsync();
        idle._transaction = await idle._connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await idle._connection.RunAsync($"select pg_current_xact_id(), count(*) from public.mt_events; {lockSql}");
        return idle;
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
            await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}

/// <summary>Connections until the server takes no more from anybody but its superusers.</summary>
internal sealed class ConnectionStorm : IAsyncDisposable
{
    private readonly List<NpgsqlConnection> _connections = [];
    private readonly string _login;

    private ConnectionStorm(string login) => _login = login;

    public static async Task<ConnectionStorm> RaiseAsync(string connectionString)
    {
        var storm = new ConnectionStorm(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 3 }.ConnectionString);
        await storm.RaiseAsync();
        return storm;
    }

    /// <summary>Takes what has become free.</summary>
    public async Task RaiseAsync()
    {
        try
        {
            while (true)
            {
                var connection = new NpgsqlConnection(_login);
                await connection.OpenAsync();
                _connections.Add(connection);
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
        {
        }
    }

    /// <summary>Runs a statement on one of them: there is no other.</summary>
    public Task RunAsync(string sql) => _connections[0].RunAsync(sql);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
            await connection.DisposeAsync();
    }
}
