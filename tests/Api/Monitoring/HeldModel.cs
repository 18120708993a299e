using Npgsql;
using Platform.Tests;

namespace Platform.Api.Tests.Monitoring;

/// <summary>A read model that is held: whoever makes or swaps its generations waits until this is disposed.</summary>
internal sealed class HeldModel : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldModel(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static async Task<HeldModel> HoldAsync(PlatformApp app, string model)
    {
        var connection = new NpgsqlConnection(app.Database.OwnerConnectionString);
        await connection.OpenAsync();
        var held = new HeldModel(connection, await connection.BeginTransactionAsync());
        await using var hold = new NpgsqlCommand($"select pg_advisory_xact_lock(hashtextextended('projection/{model}', 0))", connection);
        await hold.ExecuteNonQueryAsync();
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
