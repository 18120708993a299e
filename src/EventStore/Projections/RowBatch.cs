namespace Platform.EventStore;

/// <summary>The rows that events change; the last word on a row counts.</summary>
/// <param name="table">Their table.</param>
public sealed class RowBatch(ReadTable table)
{
    // By value, not by text: a time's text has no fraction, and a text may hold any separator.
    internal static readonly EqualityComparer<object[]> ByValue = EqualityComparer<object[]>.Create(
        (left, right) => left.AsSpan().SequenceEqual(right),
        key => key.Aggregate(0, HashCode.Combine));

    private readonly Dictionary<object[], (object?[] Row, bool IsDeleted)> _rows = new(ByValue);
    private readonly List<(object[] Key, object?[] Row, bool IsDeleted)> _offered = [];
    private readonly List<(string Tenant, RowRange Range)> _ranges = [], _offeredRanges = [];

    /// <param name="tenant">The event's tenant.</param>
    /// <param name="key">Values of the table's key columns.</param>
    /// <param name="values">Values of the other columns, in order.</param>
    public void Upsert(string tenant, object[] key, object?[] values) => _offered.Add(([tenant, .. key], [tenant, .. key, .. values], false));

    public void Delete(string tenant, object[] key) => _offered.Add(([tenant, .. key], [tenant, .. key], true));

    /// <summary>Deletes rows that events before this one made, before whatever else this event says.</summary>
    /// <param name="tenant">The event's tenant.</param>
    /// <param name="range">Which.</param>
    public void DeleteRange(string tenant, RowRange range) => _offeredRanges.Add((tenant, range));

    internal long Bytes { get; private set; }

    /// <summary>Takes what an event said, or, where it failed halfway, forgets it.</summary>
    internal void End(bool accepted)
    {
        if (accepted)
        {
            foreach (var (tenant, range) in _offeredRanges)
            {
                var isIn = range.In(table);
                foreach (var key in _rows.Where(r => !r.Value.IsDeleted && tenant.Equals(r.Key[0]) && isIn(r.Value.Row)).Select(r => r.Key).ToList())
                    _rows.Remove(key);
            }
            _ranges.AddRange(_offeredRanges);
            foreach (var (key, row, isDeleted) in _offered)
            {
                _rows[key] = (row, isDeleted);
                Bytes += RowChanges.BytesOf(row);
            }
        }
        _offered.Clear();
        _offeredRanges.Clear();
    }

    /// <param name="changes">Where the rows go.</param>
    /// <param name="areNew">The table has none of them.</param>
    internal void MoveTo(RowChanges changes, bool areNew)
    {
        changes.Ranges.AddRange(_ranges);
        foreach (var (row, isDeleted) in _rows.Values)
            if (!isDeleted)
                (areNew ? changes.Inserted : changes.Upserted).Add(row);
            else if (!areNew)
                changes.Deleted.Add(row);
        Clear();
    }

    internal void Clear()
    {
        _rows.Clear();
        _ranges.Clear();
        _offered.Clear();
        _offeredRanges.Clear();
        Bytes = 0;
    }
}
