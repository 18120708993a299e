using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>Loads what each command on segments is decided on.</summary>
public static class SegmentCommands
{
    public static async Task<Handled> Define(DefineSegment command, IDocumentSession session, CancellationToken cancel)
    {
        var (segment, list) = await LoadAsync(session, command.SegmentId, cancel);
        return session.Enlist(command.SegmentId, segment.StartingVersion, DefineSegment.Decide(command, segment.Aggregate, list, BehaviourQuery.FilterNames));
    }

    public static async Task<Handled> Change(ChangeSegment command, IDocumentSession session, CancellationToken cancel)
    {
        var (segment, list) = await LoadAsync(session, command.SegmentId, cancel);
        return session.Enlist(command.SegmentId, segment.StartingVersion, ChangeSegment.Decide(command, segment.Aggregate, list, BehaviourQuery.FilterNames));
    }

    public static async Task<Handled> Archive(ArchiveSegment command, IDocumentSession session, CancellationToken cancel)
    {
        var (segment, _) = await LoadAsync(session, command.SegmentId, cancel);
        return session.Enlist(command.SegmentId, segment.StartingVersion, ArchiveSegment.Decide(command, segment.Aggregate));
    }

    private static async Task<(EventStream<Segment> Segment, SegmentList List)> LoadAsync(IDocumentSession session, Guid id, CancellationToken cancel) =>
        (await session.Events.FetchForWriting<Segment>(id, cancel: cancel), (await session.Events.FetchForWriting<SegmentList>(SegmentList.Id, cancel: cancel)).Aggregate);
}
