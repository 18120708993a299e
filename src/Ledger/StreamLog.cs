namespace Platform.Ledger;

/// <summary>What the log says about one stream: where its events stand, and which of its events belong elsewhere.</summary>
internal sealed class StreamLog
{
    private readonly List<LoggedAppend> _own = [];
    private readonly List<LoggedAppend> _others = [];
    private LoggedAppend? _sparse;
    private int _rank;

    /// <summary>The highest version with a place in the log, 0 if none has.</summary>
    public long LastVersion => _own.Count == 0 ? 0 : _own[^1].VersionTo;

    public void Load(string tenant, Guid stream, IReadOnlyList<LoggedAppend> rows)
    {
        _own.Clear();
        _others.Clear();
        _sparse = null;
        foreach (var row in rows)
            (row.Tenant == tenant && row.Stream == stream ? _own : _others).Add(row);
        _own.Sort((a, b) => a.VersionFrom.CompareTo(b.VersionFrom));
    }

    /// <summary>Counts tombstones: their versions have gaps, so that an index follows from the rank within the append.</summary>
    public void PassTombstone(long version)
    {
        var row = Holding(version);
        _rank = row is not null && ReferenceEquals(row, _sparse) ? _rank + 1 : 0;
        _sparse = row;
    }

    /// <summary>The log index of the stream's event at <paramref name="version"/>, or null if the log doesn't have it.</summary>
    public long? IndexOf(long version) => Holding(version) is not { } row ? null
        : row.IsDense ? row.FirstIndex + version - row.VersionFrom
        : version == row.VersionFrom ? row.FirstIndex
        : version == row.VersionTo ? row.FirstIndex + row.Events - 1
        : row.FirstIndex + (ReferenceEquals(row, _sparse) ? _rank : 0);

    /// <summary>The first version in the range given, both ends included, that the log knows of; null if there is none.</summary>
    public long? FirstWithin(long from, long to)
    {
        foreach (var row in _own.SkipWhile(row => row.VersionTo < from))
        {
            var first = row.VersionFrom >= from ? row.VersionFrom : row.IsDense ? from : row.VersionTo;
            if (first <= to)
                return first;
        }

        return null;
    }

    /// <summary>Whether the log gave this version to an event with another sequence.</summary>
    public bool GivesToAnother(long version, long sequence) => Holding(version) is { } row && !row.HoldsSequence(sequence);

    /// <summary>The append of another stream or tenant to which the event at this sequence belongs, if it isn't this stream's own.</summary>
    public LoggedAppend? ClaimElsewhere(long version, long sequence) =>
        _own.Exists(row => row.HoldsSequence(sequence)) ? null
        : _others.Find(row => row.HoldsSequence(sequence) && row.HoldsVersion(version));

    private LoggedAppend? Holding(long version)
    {
        int low = 0, high = _own.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_own[middle].HoldsVersion(version))
                return _own[middle];
            if (_own[middle].VersionFrom > version)
                high = middle - 1;
            else
                low = middle + 1;
        }

        return null;
    }
}
