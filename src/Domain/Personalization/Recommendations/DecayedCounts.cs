namespace Platform.Domain.Personalization;

/// <summary>
/// Sums of weights that halve with each half-life, one an item: trending. Forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward
/// Decay: A Practical Time Decay Model for Streaming
/// Systems", 2009): an event weighs 2^((t - landmark) / half-life) for ever, so an addition is O(1), late events count as if they had
/// come in time, and the order of items doesn't
/// change while nothing happens. 20 bytes an item.
/// </summary>
/// <param name="halfLife">Above zero.</param>
public sealed class DecayedCounts(TimeSpan halfLife)
{
    // Long before 2^1024, and by whole half-lives: scaling by powers of two rounds nothing.
    private const double Renewal = 256;

    private double[] _sums = [], _logs = [];
    private int[] _counts = [];
    private long _landmark;
    private bool _isBegun;

    public TimeSpan HalfLife => halfLife;

    /// <summary>Counts an event.</summary>
    public void Add(int item, DateTimeOffset at, double weight = 1)
    {
        if (item >= _sums.Length)
            Grow(item);
        // First: it may scale all sums.
        var scale = Scale(at);
        _counts[item]++;
        Set(item, _sums[item] + weight * scale);
    }

    /// <summary>
    /// Takes back what <see cref="Add"/> counted. What is left of an item's sum is exact to 1e-15 of the largest that it was, and exactly
    /// 0 when nothing is left.
    /// </summary>
    public void Remove(int item, DateTimeOffset at, double weight = 1)
    {
        var scale = Scale(at);
        _counts[item]--;
        Set(item, _counts[item] == 0 ? 0 : Math.Max(0, _sums[item] - weight * scale));
    }

    /// <summary>Forgets an item.</summary>
    public void Clear(int item)
    {
        if (item >= _sums.Length)
            return;
        _counts[item] = 0;
        Set(item, 0);
    }

    /// <summary>The item's sum at a time.</summary>
    public double At(int item, DateTimeOffset now) => item >= _sums.Length || _sums[item] == 0 ? 0 : _sums[item] * Math.Pow(2, -Exponent(now.UtcTicks));

    /// <summary>
    /// By item, the binary logarithm of its sum, up to a constant that is the same for all; negative infinity, or beyond the end: nothing
    /// was counted.
    /// </summary>
    internal ReadOnlySpan<double> Logs => _logs;

    /// <summary>An item's sum, but for <see cref="Factor"/>.</summary>
    internal double Raw(int item) => item < _sums.Length ? _sums[item] : 0;

    internal double Factor(DateTimeOffset now) => Math.Pow(2, -Exponent(now.UtcTicks));

    private double Exponent(long ticks) => (ticks - _landmark) / (double)halfLife.Ticks;

    private double Scale(DateTimeOffset at)
    {
        if (!_isBegun)
            (_landmark, _isBegun) = (at.UtcTicks, true);
        if (Exponent(at.UtcTicks) > Renewal)
            Renew((long)Exponent(at.UtcTicks));
        return Math.Pow(2, Exponent(at.UtcTicks));
    }

    private void Renew(long halfLives)
    {
        var shift = (int)Math.Min(halfLives, 4096);
        for (var i = 0; i < _sums.Length; i++)
            Set(i, Math.ScaleB(_sums[i], -shift));
        _landmark += halfLives * halfLife.Ticks;
    }

    private void Set(int item, double sum) => (_sums[item], _logs[item]) = (sum, Math.Log2(sum));

    private void Grow(int item)
    {
        var (from, to) = (_sums.Length, Math.Max(item + 1, Math.Max(16, _sums.Length * 2)));
        Array.Resize(ref _sums, to);
        Array.Resize(ref _counts, to);
        Array.Resize(ref _logs, to);
        Array.Fill(_logs, double.NegativeInfinity, from, to - from);
    }
}
