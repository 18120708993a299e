using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>What tenants have used of what they may, on one shard.</summary>
public sealed class TenantCounters(Database database)
{
    /// <summary>Takes from a day's allowance.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="quota">Of which quota.</param>
    /// <param name="day">UTC.</param>
    /// <param name="need">At least this much.</param>
    /// <param name="block">At most this much where there is plenty.</param>
    /// <param name="limit">What all nodes may take together.</param>
    /// <param name="floor">What is known to be used.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What was taken, 0: nothing, for the need is too much; and what all have taken.</returns>
    public async Task<(long Granted, long Total)> TakeAsync(string tenantId, string quota, DateOnly day, long need, long block, long limit, long floor, CancellationToken cancel)
    {
        await using var command = database.App.CreateCommand("select granted, total from platform.take_allowance($1, $2, $3, $4, $5, $6, $7)");
        foreach (var parameter in new NpgsqlParameter[] { Text(tenantId), Text(quota), new() { Value = day }, Long(need), Long(block), Long(limit), Long(floor) })
            command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Gives back what was taken and not used.</summary>
    public async Task ReturnAsync(string tenantId, string quota, DateOnly day, long unused, CancellationToken cancel)
    {
        await using var command = database.App.CreateCommand("select platform.return_allowance($1, $2, $3, $4)");
        foreach (var parameter in new NpgsqlParameter[] { Text(tenantId), Text(quota), new() { Value = day }, Long(unused) })
            command.Parameters.Add(parameter);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>How many there are of what is counted; what there never was isn't named.</summary>
    public async Task<IReadOnlyDictionary<string, long>> AmountsAsync(string tenantId, CancellationToken cancel)
    {
        await using var batch = database.App.CreateBatch();
        batch.BatchCommands.Add(new("select set_config('platform.tenant', $1, true)") { Parameters = { Text(tenantId) } });
        batch.BatchCommands.Add(new("select quota, amount from platform.amount where tenant_id = $1") { Parameters = { Text(tenantId) } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        var amounts = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
            amounts.Add(reader.GetString(0), reader.GetInt64(1));
        return amounts;
    }

    /// <summary>Forgets the allowances of days before one.</summary>
    public async Task ForgetAsync(DateOnly before, CancellationToken cancel)
    {
        await using var command = database.App.CreateCommand("select platform.forget_allowances($1)");
        command.Parameters.Add(new() { Value = before });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The statement of an append that changes an amount; it fails where that would be beyond the limit.</summary>
    internal static NpgsqlBatchCommand Change(string tenantId, AmountChange change) => new("select platform.change_amount($1, $2, $3, $4)")
    {
        Parameters = { Text(tenantId), Text(change.Quota), Long(change.Delta), new() { Value = (object?)change.Limit ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint } },
    };

    private static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };
    private static NpgsqlParameter Long(long value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bigint };
}
