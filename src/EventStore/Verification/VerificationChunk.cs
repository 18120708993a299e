using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>A stream to verify.</summary>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Stream">Its id.</param>
/// <param name="Version">What its row says; null: it has no row.</param>
internal sealed record StreamRow(string Tenant, Guid Stream, long? Version)
{
    public static async Task<IReadOnlyList<StreamRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<StreamRow>();
        while (await reader.ReadAsync(cancel))
            rows.Add(new StreamRow(reader.GetString(0), reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetInt64(2)));
        return rows;
    }
}

/// <summary>Feeds a chunk of streams to the verifier: their places in the log, then their events in order of version.</summary>
internal sealed class VerificationChunk(NpgsqlConnection connection, SubjectKeyVerification? keys)
{
    private const string Named = "join unnest($1, $2) with ordinality k (tenant_id, stream_id, n) on ";
    private IReadOnlyDictionary<(string, Guid), List<LoggedAppend>> _log = new Dictionary<(string, Guid), List<LoggedAppend>>();
    private readonly Dictionary<long, Hash> _hashes = [];

    public async Task VerifyAsync(IReadOnlyList<StreamRow> streams, StreamVerifier verifier, CancellationToken cancel)
    {
        if (streams.Count == 0)
            return;
        _log = await LogAsync(streams, cancel);
        await LoadGapsAsync(streams, cancel);
        await using var command = Command($"""
            select k.n, {StoredEventRow.Columns}
            from public.mt_events e {Named} e.tenant_id = k.tenant_id and e.stream_id = k.stream_id left join ledger.event h on h.seq_id = e.seq_id
            order by k.n, e.version, e.seq_id
            """, streams);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var hasEvent = await reader.ReadAsync(cancel);
        for (var n = 0; n < streams.Count; n++)
        {
            var stream = streams[n];
            verifier.Begin(stream.Tenant, stream.Stream, stream.Version, _log.TryGetValue((stream.Tenant, stream.Stream), out var places) ? places : []);
            for (; hasEvent && reader.GetInt64(0) == n + 1; hasEvent = await reader.ReadAsync(cancel))
            {
                var stored = StoredEventRow.Read(reader, 1);
                verifier.Next(stored);
                if (keys?.Look(stream.Tenant, stream.Stream, stored) is true)
                    await keys.CheckAsync(cancel);
            }
            verifier.End();
        }
    }

    /// <summary>What <c>ledger.event</c> still holds for an event that is gone.</summary>
    public Hash? RecordedHash(string tenant, Guid stream, long version) =>
        _log.TryGetValue((tenant, stream), out var places)
        && places.Find(p => p.Tenant == tenant && p.VersionFrom <= version && p.VersionTo >= version) is { } place
        && _hashes.TryGetValue(SequenceOf(place, version), out var hash) ? hash : null;

    private static long SequenceOf(LoggedAppend place, long version) => place.SequenceFrom + (version - place.VersionFrom);

    private async Task<Dictionary<(string, Guid), List<LoggedAppend>>> LogAsync(IReadOnlyList<StreamRow> streams, CancellationToken cancel)
    {
        // By stream id alone: a stream that was moved to another tenant still has its place under the first.
        await using var command = Command($"""
            select k.n, l.first_index, l.tenant_id, l.stream_id, l.version_from, l.version_to, l.events, l.seq_from, l.seq_to
            from ledger.log l {Named} l.stream_id = k.stream_id order by k.n, l.version_from
            """, streams);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var log = new Dictionary<(string, Guid), List<LoggedAppend>>();
        while (await reader.ReadAsync(cancel))
        {
            var stream = streams[(int)reader.GetInt64(0) - 1];
            if (!log.TryGetValue((stream.Tenant, stream.Stream), out var places))
                log.Add((stream.Tenant, stream.Stream), places = []);
            places.Add(new LoggedAppend(reader.GetInt64(1), reader.GetString(2), reader.GetGuid(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt32(6), reader.GetInt64(7), reader.GetInt64(8)));
        }
        return log;
    }

    // Hashes that outlived their events. Where an append's sequences have gaps (a foreign writer's), no one can say which was whose.
    private async Task LoadGapsAsync(IReadOnlyList<StreamRow> streams, CancellationToken cancel)
    {
        _hashes.Clear();
        await using var command = Command($"""
            select h.seq_id, h.hash
            from ledger.log l {Named} l.stream_id = k.stream_id and l.tenant_id = k.tenant_id
            join ledger.event h on h.seq_id between l.seq_from and l.seq_to
            where l.seq_to - l.seq_from = l.version_to - l.version_from and not exists (select from public.mt_events e where e.seq_id = h.seq_id)
            """, streams);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            _hashes[reader.GetInt64(0)] = StoredEventRow.HashOf(reader.GetFieldValue<byte[]>(1));
    }

    private NpgsqlCommand Command(string sql, IReadOnlyList<StreamRow> streams) => new(sql, connection)
    {
        CommandTimeout = 0,
        Parameters =
        {
            new() { Value = streams.Select(s => s.Tenant).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar },
            new() { Value = streams.Select(s => s.Stream).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
        },
    };
}
