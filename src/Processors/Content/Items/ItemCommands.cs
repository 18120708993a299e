using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Processors.Content;

/// <summary>Loads what each command of an item is decided on, and what its decision touches beyond the item.</summary>
public static class ItemCommands
{
    public static async Task<Handled> Create(CreateItem command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var type = await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(command.Type), cancel: cancel);
        var site = await session.Events.AggregateStreamAsync<HomeSite>(command.SiteId, cancel: cancel);
        return await session.SettleAsync(item, CreateItem.Decide(command, item.Aggregate, type.State, site.State), type.State, cancel);
    }

    public static Task<Handled> Edit(EditItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, type) => EditItem.Decide(command, item, type), cancel);

    public static async Task<Handled> Merge(MergeItem command, IDocumentSession session, CancellationToken cancel) =>
        await DecideAsync(session, command.ItemId, _ => command.Version, (item, then, type) => MergeItem.Decide(command, item, then, type), cancel) with { Merged = true };

    public static Task<Handled> Migrate(MigrateItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, type) => MigrateItem.Decide(command, item, type), cancel);

    public static Task<Handled> Translate(TranslateItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, type) => TranslateItem.Decide(command, item, type), cancel);

    public static Task<Handled> RemoveLocale(RemoveLocale command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, _) => Domain.Content.RemoveLocale.Decide(command, item), cancel);

    public static Task<Handled> Unpublish(UnpublishItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, _) => UnpublishItem.Decide(command, item), cancel);

    public static Task<Handled> Archive(ArchiveItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, _) => ArchiveItem.Decide(command, item), cancel);

    public static Task<Handled> Restore(RestoreItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, _) => RestoreItem.Decide(command, item), cancel);

    public static Task<Handled> MoveTo(ChangeSlug command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, _) => ChangeSlug.Decide(command, item), cancel);

    public static Task<Handled> Unplace(UnplaceItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, (item, _) => UnplaceItem.Decide(command, item), cancel);

    public static Task<Handled> Schedule(ScheduleItem command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Item>(command.ItemId, item => ScheduleItem.Decide(command, item), cancel);

    public static Task<Handled> CancelSchedule(CancelSchedule command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Item>(command.ItemId, item => Domain.Content.CancelSchedule.Decide(command, item), cancel);

    public static async Task<Handled> Place(PlaceItem command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.AggregateStreamAsync<HomeSite>(command.SiteId, cancel: cancel);
        return await DecideAsync(session, command.ItemId, (item, _) => PlaceItem.Decide(command, item, site.State), cancel);
    }

    public static Task<Handled> Publish(PublishItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, _ => command.Version, (item, then, type) => PublishItem.Decide(command, item, then, type), cancel);

    public static Task<Handled> Revert(RevertItem command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.ItemId, _ => command.Version, (item, then, type) => RevertItem.Decide(command, item, then, type), cancel);

    public static async Task<Handled> RunSchedule(RunSchedule command, IDocumentSession session, CancellationToken cancel)
    {
        var handled = await DecideAsync(
            session, command.ItemId, item => item.Schedule?.Version, (item, then, type) => Domain.Content.RunSchedule.Decide(command, item, then, type), cancel);
        return handled.Rejection is { } rejection
            ? await session.DecideAsync<Item>(command.ItemId, item => Domain.Content.RunSchedule.Failed(command, item, rejection), cancel)
            : handled;
    }

    public static Task<Handled> Label(LabelItem command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Item>(command.ItemId, item => LabelItem.Decide(command, item), cancel);

    public static Task<Handled> Share(ShareItem command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Item>(command.ItemId, item => ShareItem.Decide(command, item), cancel);

    public static Task<Handled> Unshare(UnshareItem command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Item>(command.ItemId, item => UnshareItem.Decide(command, item), cancel);

    private static Task<Handled> DecideAsync(IDocumentSession session, Guid itemId, Func<Item, ContentType, Decision> decide, CancellationToken cancel) =>
        DecideAsync(session, itemId, _ => null, (item, _, type) => decide(item, type), cancel);

    private static async Task<Handled> DecideAsync(
        IDocumentSession session, Guid itemId, Func<Item, long?> version, Func<Item, Item, ContentType, Decision> decide, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(itemId, cancel: cancel);
        var type = (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(item.Aggregate.Type), cancel: cancel)).State;
        var then = await session.AsOfAsync(item, version(item.Aggregate), cancel);
        return await session.SettleAsync(item, decide(item.Aggregate, then, type), type, cancel);
    }

    /// <summary>The item as of a version; as it is when that's null, or when it never had such a version.</summary>
    internal static async Task<Item> AsOfAsync(this IDocumentSession session, EventStream<Item> item, long? version, CancellationToken cancel) =>
        version is { } at && at >= 1 && at < item.StartingVersion
            ? (await session.Events.AggregateStreamAsync<Item>(item.Id, at, cancel: cancel)).State
            : item.Aggregate;

    /// <summary>Enlists a decision on an item with everything that it touches beyond the item.</summary>
    internal static async Task<Handled> SettleAsync(
        this IDocumentSession session, EventStream<Item> item, Decision decision, ContentType type, CancellationToken cancel)
    {
        var settled = decision.Events.IsEmpty
            ? decision.Rejection ?? JointDecision.Nothing
            : await session.SettleAsync(item.Aggregate, decision.Events, type, cancel);
        return session.Enlist(item.Id, item.StartingVersion, settled);
    }

    /// <summary>Loads what events of an item touch beyond the item, and decides on all of it.</summary>
    internal static async Task<JointDecision> SettleAsync(
        this IDocumentSession session, Item item, ImmutableArray<object> events, ContentType type, CancellationToken cancel)
    {
        var change = ItemChange.Of(item, events, type);
        var reservations = new Dictionary<Guid, IReservation>();
        foreach (var claim in change.Needed)
            reservations.Add(claim.StreamId, claim switch
            {
                SlugClaim => (await session.Events.FetchForWriting<SlugReservation>(claim.StreamId, cancel: cancel)).Aggregate,
                OverrideClaim => (await session.Events.FetchForWriting<OverrideReservation>(claim.StreamId, cancel: cancel)).Aggregate,
                _ => (await session.Events.FetchForWriting<ValueReservation>(claim.StreamId, cancel: cancel)).Aggregate,
            });
        var referenced = new Dictionary<Guid, Item>();
        foreach (var id in change.References.Select(reference => reference.ItemId).Distinct())
            referenced.Add(id, (await session.Events.AggregateStreamAsync<Item>(id, cancel: cancel)).State);
        return change.Settle(reservations, referenced);
    }
}
