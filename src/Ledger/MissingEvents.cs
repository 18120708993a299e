namespace Platform.Ledger;

/// <summary>
/// Holds back what is missing until all streams were seen: an event that stands in another tenant's stream is reported there, and isn't
/// reported as missing here as well. Holds one entry a finding, and at most <see cref="ClaimLimit"/> displaced events.
/// </summary>
internal sealed class MissingEvents
{
    private const int ClaimLimit = 1_000_000;

    private readonly List<(Finding Finding, string Tenant, Guid Stream, long From, long To)> _missing = [];
    private readonly HashSet<(string Tenant, Guid Stream, long Version)> _standingElsewhere = [];

    public void Add(Finding finding, string tenant, Guid stream, long from, long to) => _missing.Add((finding, tenant, stream, from, to));

    /// <summary>Notes an event that belongs to the append given, but stands in another stream.</summary>
    public void Displaced(LoggedAppend home, long version)
    {
        if (_standingElsewhere.Count < ClaimLimit)
            _standingElsewhere.Add((home.Tenant, home.Stream, version));
    }

    public void Report(Action<Finding> report)
    {
        foreach (var (finding, tenant, stream, from, to) in _missing)
        {
            if (!StandsElsewhere(tenant, stream, from, to))
                report(finding);
        }

        _missing.Clear();
        _standingElsewhere.Clear();
    }

    private bool StandsElsewhere(string tenant, Guid stream, long from, long to)
    {
        for (var version = from; version <= to; version++)
        {
            if (!_standingElsewhere.Contains((tenant, stream, version)))
                return false;
        }

        return true;
    }
}
