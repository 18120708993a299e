using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Processors.Content;

/// <summary>Loads what each command of an item is decided on.</summary>
public static class ItemCommands
{
    public static async Task<Handled> Create(CreateItem command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var type = await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(command.Type), cancel: cancel);
        var site = await session.Events.AggregateStreamAsync<HomeSite>(command.SiteId, cancel: cancel);
        var slug = await FetchSlugAsync(session, command.SiteId, command.Locale, command.Slug, cancel);
        return session.Enlist(command.ItemId, item.StartingVersion, CreateItem.Decide(command, item.Aggregate, type.State, site.State, slug));
    }

    public static async Task<Handled> Edit(EditItem command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var decision = EditItem.Decide(command, item.Aggregate, await TypeOfAsync(session, item.Aggregate, cancel));
        item.AppendMany(decision.Events);
        return new Handled(command.ItemId, item.StartingVersion, decision.Rejection);
    }

    public static async Task<Handled> Publish(PublishItem command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var then = await AsOfAsync(session, item, command.Version, cancel);
        var decision = PublishItem.Decide(command, item.Aggregate, then, await TypeOfAsync(session, item.Aggregate, cancel));
        item.AppendMany(decision.Events);
        return new Handled(command.ItemId, item.StartingVersion, decision.Rejection);
    }

    public static async Task<Handled> Revert(RevertItem command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var then = await AsOfAsync(session, item, command.Version, cancel);
        var decision = RevertItem.Decide(command, item.Aggregate, then, await TypeOfAsync(session, item.Aggregate, cancel));
        item.AppendMany(decision.Events);
        return new Handled(command.ItemId, item.StartingVersion, decision.Rejection);
    }

    public static Task<Handled> Unpublish(UnpublishItem command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Item>(command.ItemId, item => UnpublishItem.Decide(command, item), cancel);

    public static async Task<Handled> Archive(ArchiveItem command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        await FetchSlugAsync(session, item.Aggregate.SiteId, item.Aggregate.Locale, item.Aggregate.Slug, cancel);
        return session.Enlist(command.ItemId, item.StartingVersion, ArchiveItem.Decide(command, item.Aggregate));
    }

    public static async Task<Handled> Restore(RestoreItem command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var slug = await FetchSlugAsync(session, item.Aggregate.SiteId, item.Aggregate.Locale, item.Aggregate.Slug, cancel);
        return session.Enlist(command.ItemId, item.StartingVersion, RestoreItem.Decide(command, item.Aggregate, slug));
    }

    public static async Task<Handled> MoveTo(ChangeSlug command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.FetchForWriting<Item>(command.ItemId, cancel: cancel);
        var slug = await FetchSlugAsync(session, item.Aggregate.SiteId, item.Aggregate.Locale, command.Slug, cancel);
        return session.Enlist(command.ItemId, item.StartingVersion, ChangeSlug.Decide(command, item.Aggregate, slug));
    }

    private static async Task<SlugReservation> FetchSlugAsync(IDocumentSession session, Guid siteId, string locale, string slug, CancellationToken cancel) =>
        (await session.Events.FetchForWriting<SlugReservation>(SlugReservation.IdOf(siteId, locale, slug), cancel: cancel)).Aggregate;

    internal static async Task<ContentType> TypeOfAsync(IDocumentSession session, Item item, CancellationToken cancel) =>
        (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(item.Type), cancel: cancel)).State;

    internal static async Task<Item> AsOfAsync(IDocumentSession session, EventStream<Item> item, long? version, CancellationToken cancel) =>
        version is { } then && then >= 1 && then < item.StartingVersion
            ? (await session.Events.AggregateStreamAsync<Item>(item.Id, then, cancel: cancel)).State
            : item.Aggregate;
}
