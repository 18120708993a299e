namespace Platform.Domain.Personalization;

/// <summary>Sums of one model's lists.</summary>
internal sealed class RankingTally(string model, int[] lengths)
{
    private readonly double[] _hits = new double[lengths.Length], _recall = new double[lengths.Length];
    private readonly double[] _gain = new double[lengths.Length], _novelty = new double[lengths.Length];
    private readonly long[] _listed = new long[lengths.Length];
    private readonly HashSet<int>[] _items = [.. lengths.Select(_ => new HashSet<int>())];
    private int _lists;

    public string Model => model;

    /// <param name="list">Best first, as long as the longest length.</param>
    /// <param name="taken">Which items were taken; those that nobody could name included, as negative numbers.</param>
    /// <param name="partOf">Part of visitors who had an item.</param>
    public void Add(ReadOnlySpan<int> list, IReadOnlySet<int> taken, Func<int, double> partOf)
    {
        _lists++;
        for (var k = 0; k < lengths.Length; k++)
        {
            var (found, gain, ideal) = (0, 0.0, 0.0);
            for (var n = 0; n < Math.Min(lengths[k], list.Length); n++)
            {
                _items[k].Add(list[n]);
                _listed[k]++;
                _novelty[k] -= Math.Log2(partOf(list[n]));
                if (!taken.Contains(list[n]))
                    continue;
                found++;
                gain += 1 / Math.Log2(n + 2);
            }
            for (var n = 0; n < Math.Min(lengths[k], taken.Count); n++)
                ideal += 1 / Math.Log2(n + 2);
            _hits[k] += found > 0 ? 1 : 0;
            _recall[k] += (double)found / taken.Count;
            _gain[k] += gain / ideal;
        }
    }

    public IEnumerable<ModelFigures> Figures(int items) => lengths.Select((k, n) => new ModelFigures(
        model, k, Part(_hits[n]), Part(_recall[n]), Part(_gain[n]), items == 0 ? 0 : (double)_items[n].Count / items, _listed[n] == 0 ? 0 : _novelty[n] / _listed[n]));

    private double Part(double sum) => _lists == 0 ? 0 : sum / _lists;
}
