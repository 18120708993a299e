namespace Platform.Domain.Content;

/// <summary>
/// Which elements of two sequences stand for each other: a longest common subsequence, by the linear-space variant of E. W. Myers, "An O(ND)
/// Difference Algorithm and Its Variations", Algorithmica 1 (1986), 251-266. Elements that occur on one side only are set aside first: they are
/// in no common subsequence, and they are what makes two unlike texts slow. Where the work allowed is used up, the rest of a stretch counts as
/// replaced.
/// </summary>
public sealed class Alignment
{
    private readonly int[] _from, _to;
    private readonly int[] _forward, _backward;
    private readonly int _middle;
    private readonly DiffWork _work;
    private readonly List<(int From, int To)> _pairs = [];

    private Alignment(int[] from, int[] to, DiffWork work)
    {
        (_from, _to, _work) = (from, to, work);
        _middle = (from.Length + to.Length + 1) / 2 + 1;
        (_forward, _backward) = (new int[2 * _middle + 1], new int[2 * _middle + 1]);
    }

    /// <summary>Pairs of indexes of equal elements, ascending on both sides.</summary>
    /// <param name="from">Elements, equal where their numbers are.</param>
    /// <param name="to">The same.</param>
    /// <param name="work">What it may cost.</param>
    public static IReadOnlyList<(int From, int To)> Of(ReadOnlySpan<int> from, ReadOnlySpan<int> to, DiffWork work)
    {
        var start = from.CommonPrefixLength(to);
        var end = 0;
        while (end < Math.Min(from.Length, to.Length) - start && from[^(end + 1)] == to[^(end + 1)])
            end++;

        var (left, right) = (Shared(from[start..^end], to[start..^end]), Shared(to[start..^end], from[start..^end]));
        var alignment = new Alignment([.. left.Select(l => l.Element)], [.. right.Select(r => r.Element)], work);
        alignment.Align(0, left.Count, 0, right.Count);

        return
        [
            .. Enumerable.Range(0, start).Select(i => (i, i)),
            .. alignment._pairs.Select(pair => (start + left[pair.From].Index, start + right[pair.To].Index)),
            .. Between(from.Length - end, to.Length - end, end),
        ];
    }

    private static IEnumerable<(int From, int To)> Between(int from, int to, int count) => Enumerable.Range(0, count).Select(i => (from + i, to + i));

    private static List<(int Element, int Index)> Shared(ReadOnlySpan<int> of, ReadOnlySpan<int> with)
    {
        var known = new HashSet<int>(with.Length);
        foreach (var element in with)
            known.Add(element);
        var shared = new List<(int, int)>();
        for (var i = 0; i < of.Length; i++)
            if (known.Contains(of[i]))
                shared.Add((of[i], i));
        return shared;
    }

    private void Align(int fromStart, int fromEnd, int toStart, int toEnd)
    {
        while (fromStart < fromEnd && toStart < toEnd && _from[fromStart] == _to[toStart])
            _pairs.Add((fromStart++, toStart++));
        var tail = 0;
        while (fromStart < fromEnd - tail && toStart < toEnd - tail && _from[fromEnd - tail - 1] == _to[toEnd - tail - 1])
            tail++;
        (fromEnd, toEnd) = (fromEnd - tail, toEnd - tail);

        if (fromStart < fromEnd && toStart < toEnd && FindSplit(fromStart, fromEnd, toStart, toEnd) is { } split)
        {
            Align(fromStart, split.From, toStart, split.To);
            Align(split.From, fromEnd, split.To, toEnd);
        }
        _pairs.AddRange(Between(fromEnd, toEnd, tail));
    }

    /// <summary>A point on a shortest path between the corners, found from both ends at once; null when the work is used up.</summary>
    private (int From, int To)? FindSplit(int fromStart, int fromEnd, int toStart, int toEnd)
    {
        var (n, m) = (fromEnd - fromStart, toEnd - toStart);
        var delta = n - m;
        _forward[_middle + 1] = 0;
        _backward[_middle + 1] = 0;
        for (var d = 0; _work.Take(2 * d + 2); d++)
        {
            for (var k = -d; k <= d; k += 2)
            {
                var x = k == -d || k != d && _forward[_middle + k - 1] < _forward[_middle + k + 1] ? _forward[_middle + k + 1] : _forward[_middle + k - 1] + 1;
                var begun = x;
                while (x < n && x - k < m && x - k >= 0 && _from[fromStart + x] == _to[toStart + x - k])
                    x++;
                if (!_work.Take(x - begun))
                    return null;
                _forward[_middle + k] = x;
                if (delta % 2 != 0 && Math.Abs(delta - k) <= d - 1 && x + _backward[_middle + delta - k] >= n)
                    return (fromStart + x, toStart + x - k);
            }
            for (var k = -d; k <= d; k += 2)
            {
                var x = k == -d || k != d && _backward[_middle + k - 1] < _backward[_middle + k + 1] ? _backward[_middle + k + 1] : _backward[_middle + k - 1] + 1;
                var begun = x;
                while (x < n && x - k < m && x - k >= 0 && _from[fromEnd - x - 1] == _to[toEnd - x + k - 1])
                    x++;
                if (!_work.Take(x - begun))
                    return null;
                _backward[_middle + k] = x;
                if (delta % 2 == 0 && Math.Abs(delta - k) <= d && x + _forward[_middle + delta - k] >= n)
                    return (fromEnd - x, toEnd - x + k);
            }
        }
        return null;
    }
}
