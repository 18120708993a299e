using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>Loads what each command of a site is decided on.</summary>
public static class SiteCommands
{
    private const int MostAncestors = 64;

    public static async Task<Handled> Create(CreateSite command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        var domain = await session.Events.FetchForWriting<DomainReservation>(DomainReservation.IdOf(command.Domain), cancel: cancel);
        var place = new SitePlace(await AncestorsAsync(session, command.ParentId, cancel));
        return session.Enlist(command.SiteId, site.StartingVersion, CreateSite.Decide(command, site.Aggregate, domain.Aggregate, place));
    }

    public static async Task<Handled> Change(ChangeSite command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        var domain = await session.Events.FetchForWriting<DomainReservation>(DomainReservation.IdOf(command.Domain), cancel: cancel);
        var ancestors = await AncestorsAsync(session, command.ParentId, cancel);
        var moves = command.ParentId != site.Aggregate.ParentId;
        // Two moves at once, each below the other, would make a circle: whoever is above must not have moved meanwhile.
        foreach (var ancestor in moves ? ancestors.Remove(command.SiteId) : [])
            session.Events.EnforceConsistency(ancestor);
        var place = new SitePlace(ancestors, moves ? await SiteDetails.LevelsBelowAsync(session, command.SiteId, cancel) : 0);
        return session.Enlist(command.SiteId, site.StartingVersion, ChangeSite.Decide(command, site.Aggregate, domain.Aggregate, place));
    }

    private static async Task<ImmutableArray<Guid>> AncestorsAsync(IDocumentSession session, Guid? parentId, CancellationToken cancel)
    {
        var ancestors = ImmutableArray.CreateBuilder<Guid>();
        while (parentId is { } id && ancestors.Count < MostAncestors)
        {
            var parent = await session.Events.FetchForWriting<Site>(id, cancel: cancel);
            if (!parent.Aggregate.Exists)
                break;
            ancestors.Add(id);
            parentId = parent.Aggregate.ParentId;
        }
        return ancestors.ToImmutable();
    }
}
