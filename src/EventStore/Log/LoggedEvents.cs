using System.Runtime.CompilerServices;
using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>
/// Reads events in log order with all that their hashes are made of: for the sequencer's second look, for export and for verification since a checkpoint. An event that is gone
/// leaves out its index.
/// </summary>
internal sealed class LoggedEvents(NpgsqlConnection connection)
{
    private readonly L1 _suite = new();

    /// <summary>The end of the last append that begins within <paramref name="most"/> indices from <paramref name="from"/>; <paramref name="from"/> where nothing is.</summary>
    public Task<long> PageEndAsync(long from, int most, CancellationToken cancel) => LogReader.PageEndAsync(connection, from, most, cancel);

    /// <summary>The events with indices in <c>[from, to)</c>; both must be boundaries of appends.</summary>
    /// <param name="from">First index.</param>
    /// <param name="to">After the last.</param>
    /// <param name="tenant">Only this tenant's, and the announcements of keys; null: all.</param>
    /// <param name="cancel">Cancels the reading.</param>
    public async IAsyncEnumerable<LoggedEvent> ReadAsync(long from, long to, string? tenant, [EnumeratorCancellation] CancellationToken cancel)
    {
        var before = await PredecessorsAsync(from, to, tenant, cancel);
        await using var command = new NpgsqlCommand($"""
            select {StoredEventRow.Columns}, l.first_index, {LogReader.Index}, e.tenant_id, e.stream_id, w.signature
            from {LogReader.Events}
            left join ledger.event h on h.seq_id = e.seq_id
            left join ledger.writer_signature w on w.seq_id = e.seq_id
            where l.first_index >= $1 and l.first_index < $2 {OfTenant}
            order by l.first_index, e.version
            """, connection)
        { Parameters = { new() { Value = from }, new() { Value = to }, Tenant(tenant) }, CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var (append, prev) = (-1L, (Hash?)null);
        while (await reader.ReadAsync(cancel))
        {
            var stored = StoredEventRow.Read(reader, 0);
            var (first, tenantId, stream) = (reader.GetInt64(StoredEventRow.Count), reader.GetString(StoredEventRow.Count + 2), reader.GetGuid(StoredEventRow.Count + 3));
            if (first != append)
                (append, prev) = (first, before.TryGetValue(first, out var known) ? known : _suite.Genesis(tenantId, stream));
            var writer = reader.IsDBNull(StoredEventRow.Count + 4) ? null : reader.GetFieldValue<byte[]>(StoredEventRow.Count + 4);
            yield return new LoggedEvent(reader.GetInt64(StoredEventRow.Count + 1), tenantId, stream, stored, prev, writer);
            prev = stored.Chain?.Hash;
        }
    }

    private const string OfTenant = $"""
        and ($3::varchar is null or l.tenant_id = $3 or l.tenant_id = '{KeyRotation.Tenant}' and exists (
            select from public.mt_events k where k.seq_id between l.seq_from and l.seq_to and k.type in ('{KeyRotation.RegisteredType}', '{KeyRotation.RotatedType}')))
        """;

    private async Task<Dictionary<long, Hash?>> PredecessorsAsync(long from, long to, string? tenant, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"""
            select l.first_index, b.hash
            from ledger.log l
            join lateral (select h.hash from public.mt_events p left join ledger.event h on h.seq_id = p.seq_id
                          where p.tenant_id = l.tenant_id and p.stream_id = l.stream_id and p.version < l.version_from
                          order by p.version desc limit 1) b on true
            where l.first_index >= $1 and l.first_index < $2 and l.version_from > 1 {OfTenant}
            """, connection)
        { Parameters = { new() { Value = from }, new() { Value = to }, Tenant(tenant) }, CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var before = new Dictionary<long, Hash?>();
        while (await reader.ReadAsync(cancel))
            before[reader.GetInt64(0)] = reader.IsDBNull(1) ? null : StoredEventRow.HashOf(reader.GetFieldValue<byte[]>(1));
        return before;
    }

    private static NpgsqlParameter Tenant(string? tenant) => new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Varchar };
}
