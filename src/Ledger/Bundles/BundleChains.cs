using System.Runtime.InteropServices;

namespace Platform.Ledger;

/// <summary>
/// The order-dependent half: each stream's chain, and each event's id once over the whole bundle. Records go to partitions by hash and are gone through partition by partition, so
/// that memory holds one entry for a stream or id of one partition alone.
/// </summary>
internal sealed class BundleChains(BundleAbout about, BundleNames names, BundleTiles tiles, BundleAbsences absences, Action<Finding> report, (string Directory, long Budget) spill) : IDisposable
{
    private const int Partitions = 256;
    private const int RecordsABlock = 128;
    private const int MostDuplicates = 1_000_000;

    private readonly L1 _suite = new();
    private readonly Spill _chains = new(spill.Directory, Partitions, RecordsABlock * Marshal.SizeOf<Link>(), spill.Budget);
    private readonly Spill _ids = new(spill.Directory, Partitions, RecordsABlock * Marshal.SizeOf<Id>(), spill.Budget);
    private readonly Dictionary<long, long> _duplicates = [];

    // Looking for what a gap lost costs a pass over the leaves between: more than this in all is a bundle made to waste time.
    private long _leavesToSearch = (16 * (about.To - about.From)) + 1_000_000;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Link(int Tenant, Guid Stream, long Version, long Index, Hash Hash, Hash Prev, byte IsTombstone, byte IsSound, byte IsAnchored);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Id(Guid Value, long Index);

    /// <summary>Takes the next row; suspects are left out, because their place in a stream is what is in doubt.</summary>
    public void Add(in BundleRow row)
    {
        if (row.Verdict == BundleVerdict.Suspect)
            return;
        var link = new Link(row.Tenant.Number, row.Stream, row.Version, row.Index, row.Hash, row.Prev, Bit(row.IsTombstone), Bit(row.IsSound), Bit(row.IsAnchored));
        _chains.Append(PartitionOf(HashCode.Combine(row.Stream, row.Tenant.Number)), MemoryMarshal.AsBytes(new ReadOnlySpan<Link>(in link)));
        if (!row.IsSound)
            return;
        var id = new Id(row.Id, row.Index);
        _ids.Append(PartitionOf(HashCode.Combine(row.Id)), MemoryMarshal.AsBytes(new ReadOnlySpan<Id>(in id)));
    }

    /// <summary>After the last row.</summary>
    public void Verify(CancellationToken cancel)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            cancel.ThrowIfCancellationRequested();
            var seen = new Dictionary<Guid, long>();
            foreach (var block in _ids.Read(partition))
                foreach (ref readonly var id in MemoryMarshal.Cast<byte, Id>(block.Span))
                    if (!seen.TryAdd(id.Value, id.Index) && _duplicates.Count < MostDuplicates)
                        _duplicates.Add(id.Index, seen[id.Value]);
        }

        for (var partition = 0; partition < Partitions; partition++)
        {
            cancel.ThrowIfCancellationRequested();
            var last = new Dictionary<(int Tenant, Guid Stream), Link>();
            foreach (var block in _chains.Read(partition))
                foreach (ref readonly var link in MemoryMarshal.Cast<byte, Link>(block.Span))
                {
                    ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(last, (link.Tenant, link.Stream), out var exists);
                    Follow(link, exists ? before : null);
                    if (!exists || link.Version > before.Version)
                        before = link;
                }
        }
    }

    public void Dispose()
    {
        _chains.Dispose();
        _ids.Dispose();
    }

    private void Follow(in Link link, Link? last)
    {
        if (_duplicates.TryGetValue(link.Index, out var first))
        {
            Report(FindingCode.Duplicate, link, $"The event has the id of the one at index {first}: it was appended again.");
            return;
        }

        // What isn't in the log at its place says nothing about the others.
        if (link.IsAnchored == 0 || last is { IsAnchored: 0 })
            return;
        // A bundle that doesn't begin with the log has no predecessor for a stream's first event, and of the platform's own streams a tenant's bundle has announcements alone.
        var isPart = about.Tenant is not null && names[link.Tenant].Name != about.Tenant;
        if (last is null && (about.From > 0 || isPart) && link.Version > 1)
            return;
        var before = last ?? new Link(link.Tenant, link.Stream, 0, -1, _suite.Genesis(names[link.Tenant].Name, link.Stream), default, 0, 1, 1);
        if (last is not null && link.Version <= before.Version)
        {
            if (link.Version < before.Version)
                Report(FindingCode.Order, link, $"The event stands in the log after version {before.Version} of its stream.");
            else if (link.IsSound == 1)
                Report(FindingCode.LeafMismatch, link, "The event repeats a version of its stream.");
        }
        else if (link.Version > before.Version + 1 && link.IsTombstone == 0)
        {
            if (!isPart)
                Gap(link, before);
        }
        else if (link.IsSound == 1 && link.Prev != before.Hash)
            Break(link, before, isPart);
    }

    private void Gap(in Link link, in Link before)
    {
        var (from, to) = (before.Version + 1, link.Version - 1);
        var last = Search(link.Prev, before.Index, link.Index);
        if (last is { } index && absences.HasLine(index))
            return;
        var which = last is { } lost ? absences.Claim(before.Index + 1, lost, to - from + 1) : null;
        Report(FindingCode.VersionGap, link, from, which ?? (from == to ? last : null),
            from == to ? $"Version {from} is missing between events that are there." : $"Versions {from} to {to} are missing between events that are there.");
    }

    private void Break(in Link link, in Link before, bool isPart)
    {
        if (link.IsTombstone == 1 && Search(link.Prev, before.Index, link.Index) is { } lost)
        {
            if (absences.HasLine(lost) || isPart)
                return;
            absences.Claim(before.Index + 1, lost, 1);
            Report(FindingCode.VersionGap, link, null, lost, $"A tombstone between the versions {before.Version} and {link.Version} is missing.");
        }
        else
            Report(FindingCode.LeafMismatch, link, "The event is in the log, but doesn't follow the one before it in its stream.");
    }

    private long? Search(in Hash hash, long after, long before)
    {
        _leavesToSearch -= before - after;
        return _leavesToSearch < 0 ? null : tiles.Find(L1.Leaf(hash), after + 1, before);
    }

    private void Report(string code, in Link link, string detail) => Report(code, link, link.Version, link.Index, detail);

    private void Report(string code, in Link link, long? version, long? index, string detail) =>
        report(new Finding(code, names[link.Tenant].Name, link.Stream, version, index, detail));

    private static int PartitionOf(int hash) => (int)((uint)hash % Partitions);

    private static byte Bit(bool value) => value ? (byte)1 : (byte)0;
}
