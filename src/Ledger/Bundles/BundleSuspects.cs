namespace Platform.Ledger;

/// <summary>
/// Finds out where a bundle's suspects belong: a hash covers tenant and version, so that what fits to a leaf of the log is what was written there. Holds a number of them, and says
/// of the others only that they were touched.
/// </summary>
internal sealed class BundleSuspects(BundleNames names, Action<Finding> report)
{
    private const int MostHeld = 10_000;
    private const int MostOfStream = 64;
    private const int MostTenants = 256;

    private const string Altered = "The event's version, id, type, timestamp, epoch, predecessor or hash isn't what was written.";

    private readonly L1 _suite = new();
    private readonly Dictionary<(BundleTenant Tenant, Guid Stream), List<(BundleRow Row, BundleSuspect Is)>> _streams = [];
    private int _held;

    public void Add(in BundleRow row)
    {
        if (row.Suspect is not { } suspect || _held == MostHeld)
        {
            report(row.Find(FindingCode.LeafMismatch, Altered));
            return;
        }

        if (!_streams.TryGetValue((row.Tenant, row.Stream), out var stream))
            _streams.Add((row.Tenant, row.Stream), stream = []);
        stream.Add((row, suspect));
        _held++;
    }

    /// <summary>After the last row.</summary>
    public void Report()
    {
        BundleTenant? home = null;
        foreach (var stream in _streams.Values)
        {
            var told = Reordered([.. stream.Take(MostOfStream)]);
            var (first, count) = ((Finding?)null, 0);
            foreach (var (row, suspect) in stream.Where(one => !told.Contains(one.Row.Index)))
                if (Home(row, suspect, home) is { } found)
                    (home, first, count) = (found, first ?? row.Find(FindingCode.WrongTenant, $"The event was written for tenant {found.Name} and stands under tenant {row.Tenant.Name}."), count + 1);
                else
                    report(row.Find(FindingCode.LeafMismatch, Altered));
            if (first is not null)
                report(first with { Detail = $"{first.Detail} Events of this stream in that state: {count}." });
        }
    }

    /// <summary>Reports events that stand at each other's place, and returns the indices of the lines.</summary>
    private HashSet<long> Reordered(IReadOnlyList<(BundleRow Row, BundleSuspect Is)> suspects)
    {
        var homes = new Dictionary<long, long>();
        foreach (var (row, suspect) in suspects)
            foreach (var (other, _) in suspects)
                if (other.Version != row.Version && IsAt(row, suspect, other, suspects))
                    homes.TryAdd(row.Version, other.Version);
        var told = new HashSet<long>();
        foreach (var (row, _) in suspects)
        {
            var cycle = new List<long>();
            for (var version = row.Version; !cycle.Contains(version) && homes.TryGetValue(version, out var next); version = next)
                cycle.Add(version);
            if (cycle.Count < 2 || homes[cycle[^1]] != row.Version || told.Contains(row.Index))
                continue;
            report(row.Find(FindingCode.Order, $"The events at versions {string.Join(", ", cycle.Order())} stand at each other's place."));
            told.UnionWith(suspects.Where(one => cycle.Contains(one.Row.Version)).Select(one => one.Row.Index));
        }

        return told;
    }

    // Either the line has kept its place in the log and lost its version, or it has taken another's place and version.
    private bool IsAt(in BundleRow row, BundleSuspect suspect, in BundleRow other, IReadOnlyList<(BundleRow Row, BundleSuspect Is)> suspects)
    {
        foreach (var prev in new[] { row.Prev, other.Prev })
        {
            var leaf = L1.Leaf(_suite.Event(suspect.Origin, row.Tenant.Name, row.Stream, suspect.Fields with { Version = other.Version }, prev));
            if (leaf == suspect.Leaf || suspects.Any(one => one.Is.Leaf == leaf))
                return true;
        }

        return false;
    }

    private BundleTenant? Home(BundleRow row, BundleSuspect suspect, BundleTenant? likely)
    {
        foreach (var tenant in names.First(MostTenants).Prepend(likely))
            if (tenant is not null && L1.Leaf(_suite.Event(suspect.Origin, tenant.Name, row.Stream, suspect.Fields, row.Prev)) == suspect.Leaf)
                return tenant;
        return null;
    }
}
