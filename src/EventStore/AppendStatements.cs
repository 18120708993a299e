using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>The two statements that append: one session's append alone, or those of several sessions of a tenant together.</summary>
internal static class AppendStatements
{
    public static NpgsqlBatchCommand Alone(PendingAppend append)
    {
        var streams = append.Streams;
        var (ids, types, expected, of) = (new Guid[streams.Count], new string?[streams.Count], new long?[streams.Count], new int[append.Count]);
        for (int s = 0, n = 0; s < streams.Count; s++)
        {
            (ids[s], types[s], expected[s]) = (streams[s].Id, streams[s].Type, streams[s].Expected);
            for (var i = 0; i < streams[s].Events.Count; i++)
                of[n++] = s + 1;
        }
        return new NpgsqlBatchCommand("""
            select a.versions, a.sequences, a.hashes
            from ledger.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) a
            """)
        {
            Parameters =
            {
                Value(NpgsqlDbType.Text, append.Session.TenantId), Many(NpgsqlDbType.Uuid, ids), Many(NpgsqlDbType.Text, types), Many(NpgsqlDbType.Bigint, expected),
                Many(NpgsqlDbType.Integer, of), Many(NpgsqlDbType.Uuid, append.Ids), Many(NpgsqlDbType.Text, append.Types), NoDotnetTypes(),
                Many(NpgsqlDbType.Jsonb, append.Data), Value(NpgsqlDbType.TimestampTz, append.At.UtcDateTime),
                Value(NpgsqlDbType.Text, append.Session.CorrelationId), Value(NpgsqlDbType.Text, append.Session.CausationId), Value(NpgsqlDbType.Jsonb, append.Headers),
                Value(NpgsqlDbType.Text, append.Key?.Key), Value(NpgsqlDbType.Bytea, append.Key?.Fingerprint), Value(NpgsqlDbType.Integer, append.Key?.Status),
                Value(NpgsqlDbType.Integer, append.ReceiptOf + 1),
            },
        };
    }

    public static async Task<IReadOnlyList<AppendedEvent>> ReadAloneAsync(PendingAppend append, NpgsqlDataReader reader)
    {
        await reader.ReadAsync();
        var versions = reader.GetFieldValue<long[]>(0);
        return append.Accepted((_, _, n) => versions[n], reader.GetFieldValue<long[]>(1), reader.GetFieldValue<byte[]>(2));
    }

    public static NpgsqlBatchCommand Together(IReadOnlyList<PendingAppend> appends)
    {
        var streams = appends.SelectMany(a => a.Streams.Select(s => s.Id)).Distinct().Order().ToArray();
        var slots = new Dictionary<Guid, int>(streams.Length);
        for (var i = 0; i < streams.Length; i++)
            slots.Add(streams[i], i + 1);
        var entries = appends.Sum(a => a.Streams.Count);
        var (ofAppend, slot, types, expected, counts) = (new int[entries], new int[entries], new string?[entries], new long?[entries], new int[entries]);
        var (of, receipts) = (new List<int>(), new int?[appends.Count]);
        for (int a = 0, e = 0; a < appends.Count; a++)
        {
            receipts[a] = appends[a].ReceiptOf + e + 1;
            foreach (var stream in appends[a].Streams)
            {
                (ofAppend[e], slot[e], types[e], expected[e], counts[e]) = (a + 1, slots[stream.Id], stream.Type, stream.Expected, stream.Events.Count);
                e++;
                for (var i = 0; i < stream.Events.Count; i++)
                    of.Add(e);
            }
        }
        return new NpgsqlBatchCommand("""
            select a.refusals, a.ends, a.sequences, a.hashes
            from ledger.append_all($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) a
            """)
        {
            Parameters =
            {
                Value(NpgsqlDbType.Text, appends[0].Session.TenantId),
                Many(NpgsqlDbType.TimestampTz, Each(appends, a => a.At.UtcDateTime)), Many(NpgsqlDbType.Text, Each(appends, a => a.Session.CorrelationId)),
                Many(NpgsqlDbType.Text, Each(appends, a => a.Session.CausationId)), Many(NpgsqlDbType.Jsonb, Each(appends, a => a.Headers)),
                Many(NpgsqlDbType.Text, Each(appends, a => a.Key?.Key)), Many(NpgsqlDbType.Bytea, Each(appends, a => a.Key?.Fingerprint)),
                Many(NpgsqlDbType.Integer, Each(appends, a => a.Key?.Status)), Many(NpgsqlDbType.Integer, receipts),
                Many(NpgsqlDbType.Uuid, streams), Many(NpgsqlDbType.Integer, ofAppend), Many(NpgsqlDbType.Integer, slot), Many(NpgsqlDbType.Text, types),
                Many(NpgsqlDbType.Bigint, expected), Many(NpgsqlDbType.Integer, counts), Many(NpgsqlDbType.Integer, of.ToArray()),
                Many(NpgsqlDbType.Uuid, All(appends, a => a.Ids)), Many(NpgsqlDbType.Text, All(appends, a => a.Types)),
                NoDotnetTypes(), Many(NpgsqlDbType.Jsonb, All(appends, a => a.Data)),
            },
        };
    }

    /// <returns>What each caller is told, in order: events or an exception.</returns>
    public static async Task<IReadOnlyList<(IReadOnlyList<AppendedEvent> Events, Exception? Refusal)>> ReadTogetherAsync(IReadOnlyList<PendingAppend> appends, NpgsqlDataReader reader)
    {
        await reader.ReadAsync();
        var (refusals, ends) = (reader.GetFieldValue<string?[]>(0), reader.GetFieldValue<long?[]>(1));
        var (sequences, hashes) = (reader.GetFieldValue<long[]>(2), reader.GetFieldValue<byte[]>(3));
        var outcomes = new (IReadOnlyList<AppendedEvent>, Exception?)[appends.Count];
        for (int a = 0, first = 0, done = 0; a < appends.Count; a++)
        {
            var (append, entry) = (appends[a], first);
            if (refusals[a] is { } refusal)
                outcomes[a] = ([], SqlErrors.Refusal(refusal, append.Key?.Key));
            else
            {
                outcomes[a] = (append.Accepted((s, i, _) => ends[entry + s]!.Value - append.Streams[s].Events.Count + i + 1,
                    sequences.AsSpan(done, append.Count), hashes.AsSpan(done * Hash.Size, append.Count * Hash.Size)), null);
                done += append.Count;
            }
            first += append.Streams.Count;
        }
        return outcomes;
    }

    private static T[] Each<T>(IReadOnlyList<PendingAppend> appends, Func<PendingAppend, T> of)
    {
        var values = new T[appends.Count];
        for (var a = 0; a < values.Length; a++)
            values[a] = of(appends[a]);
        return values;
    }

    private static T[] All<T>(IReadOnlyList<PendingAppend> appends, Func<PendingAppend, T[]> of)
    {
        var values = new T[appends.Sum(a => a.Count)];
        var n = 0;
        foreach (var append in appends)
        {
            of(append).CopyTo(values, n);
            n += append.Count;
        }
        return values;
    }

    // Marten's name of a type is for readers that don't know the alias; it would take 45 bytes of each event.
    private static NpgsqlParameter NoDotnetTypes() => Many(NpgsqlDbType.Text, Array.Empty<string>());

    private static NpgsqlParameter Value(NpgsqlDbType type, object? value) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
    private static NpgsqlParameter Many(NpgsqlDbType type, object value) => new() { Value = value, NpgsqlDbType = type | NpgsqlDbType.Array };
}
