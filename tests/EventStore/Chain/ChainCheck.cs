using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Chain;

/// <summary>Recomputes every stored event's hash with the C# suite and holds it against what the trigger wrote.</summary>
internal static class ChainCheck
{
    /// <returns>Events checked.</returns>
    public static async Task<long> AllAsync(NpgsqlDataSource owner)
    {
        var suite = new L1();
        var origins = (await owner.ListAsync("select epoch, origin from ledger.epoch", row => (row.GetInt32(0), row.GetString(1)))).ToDictionary();
        var (place, prev, count) = (("", Guid.Empty), default(Hash), 0L);
        await using var command = owner.CreateCommand("""
            select e.tenant_id, e.stream_id, e.version, e.id, e.type, e.timestamp, e.data::text, e.bdata, e.correlation_id, e.causation_id, e.headers::text,
                   l.epoch, l.payload_check, l.metadata_check, l.hash
            from public.mt_events e left join ledger.event l on l.seq_id = e.seq_id order by 1, 2, 3
            """);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var (tenant, stream, version) = (row.GetString(0), row.GetGuid(1), row.GetInt64(2));
            row.IsDBNull(14).ShouldBeFalse($"event {version} of {stream} is unchained");
            if ((tenant, stream) != place)
                (place, prev) = ((tenant, stream), suite.Genesis(tenant, stream));
            var payload = suite.Payload(row.GetString(6), row.IsDBNull(7) ? null : row.GetFieldValue<byte[]>(7));
            var metadata = suite.Metadata(Text(row, 8), Text(row, 9), Text(row, 10));
            var fields = new EventFields(row.GetGuid(3), version, row.GetString(4), row.GetFieldValue<DateTimeOffset>(5), payload, metadata);
            prev = suite.Event(origins[row.GetInt32(11)], tenant, stream, fields, prev);
            new ChainEntry(row.GetInt32(11), new Hash(row.GetFieldValue<byte[]>(14)), row.GetInt32(12), row.GetInt32(13))
                .ShouldBe(new ChainEntry(row.GetInt32(11), prev, ChainEntry.Check(payload), ChainEntry.Check(metadata)), $"event {version} of {stream}");
            count++;
        }
        return count;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
