namespace Platform.EventStore;

/// <summary>What came to the sums of a model since it was last written, and what went.</summary>
internal sealed class SumDifferences
{
    private readonly Dictionary<object[], long[]> _byKey = new(RowBatch.ByValue);

    public long Bytes => _byKey.Count * 300L;

    /// <param name="tenant">The row's tenant.</param>
    /// <param name="part">A row's part.</param>
    /// <param name="sign">1: it came; -1: it went.</param>
    public void Add(string tenant, (object[] Key, long[] Numbers)? part, int sign)
    {
        if (part is not { } own)
            return;
        object[] key = [tenant, .. own.Key];
        if (!_byKey.TryGetValue(key, out var sums))
            _byKey.Add(key, sums = new long[own.Numbers.Length]);
        for (var n = 0; n < sums.Length; n++)
            sums[n] += sign * own.Numbers[n];
    }

    /// <summary>Rows of the sums' table, each to be added to what is there; what came and went meanwhile isn't among them.</summary>
    public List<object?[]> Take()
    {
        var rows = _byKey.Where(sum => sum.Value.Any(number => number != 0)).Select(sum => (object?[])[.. sum.Key, .. sum.Value.Cast<object?>()]).ToList();
        _byKey.Clear();
        return rows;
    }

    public void Clear() => _byKey.Clear();
}
