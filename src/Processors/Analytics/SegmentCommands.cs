using System.Collections.Immutable;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Platform.Projections.Sites;

namespace Platform.Processors.Analytics;

/// <summary>Loads what each command on segments is decided on.</summary>
public static class SegmentCommands
{
    public static async Task<Handled> Define(DefineSegment command, IDocumentSession session, CancellationToken cancel)
    {
        var (segment, list) = await LoadAsync(session, command.SegmentId, cancel);
        var missing = await MissingAsync(session, command.Sites, cancel);
        return session.Enlist(command.SegmentId, segment.StartingVersion, DefineSegment.Decide(command, segment.Aggregate, list, BehaviourQuery.FilterNames, missing));
    }

    public static async Task<Handled> Change(ChangeSegment command, IDocumentSession session, CancellationToken cancel)
    {
        var (segment, list) = await LoadAsync(session, command.SegmentId, cancel);
        var missing = await MissingAsync(session, command.Sites, cancel);
        return session.Enlist(command.SegmentId, segment.StartingVersion, ChangeSegment.Decide(command, segment.Aggregate, list, BehaviourQuery.FilterNames, missing));
    }

    public static async Task<Handled> Archive(ArchiveSegment command, IDocumentSession session, CancellationToken cancel)
    {
        var (segment, _) = await LoadAsync(session, command.SegmentId, cancel);
        return session.Enlist(command.SegmentId, segment.StartingVersion, ArchiveSegment.Decide(command, segment.Aggregate));
    }

    // More than there may be are refused whatever they are.
    private static async Task<ImmutableArray<int>> MissingAsync(IQuerySession session, ImmutableArray<Guid>? sites, CancellationToken cancel)
    {
        if (sites is not { Length: > 0 and <= DefineSegment.MostSites } named) return [];
        var known = (await SiteDetails.AmongAsync(session, named, cancel)).Items.ToHashSet();
        var missing = ImmutableArray.CreateBuilder<int>();
        // One that was just made isn't in the read model yet.
        foreach (var (n, site) in named.Index())
            if (!known.Contains(site) && !(await session.Events.AggregateStreamAsync<ReportedSite>(site, cancel: cancel)).State.Exists) missing.Add(n);
        return missing.ToImmutable();
    }

    private static async Task<(EventStream<Segment> Segment, SegmentList List)> LoadAsync(IDocumentSession session, Guid id, CancellationToken cancel) =>
        (await session.Events.FetchForWriting<Segment>(id, cancel: cancel), (await session.Events.FetchForWriting<SegmentList>(SegmentList.Id, cancel: cancel)).Aggregate);
}
