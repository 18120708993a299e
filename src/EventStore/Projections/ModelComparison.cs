using Npgsql;

namespace Platform.EventStore;

/// <summary>Holds a rebuilt generation against the live one, both standing still: by checksum over all rows, and row by row only where those differ.</summary>
internal sealed class ModelComparison(NpgsqlConnection connection, Projection projection, Generation rebuilt)
{
    // A generation that was built for one tenant is compared with that tenant's rows.
    private readonly string _where = rebuilt.TenantId is null ? "" : "where t.tenant_id = $1";

    /// <summary>Only how many rows there are: nothing is comparable.</summary>
    public async Task<RebuildReport> CountAsync(CancellationToken cancel)
    {
        var (rows, _) = await SumAsync($"read.{Generation.TableOf(projection, rebuilt.Number)}", cancel);
        return new RebuildReport(projection.Name, 0, TimeSpan.Zero, rows, null, null, Parked: (await ParkedAsync(rebuilt, cancel)).Count);
    }

    public async Task<RebuildReport> RunAsync(Generation live, CancellationToken cancel)
    {
        var parked = await ParkedAsync(rebuilt, cancel);
        // What one of them lacks it rightly lacks.
        if (!parked.SequenceEqual(await ParkedAsync(live, cancel)))
            return await CountAsync(cancel);
        var report = new RebuildReport(projection.Name, 0, TimeSpan.Zero, 0, 0, 0, Parked: parked.Count);
        foreach (var (own, other) in Generation.TablesOf(projection, live.Number).Zip(Generation.TablesOf(projection, rebuilt.Number)))
        {
            var (before, after) = ($"read.{own.Table}", $"read.{other.Table}");
            var (rows, sum) = await SumAsync(after, cancel);
            // What is added up of them are no rows of the model's own.
            if (own.Name == projection.Name)
                report = report with { Rows = rows };
            if ((rows, sum) != await SumAsync(before, cancel))
                report = report with { OnlyInOld = report.OnlyInOld + await ExceptAsync(before, after, cancel), OnlyInNew = report.OnlyInNew + await ExceptAsync(after, before, cancel) };
        }
        return report;
    }

    // 128 bits a row, added up: the order of the rows doesn't matter, and no row need be kept.
    private async Task<(long Rows, string Sum)> SumAsync(string table, CancellationToken cancel)
    {
        // Followers' connections avoid reading tables whole; here that's what is wanted, for the rest of the transaction.
        await ProjectionGenerations.ExecuteAsync(connection, "set local enable_seqscan = on", cancel);
        await using var command = Command($"""
            select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) || '/' || coalesce(sum(hashtextextended(t::text, 1)::numeric), 0) from {table} t {_where}
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetString(1));
    }

    private async Task<long> ExceptAsync(string table, string other, CancellationToken cancel)
    {
        await using var command = Command($"select count(*) from (select * from {table} t {_where} except all select * from {other} t {_where}) d");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private async Task<IReadOnlyList<long>> ParkedAsync(Generation generation, CancellationToken cancel)
    {
        await using var command = Command($"""
            select coalesce(array_agg(t.log_index order by t.log_index), array[]::bigint[]) from platform.parked_event t
            where t.projection = '{projection.Name}' and t.generation = {generation.Number} {_where.Replace("where", "and", StringComparison.Ordinal)}
            """);
        return (long[])(await command.ExecuteScalarAsync(cancel))!;
    }

    private NpgsqlCommand Command(string sql)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (rebuilt.TenantId is { } tenant)
            command.Parameters.Add(new() { Value = tenant });
        return command;
    }
}
