namespace Platform.Domain.Personalization;

/// <summary>Whole numbers by item, most of them 0: a row of a sparse matrix, in ascending order of items. 8 bytes a number.</summary>
internal sealed class SparseCounts
{
    private int[] _items = [], _counts = [];
    private int _length;

    public ReadOnlySpan<int> Items => _items.AsSpan(0, _length);

    public ReadOnlySpan<int> Counts => _counts.AsSpan(0, _length);

    public int this[int item] => Items.BinarySearch(item) is >= 0 and var at ? _counts[at] : 0;

    /// <param name="item">Whose number.</param>
    /// <param name="by">Added; a number that isn't above 0 any more is gone.</param>
    /// <param name="most">Numbers that stay when there are twice as many: the largest, of equal ones those of lower items.</param>
    public void Add(int item, int by, int most)
    {
        var at = Items.BinarySearch(item);
        if (at >= 0)
        {
            if ((_counts[at] += by) <= 0)
                RemoveAt(at);
            return;
        }
        if (by <= 0)
            return;
        if (_length == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(4, _length * 2));
            Array.Resize(ref _counts, _items.Length);
        }
        Array.Copy(_items, ~at, _items, ~at + 1, _length - ~at);
        Array.Copy(_counts, ~at, _counts, ~at + 1, _length - ~at);
        (_items[~at], _counts[~at], _length) = (item, by, _length + 1);
        if (_length > 2 * most)
            Prune(most);
    }

    private void RemoveAt(int at)
    {
        _length--;
        Array.Copy(_items, at + 1, _items, at, _length - at);
        Array.Copy(_counts, at + 1, _counts, at, _length - at);
    }

    private void Prune(int most)
    {
        var kept = Enumerable.Range(0, _length).OrderByDescending(n => _counts[n]).ThenBy(n => n).Take(most).Order().Select(n => (_items[n], _counts[n])).ToArray();
        for (_length = 0; _length < kept.Length; _length++)
            (_items[_length], _counts[_length]) = kept[_length];
    }
}
