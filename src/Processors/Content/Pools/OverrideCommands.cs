using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;
using Platform.Projections.Content;

namespace Platform.Processors.Content;

/// <summary>Loads what commands on overrides of shared items are decided on.</summary>
public static class OverrideCommands
{
    private static readonly ItemDetailsProjection Details = new();

    // The shared item and the gate are read, not guarded: what becomes of them at the same moment came later.
    public static async Task<Handled> Override(OverrideItem command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var upstream = (await session.Events.AggregateStreamAsync<Item>(command.UpstreamId, cancel: cancel)).State;
        var live = upstream.Live is { } published ? (await session.Events.AggregateStreamAsync<Item>(command.UpstreamId, published.Version, cancel: cancel)).State : upstream;
        var type = (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(upstream.Type), cancel: cancel)).State;
        var site = (await session.Events.AggregateStreamAsync<HomeSite>(command.SiteId, cancel: cancel)).State;
        var known = (await session.Events.AggregateStreamAsync<OverrideReservation>(OverrideReservation.IdOf(command.SiteId, command.UpstreamId), cancel: cancel)).State.HeldBy;
        var handled = await session.SettleAsync(item, OverrideItem.Decide(command, upstream, live, site, await AdmitsAsync(command, session, cancel), known), type, cancel);
        // If-Match is about the shared item, whose path the command came by.
        return handled with { Version = upstream.Version };
    }

    public static async Task<Handled> Merge(MergeUpstream command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var type = (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(item.Aggregate.Type), cancel: cancel)).State;
        var (upstream, then, now) = (Item.Initial, Item.Initial, Item.Initial);
        if (item.Aggregate.Upstream is { } known)
        {
            upstream = now = (await session.Events.AggregateStreamAsync<Item>(known.ItemId, cancel: cancel)).State;
            then = (await session.Events.AggregateStreamAsync<Item>(known.ItemId, known.Version, cancel: cancel)).State;
            if (upstream.Live is { } live)
                now = (await session.Events.AggregateStreamAsync<Item>(known.ItemId, live.Version, cancel: cancel)).State;
        }
        return await session.SettleAsync(item, MergeUpstream.Decide(command, item.Aggregate, upstream, then, now, type), type, cancel);
    }

    private static async Task<bool> AdmitsAsync(OverrideItem command, IQuerySession session, CancellationToken cancel) =>
        (await session.Events.AggregateStreamAsync(Details, command.UpstreamId, cancel: cancel))?.Pooled is { } pooled
        && await GateDetails.FindAsync(session, command.SiteId, null, cancel) is { } gate
        && SiteGate.Admits(gate.Rules, command.Now)(pooled);
}
