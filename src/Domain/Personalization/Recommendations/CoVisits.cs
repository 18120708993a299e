namespace Platform.Domain.Personalization;

/// <summary>
/// Item-item collaborative filtering by neighbours (Deshpande, Karypis: "Item-Based Top-N Recommendation Algorithms", 2004), kept up to
/// date event by event: how many visitors had both of two
/// items. Similarity is the cosine, both / sqrt(visitors of one x visitors of the other); a score is its sum over what the visitor had
/// last. 16 bytes a pair, of which an item has at
/// most twice <paramref name="mostNeighbours"/>: beyond that the rarest are dropped, and counts of those are too low from then on.
/// </summary>
public sealed class CoVisits(int mostNeighbours)
{
    private SparseCounts?[] _rows = [];
    private int[] _visitors = [];

    // 1 / sqrt(visitors): roots and divisions are what a score would cost most.
    private double[] _norms = [];

    /// <summary>Visitors who had an item.</summary>
    public int Visitors(int item) => item < _visitors.Length ? _visitors[item] : 0;

    /// <summary>A visitor has an item, beside others.</summary>
    public void Add(int item, ReadOnlySpan<int> others) => Count(item, others, 1);

    /// <summary>Takes back what <see cref="Add"/> counted.</summary>
    public void Remove(int item, ReadOnlySpan<int> others) => Count(item, others, -1);

    /// <summary>0 to 1.</summary>
    public double Similarity(int one, int other) =>
        one < _rows.Length && _rows[one]?[other] is > 0 and var both ? both * _norms[one] * _norms[other] : 0;

    /// <summary>Adds to each item's score how similar it is to what the visitor had.</summary>
    /// <param name="had">Without repeats.</param>
    /// <param name="scores">By item.</param>
    public void Score(ReadOnlySpan<int> had, Span<double> scores)
    {
        foreach (var one in had)
        {
            if (one >= _rows.Length || _rows[one] is not { } row)
                continue;
            ReadOnlySpan<int> items = row.Items, counts = row.Counts;
            var (norms, norm) = (_norms, _norms[one]);
            for (var n = 0; n < items.Length; n++)
                if (items[n] is var item && item < scores.Length)
                    scores[item] += counts[n] * norm * norms[item];
        }
    }

    /// <summary>Forgets an item.</summary>
    public void Clear(int item)
    {
        if (item >= _rows.Length)
            return;
        for (var other = 0; other < _rows.Length; other++)
            if (_rows[other] is { } row && row[item] is > 0 and var both)
                row.Add(item, -both, mostNeighbours);
        (_rows[item], _visitors[item], _norms[item]) = (null, 0, 0);
    }

    private void Count(int item, ReadOnlySpan<int> others, int by)
    {
        Grow(item);
        _visitors[item] += by;
        _norms[item] = _visitors[item] > 0 ? 1 / Math.Sqrt(_visitors[item]) : 0;
        foreach (var other in others)
        {
            Grow(other);
            (_rows[item] ??= new SparseCounts()).Add(other, by, mostNeighbours);
            (_rows[other] ??= new SparseCounts()).Add(item, by, mostNeighbours);
        }
    }

    private void Grow(int item)
    {
        if (item < _rows.Length)
            return;
        Array.Resize(ref _rows, Math.Max(item + 1, Math.Max(16, _rows.Length * 2)));
        Array.Resize(ref _visitors, _rows.Length);
        Array.Resize(ref _norms, _rows.Length);
    }
}
