using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Processors.Content;

/// <summary>Loads what each command of a release is decided on: the release and all of its items.</summary>
public static class ReleaseCommands
{
    public static Task<Handled> Create(CreateRelease command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Release>(command.ReleaseId, release => CreateRelease.Decide(command, release), cancel);

    public static Task<Handled> Change(ChangeRelease command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Release>(command.ReleaseId, release => ChangeRelease.Decide(command, release), cancel);

    public static Task<Handled> Publish(PublishRelease command, IDocumentSession session, CancellationToken cancel) => DecideAsync(
        session, command.ReleaseId, release => release.Items.Select(item => (item.ItemId, item.Version)),
        (release, items) => PublishRelease.Decide(command, release, items), cancel);

    public static Task<Handled> Undo(UndoRelease command, IDocumentSession session, CancellationToken cancel) => DecideAsync(
        session, command.ReleaseId, release => release.Steps.Select(step => (step.ItemId, (long?)step.ItemVersion)),
        (release, items) => UndoRelease.Decide(command, release, items), cancel);

    private static async Task<Handled> DecideAsync(
        IDocumentSession session, Guid releaseId, Func<Release, IEnumerable<(Guid ItemId, long? Version)>> versions,
        Func<Release, IReadOnlyDictionary<Guid, ReleasedItem>, JointDecision> decide, CancellationToken cancel)
    {
        var release = await session.Events.FetchForWriting<Release>(releaseId, cancel: cancel);
        var items = new Dictionary<Guid, ReleasedItem>();
        var types = new Dictionary<string, ContentType>(StringComparer.Ordinal);
        foreach (var (id, version) in versions(release.Aggregate))
        {
            var item = await session.Events.FetchForWriting<Item>(id, cancel: cancel);
            if (!types.TryGetValue(item.Aggregate.Type, out var type))
                types.Add(item.Aggregate.Type, type = (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(item.Aggregate.Type), cancel: cancel)).State);
            items.Add(id, new ReleasedItem(item.Aggregate, await session.AsOfAsync(item, version, cancel), type));
        }

        var decision = decide(release.Aggregate, items);
        var streams = new List<StreamEvents>();
        var claims = new HashSet<Guid>();
        foreach (var stream in decision.Streams)
        {
            if (!items.TryGetValue(stream.StreamId, out var item))
            {
                streams.Add(stream);
                continue;
            }
            var settled = await session.SettleAsync(item.Item, stream.Events, item.Type, cancel);
            if (settled.Rejection is { } rejection)
                return new Handled(releaseId, release.StartingVersion, rejection);
            // Each item was settled against what is there now, so two of them may have found the same slug or value free.
            if (settled.Streams.Any(s => s.StreamId != stream.StreamId && !claims.Add(s.StreamId)))
                return new Handled(releaseId, release.StartingVersion, Reject.Conflict($"Item {stream.StreamId} and another item of the release would have the same slug or unique value."));
            streams.AddRange(settled.Streams);
        }
        return session.Enlist(releaseId, release.StartingVersion, decision.Rejection ?? JointDecision.Of([.. streams]));
    }
}
