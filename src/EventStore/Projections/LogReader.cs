using Npgsql;

namespace Platform.EventStore;

/// <summary>Reads events in log order: dense indices, no gaps to wait for, nothing that may still appear behind.</summary>
internal static class LogReader
{
    /// <summary>Each append of the log (<c>l</c>) with its events (<c>e</c>).</summary>
    // A foreign writer's sequences need not follow its versions, so two appends' ranges of a stream may overlap.
    public const string Events = """
        ledger.log l join public.mt_events e on e.seq_id between l.seq_from and l.seq_to and e.stream_id = l.stream_id and e.tenant_id = l.tenant_id
                                            and e.version between l.version_from and l.version_to
        """;

    /// <summary>The index of such an event.</summary>
    // Within an append that has gaps in its versions (Marten's tombstones) the position is counted, else it is the version's distance.
    public const string Index = """
        l.first_index + case when l.version_to - l.version_from + 1 = l.events then e.version - l.version_from
                             else (select count(*) from public.mt_events b where b.tenant_id = l.tenant_id and b.stream_id = l.stream_id
                                                                             and b.version >= l.version_from and b.version < e.version) end
        """;

    /// <summary>Index after the last append that starts within <paramref name="limit"/> indices from <paramref name="from"/>; <paramref name="from"/> itself when nothing is there.</summary>
    public static async Task<long> PageEndAsync(NpgsqlConnection connection, long from, int limit, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            select first_index + events from ledger.log where first_index >= $1 and first_index < $1 + $2 order by first_index desc limit 1
            """, connection);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = (long)limit });
        return await command.ExecuteScalarAsync(cancel) is long end ? end : from;
    }

    /// <summary>The events of <paramref name="types"/> with indices in <c>[from, to)</c>; both must be boundaries of appends.</summary>
    /// <param name="connection">Of a role that sees all tenants.</param>
    /// <param name="map">Reads the events' data.</param>
    /// <param name="types">Aliases; others aren't read.</param>
    /// <param name="tenantId">Only this tenant's; null: all.</param>
    /// <param name="from">First index.</param>
    /// <param name="to">Index after the last.</param>
    /// <param name="cancel">Cancels the reading.</param>
    public static async Task<LogSlice> ReadAsync(
        NpgsqlConnection connection, EventTypeMap map, IReadOnlyCollection<string> types, string? tenantId, long from, long to, CancellationToken cancel)
    {
        return await ReadAsync(connection, map, types, tenantId, from, to, await LogAppends.ReadAsync(connection, tenantId, from, to, cancel), cancel);
    }

    /// <summary>The events of <paramref name="types"/> from an index on, as far as the last append that starts within <paramref name="size"/> indices; null: the log ends there.</summary>
    public static async Task<LogSlice?> ReadPageAsync(NpgsqlConnection connection, EventTypeMap map, IReadOnlyCollection<string> types, long from, int size, CancellationToken cancel)
    {
        var appends = await LogAppends.ReadAsync(connection, null, from, from + size, cancel);
        return appends.Count == 0 ? null : await ReadAsync(connection, map, types, null, from, appends.End, appends, cancel);
    }

    private static async Task<LogSlice> ReadAsync(
        NpgsqlConnection connection, EventTypeMap map, IReadOnlyCollection<string> types, string? tenantId, long from, long to, LogAppends appends, CancellationToken cancel)
    {
        var events = appends.Ranges() is { } ranges
            ? await ReadRangesAsync(connection, map, types, appends, ranges, cancel)
            : await ReadByAppendAsync(connection, map, types, tenantId, from, to, cancel);
        return new LogSlice(from, to, events, events.Sum(e => (long)e.Json.Length));
    }

    // Sequences follow each other as appends do, nearly: reading their range costs a fifth of looking each append's events up. What of it belongs to other
    // pages is passed over, and the order is the log's again in the end.
    private static async Task<List<Event>> ReadRangesAsync(
        NpgsqlConnection connection, EventTypeMap map, IReadOnlyCollection<string> types, LogAppends appends, IReadOnlyList<(long From, long To)> ranges, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        var wanted = types.ToArray();
        foreach (var (first, last) in ranges)
            batch.BatchCommands.Add(new($"select {EventRow.Columns} from public.mt_events e where e.seq_id between $1 and $2 and e.type = any ($3) order by e.seq_id")
            {
                Parameters = { new() { Value = first }, new() { Value = last }, new() { Value = wanted } },
            });
        var (events, isSorted) = (new List<Event>(appends.Count), true);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        do
            // Without a task a row: there are very many, and nearly all of them are in the buffer already.
            while (reader.Read())
            {
                var e = EventRow.Read(reader, map);
                if (appends.IndexOf(e) is not { } index)
                    continue;
                e.Index = index;
                isSorted &= events.Count == 0 || events[^1].Index < index;
                e.TryReadData();
                events.Add(e);
            }
        while (await reader.NextResultAsync(cancel));
        if (!isSorted)
            events.Sort((left, right) => left.Index!.Value.CompareTo(right.Index!.Value));
        return events;
    }

    private static async Task<List<Event>> ReadByAppendAsync(
        NpgsqlConnection connection, EventTypeMap map, IReadOnlyCollection<string> types, string? tenantId, long from, long to, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"""
            select {EventRow.Columns}, {Index} as index
            from {Events}
            where l.first_index >= $1 and l.first_index < $2 and e.type = any ($3){(tenantId is null ? "" : " and l.tenant_id = $4")}
            order by index
            """, connection)
        { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = to });
        command.Parameters.Add(new() { Value = types.ToArray() });
        if (tenantId is not null)
            command.Parameters.Add(new() { Value = tenantId });
        var events = new List<Event>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var e = EventRow.Read(reader, map);
            e.Index = reader.GetInt64(EventRow.Count);
            e.TryReadData();
            events.Add(e);
        }
        return events;
    }
}

/// <summary>A range of the log.</summary>
/// <param name="From">First index.</param>
/// <param name="To">Index after the last.</param>
/// <param name="Events">Those of the types asked for, in order.</param>
/// <param name="Bytes">Their JSON.</param>
internal sealed record LogSlice(long From, long To, IReadOnlyList<Event> Events, long Bytes);
