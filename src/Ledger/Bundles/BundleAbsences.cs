namespace Platform.Ledger;

/// <summary>Which entries of the log have no event in the bundle, and which of them a gap in a stream accounts for.</summary>
/// <param name="isWhole">Whether each entry should have one; else only suspects are noted.</param>
internal sealed class BundleAbsences(bool isWhole)
{
    private const int MostRuns = 1_000_000;

    private readonly List<(long From, long To)> _runs = [];
    private readonly HashSet<long> _claimed = [];
    private readonly HashSet<long> _suspects = [];
    private long _beyond;

    /// <summary>Notes that entries in [from, to) have no event; in ascending order.</summary>
    public void Miss(long from, long to)
    {
        if (!isWhole || from >= to)
            return;
        if (_runs.Count < MostRuns)
            _runs.Add((from, to));
        else
            _beyond += to - from;
    }

    /// <summary>Notes an entry whose event stands in the bundle, but not where it belongs.</summary>
    public void Suspect(long index) => _suspects.Add(index);

    /// <summary>Whether the bundle has an event for the entry, be it one that another finding is about.</summary>
    public bool HasLine(long index) => isWhole ? !IsMissing(index) : _suspects.Contains(index);

    /// <summary>Accounts for as many missing entries as a gap has versions, of those within both ends the last ones.</summary>
    /// <returns>The first of them; null if there are fewer.</returns>
    public long? Claim(long from, long to, long count)
    {
        var left = count;
        for (var run = RunAt(to); isWhole && run >= 0 && left > 0 && _runs[run].To > from; run--)
            for (var index = Math.Min(to, _runs[run].To - 1); index >= Math.Max(from, _runs[run].From) && left > 0; index--)
                if (_claimed.Count < MostRuns && _claimed.Add(index) && --left == 0)
                    return index;
        return null;
    }

    /// <summary>What no gap accounts for; null: nothing.</summary>
    public (long First, long Count)? Unclaimed()
    {
        var (first, count) = ((long?)null, _beyond);
        foreach (var (from, to) in _runs)
            for (var index = from; index < to; index++)
                if (_claimed.Count == 0)
                {
                    (first, count) = (first ?? from, count + to - from);
                    break;
                }
                else if (!_claimed.Contains(index))
                    (first, count) = (first ?? index, count + 1);
        return first is { } one ? (one, count) : null;
    }

    private bool IsMissing(long index) => RunAt(index) is >= 0 and var run && _runs[run].To > index;

    // The last run that begins at the index or before.
    private int RunAt(long index)
    {
        var (low, high) = (0, _runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _runs[middle].From <= index ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }
}
