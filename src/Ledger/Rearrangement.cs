namespace Platform.Ledger;

/// <summary>
/// Finds where a stream's suspects belong. A hash covers the version and the predecessor, so an event verifies at one version only: each
/// empty or doubtful version is tried with each suspect, in order of version, and what fits there is the event that was written there.
/// </summary>
internal sealed class Rearrangement(L1 suite, string tenant, Guid stream, List<Suspect> suspects)
{
    private readonly Dictionary<long, Hash> _learnt = [];

    /// <summary>Gives each suspect its home where there is one, and returns the versions that are still empty.</summary>
    public List<Absence> Resolve(IEnumerable<Absence> absences)
    {
        var left = new List<Absence>();
        var doubtful = suspects.Where(suspect => !suspect.IsExtra)
            .Select(suspect => (suspect.Version, Suspect: (Suspect?)suspect, Absence: (Absence?)null));
        var empty = absences.Select(absence => (Version: absence.From, Suspect: (Suspect?)null, Absence: (Absence?)absence));
        foreach (var slot in doubtful.Concat(empty).OrderBy(slot => slot.Version).ToList())
        {
            if (slot.Suspect is { } suspect)
                Settle(suspect);
            else if (Fill(slot.Absence!) is { } rest)
                left.Add(rest);
        }

        return left;
    }

    private void Settle(Suspect suspect)
    {
        if (Fits(suspect, suspect.Version, suspect.Before))
            suspect.Home = suspect.Version;
        else
            Place(suspect.Version, suspect.Before);
    }

    private Absence? Fill(Absence absence)
    {
        var (version, before) = (absence.From, absence.Before);
        while (version <= absence.To && Place(version, before))
            (version, before) = (version + 1, null);
        if (version > absence.To)
            return null;
        return version == absence.From ? absence : absence with { From = version, Index = absence.Index + version - absence.From };
    }

    private bool Place(long version, Predecessor? before)
    {
        if (suspects.Find(candidate => candidate.Home is null && Fits(candidate, version, before)) is not { } found)
            return false;
        found.Home = version;
        _learnt[version] = found.Stored;
        return true;
    }

    private bool Fits(Suspect suspect, long version, Predecessor? before)
    {
        if (_learnt.TryGetValue(version - 1, out var learnt) && Follows(suspect, version, learnt))
            return true;
        return before is { } known && (Follows(suspect, version, known.Stored) || Follows(suspect, version, known.Recomputed));
    }

    private bool Follows(Suspect suspect, long version, in Hash prev) =>
        suite.Event(suspect.Origin, tenant, stream, suspect.Fields with { Version = version }, prev) == suspect.Stored;
}
