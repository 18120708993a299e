using System.Globalization;

namespace Platform.Ledger;

// What the verifier says, and what it leaves unsaid because another finding says it.
public sealed partial class StreamVerifier
{
    private const string Altered = "The event's version, id, type, timestamp or recorded hash isn't what was written.";

    private void ReportSuspects()
    {
        var told = new HashSet<long>();
        foreach (var suspect in _suspects)
        {
            if (suspect.IsDisplaced)
                ReportDisplaced(suspect, told);
            else if (suspect.Home is null && !RestsOnNothing(suspect))
                ReportAltered(suspect);
        }
    }

    /// <summary>Whether nothing is left to check the event on: its predecessor is gone, or an event from elsewhere stands there.</summary>
    private bool RestsOnNothing(Suspect suspect) => !suspect.IsExtra
        && (suspect.Before is null
            || _suspects.Exists(other => other.Version == suspect.Version - 1 && other.Home is null && other.IsForeign));

    private void ReportAltered(Suspect suspect)
    {
        if (suspect.Claim is { } claim)
            _missing.Displaced(claim, suspect.Version);
        var detail = suspect switch
        {
            { Claim: { } home } => $"The event was written to stream {home.Stream}.",
            { IsExtra: true } => "The event repeats a version of its stream, and isn't what was written there.",
            _ => Altered,
        };
        Report(FindingCode.LeafMismatch, suspect.Version, suspect.Index, detail);
    }

    private void ReportDisplaced(Suspect suspect, HashSet<long> told)
    {
        if (told.Contains(suspect.Version))
            return;
        if (Cycle(suspect) is not { } cycle)
        {
            var home = suspect.Home!.Value;
            Report(FindingCode.LeafMismatch, suspect.Version, _log.IndexOf(home),
                $"The event was written as version {Text(home)} of its stream.");
            return;
        }

        told.UnionWith(cycle);
        Report(FindingCode.Order, suspect.Version, suspect.Index,
            $"The events at versions {string.Join(", ", cycle.Order().Select(Text))} stand at each other's place.");
    }

    /// <summary>The versions whose events stand at each other's place; null if the event simply stands at a version not its own.</summary>
    private List<long>? Cycle(Suspect start)
    {
        var versions = new List<long> { start.Version };
        var next = start.Home;
        while (next != start.Version)
        {
            if (_suspects.Find(suspect => suspect.Version == next && suspect.IsDisplaced) is not { } found
                || versions.Contains(found.Version))
                return null;
            versions.Add(found.Version);
            next = found.Home;
        }

        return versions;
    }

    private void NoteForeign(LoggedAppend home, long version)
    {
        _missing.Displaced(home, version);
        var index = home.IsDense ? home.FirstIndex + version - home.VersionFrom : home.FirstIndex;
        var finding = new Finding(FindingCode.WrongTenant, _tenant, _stream, version, index,
            $"The event was written for tenant {home.Tenant} and stands under tenant {_tenant}.");
        _foreign = _foreign is { } seen ? (seen.First, seen.Count + 1) : (finding, 1);
    }

    private void NoteMissing(List<Absence> empty, long known)
    {
        // A gap below an event that doesn't belong there is no gap, unless the log or the stream's row knows of it.
        foreach (var gap in empty.Where(gap => gap.From < _lastOwn))
            Miss(FindingCode.VersionGap, gap.From, gap.Index, gap.From, gap.To,
                $"{Versions(gap.From, gap.To)} missing between events that are there.");

        if (empty.Find(gap => gap.From > _lastOwn && gap.From <= known) is not { } tail)
            return;
        if (_last == 0 && _suspects.Count == 0)
            Miss(FindingCode.MissingStream, null, FirstIndex(), 1, known,
                $"All events of the stream are gone; the last one known of had version {Text(known)}.");
        else if (tail.From <= _log.LastVersion)
            Miss(FindingCode.MissingPayload, tail.From, tail.Index, tail.From, known,
                $"{Versions(tail.From, known)} missing at the stream's end; the log has what was there.");
        else
            Miss(FindingCode.StreamTruncated, tail.From, null, tail.From, known,
                $"{Versions(tail.From, known)} missing at the stream's end; the stream's row counts them, the log doesn't have them yet.");
    }

    private long? FirstIndex() => _log.FirstWithin(long.MinValue, long.MaxValue) is { } first ? _log.IndexOf(first) : null;

    private void Miss(string code, long? version, long? index, long from, long to, string detail) =>
        _missing.Add(new Finding(code, _tenant, _stream, version, index, detail), _tenant, _stream, from, to);

    private void ReportOwn(string code, long version, string detail)
    {
        _lastOwn = Math.Max(_lastOwn, version);
        Report(code, version, detail);
    }

    private void Report(string code, long version, string detail) => Report(code, version, _log.IndexOf(version), detail);

    private void Report(string code, long version, long? index, string detail) =>
        report(new Finding(code, _tenant, _stream, version, index, detail));

    private static string Versions(long from, long to) =>
        from == to ? $"Version {Text(from)} is" : $"Versions {Text(from)} to {Text(to)} are";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
