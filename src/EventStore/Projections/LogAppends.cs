using Npgsql;

namespace Platform.EventStore;

/// <summary>The appends of a stretch of the log, by which an event's place in it is known.</summary>
internal sealed class LogAppends
{
    // Appends are read one by one where their sequences lie further apart than this in all.
    private const int MostRanges = 32, MostGap = 500;

    private readonly record struct Append(long FirstIndex, long SequenceFrom, long SequenceTo, long VersionFrom, long VersionTo, Guid StreamId, string TenantId)
    {
        // The same stream id may be another tenant's as well.
        public bool Holds(Event e) =>
            e.Sequence >= SequenceFrom && e.Sequence <= SequenceTo && e.Version >= VersionFrom && e.Version <= VersionTo && e.StreamId == StreamId && e.TenantId == TenantId;
    }

    private readonly List<Append> _appends = [];
    private Dictionary<Guid, List<int>>? _byStream;
    private bool _isDense = true;
    private long _events;
    private int _at;

    public int Count => _appends.Count;

    /// <summary>Index after the last.</summary>
    public long End { get; private set; }

    public static async Task<LogAppends> ReadAsync(NpgsqlConnection connection, string? tenantId, long from, long to, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"""
            select first_index, seq_from, seq_to, version_from, version_to, stream_id, tenant_id, events from ledger.log
            where first_index >= $1 and first_index < $2{(tenantId is null ? "" : " and tenant_id = $3")} order by first_index
            """, connection)
        { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = to });
        if (tenantId is not null)
            command.Parameters.Add(new() { Value = tenantId });
        var all = new LogAppends();
        var isSorted = true;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (reader.Read())
        {
            var append = new Append(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetGuid(5), reader.GetString(6));
            var events = reader.GetInt32(7);
            // Marten's tombstones leave gaps among the versions: then places are counted.
            all._isDense &= append.VersionTo - append.VersionFrom + 1 == events;
            all._events += events;
            all.End = append.FirstIndex + events;
            isSorted &= all._appends.Count == 0 || all._appends[^1].SequenceFrom <= append.SequenceFrom;
            all._appends.Add(append);
        }
        if (!isSorted)
            all._appends.Sort((left, right) => left.SequenceFrom.CompareTo(right.SequenceFrom));
        return all;
    }

    /// <summary>Ranges of sequences that have all of the events and few others; null: there are none such, or places can't be computed.</summary>
    public IReadOnlyList<(long From, long To)>? Ranges()
    {
        if (!_isDense)
            return null;
        var ranges = new List<(long From, long To)>();
        foreach (var append in _appends)
            if (ranges.Count > 0 && append.SequenceFrom - ranges[^1].To <= MostGap)
                ranges[^1] = (ranges[^1].From, Math.Max(ranges[^1].To, append.SequenceTo));
            else
                ranges.Add((append.SequenceFrom, append.SequenceTo));
        return ranges.Count <= MostRanges && ranges.Sum(r => r.To - r.From + 1) <= 4 * _events + 10_000 ? ranges : null;
    }

    /// <summary>Place of an event in the log; null: it isn't of these appends. Quick when events come in the order of their sequences.</summary>
    public long? IndexOf(Event e)
    {
        while (_at + 1 < _appends.Count && _appends[_at + 1].SequenceFrom <= e.Sequence)
            _at++;
        if (_at < _appends.Count && _appends[_at] is var next && next.Holds(e))
            return next.FirstIndex + e.Version - next.VersionFrom;
        // Appends whose sequences overlap, or an event of another page.
        foreach (var n in ByStream.GetValueOrDefault(e.StreamId, []))
            if (_appends[n] is var append && append.Holds(e))
                return append.FirstIndex + e.Version - append.VersionFrom;
        return null;
    }

    private Dictionary<Guid, List<int>> ByStream => _byStream ??= Enumerable.Range(0, _appends.Count).GroupBy(n => _appends[n].StreamId).ToDictionary(g => g.Key, g => g.ToList());
}
