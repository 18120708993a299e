using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>Loads what each command of a site is decided on.</summary>
public static class SiteCommands
{
    private const int MostAncestors = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<Handled> Create(CreateSite command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        var domain = await session.Events.FetchForWriting<DomainReservation>(DomainReservation.IdOf(command.Domain), cancel: cancel);
        var place = await PlaceInUseAsync(session, command.ParentId, cancel);
        return session.Enlist(command.SiteId, site.StartingVersion, CreateSite.Decide(command, site.Aggregate, domain.Aggregate, place));
    }

    public static async Task<Handled> Change(ChangeSite command, bool needsVerified, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        var domain = await session.Events.FetchForWriting<DomainReservation>(DomainReservation.IdOf(command.Domain), cancel: cancel);
        var place = await PlaceAsync(session, command.ParentId, cancel);
        var moves = command.ParentId != site.Aggregate.ParentId;
        // Two moves at once, each below the other, would make a circle: whoever is above must not have moved meanwhile.
        foreach (var ancestor in moves ? place.Ancestors.Remove(command.SiteId) : [])
            session.Events.EnforceConsistency(ancestor);
        var levels = moves ? await SiteDetails.LevelsBelowAsync(session, command.SiteId, cancel) : 0;
        return session.Enlist(command.SiteId, site.StartingVersion, ChangeSite.Decide(command, site.Aggregate, domain.Aggregate, place with { LevelsBelow = levels }, needsVerified));
    }

    public static async Task<Handled> Launch(LaunchSite command, bool needsVerified, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        var place = await PlaceAsync(session, site.Aggregate.ParentId, cancel);
        var decision = LaunchSite.Decide(command, site.Aggregate, place, needsVerified);
        site.AppendMany(decision.Events);
        return new Handled(command.SiteId, site.StartingVersion, decision.Rejection);
    }

    public static Task<Handled> Pause(PauseSite command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Site>(command.SiteId, site => PauseSite.Decide(command, site), cancel);

    public static Task<Handled> Resume(ResumeSite command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Site>(command.SiteId, site => ResumeSite.Decide(command, site), cancel);

    /// <exception cref="TimeoutException">The read model of sites is behind.</exception>
    public static async Task<Handled> Archive(ArchiveSite command, IDocumentSession session, CancellationToken cancel)
    {
        // A site that was started below it just now must be seen.
        if (!await session.WaitForAllAsync(SiteDetails.ReadModel, Patience, cancel))
            throw new TimeoutException($"The read model {SiteDetails.ReadModel} is behind the log.");
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        await ReservationsAsync(session, site.Aggregate, cancel);
        return session.Enlist(command.SiteId, site.StartingVersion, ArchiveSite.Decide(command, site.Aggregate, await SiteDetails.InUseBelowAsync(session, command.SiteId, cancel)));
    }

    public static async Task<Handled> Restore(RestoreSite command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        var domains = await ReservationsAsync(session, site.Aggregate, cancel);
        return session.Enlist(command.SiteId, site.StartingVersion, RestoreSite.Decide(command, site.Aggregate, domains, await PlaceInUseAsync(session, site.Aggregate.ParentId, cancel)));
    }

    /// <summary>Decides a set-up on what is there, for a preview too.</summary>
    public static async Task<SetUpDecision> DecideAsync(SetUpSite command, IDocumentSession session, CancellationToken cancel)
    {
        if (command.RefuseSize() is { } refused)
            return new SetUpDecision(refused);
        var facts = ImmutableArray.CreateBuilder<NewSiteFacts>();
        foreach (var site in command.Sites)
        {
            var state = await session.Events.FetchForWriting<Site>(site.SiteId, cancel: cancel);
            var domains = ImmutableArray.CreateBuilder<DomainReservation>();
            foreach (var domain in site.Aliases.Prepend(site.Domain))
                domains.Add((await session.Events.FetchForWriting<DomainReservation>(DomainReservation.IdOf(domain), cancel: cancel)).Aggregate);
            var scope = await session.Events.FetchForWriting<ConfigurationScope>(ConfigurationScope.IdOf(site.SiteId), cancel: cancel);
            facts.Add(new NewSiteFacts(state.Aggregate, domains.ToImmutable(), scope.Aggregate));
        }
        var copied = command.CopyFrom is not { } from ? null : new CopiedSite(
            (await session.Events.AggregateStreamAsync<Site>(from, cancel: cancel)).State,
            (await session.Events.AggregateStreamAsync<ConfigurationScope>(ConfigurationScope.IdOf(from), cancel: cancel)).State);
        var keys = command.Sites.SelectMany(site => site.Values.Values.Keys.Concat(site.Locks)).Concat(copied is null ? [] : copied.Scope.Values.Values.Keys.Concat(copied.Scope.Locks));
        var configuration = await ConfigurationCommands.PlaceBelowAsync(session, command.Sites[0].SiteId, command.ParentId, keys, cancel);
        return SetUpSite.Decide(command, facts.ToImmutable(), await PlaceInUseAsync(session, command.ParentId, cancel), configuration, copied);
    }

    public static async Task<Handled> SetUp(SetUpSite command, IDocumentSession session, CancellationToken cancel) =>
        session.Enlist(command.Sites[0].SiteId, 0, (await DecideAsync(command, session, cancel)).ToJoint());

    public static async Task<Handled> AddDomain(AddDomain command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        var domain = await session.Events.FetchForWriting<DomainReservation>(DomainReservation.IdOf(command.Domain), cancel: cancel);
        return session.Enlist(command.SiteId, site.StartingVersion, Domain.Sites.AddDomain.Decide(command, site.Aggregate, domain.Aggregate));
    }

    public static async Task<Handled> RemoveDomain(RemoveDomain command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await session.Events.FetchForWriting<Site>(command.SiteId, cancel: cancel);
        await session.Events.FetchForWriting<DomainReservation>(DomainReservation.IdOf(command.Domain), cancel: cancel);
        return session.Enlist(command.SiteId, site.StartingVersion, Domain.Sites.RemoveDomain.Decide(command, site.Aggregate));
    }

    private static async Task<ImmutableArray<DomainReservation>> ReservationsAsync(IDocumentSession session, Site site, CancellationToken cancel)
    {
        var domains = ImmutableArray.CreateBuilder<DomainReservation>();
        foreach (var domain in site.Exists ? site.Domains : [])
            domains.Add((await session.Events.FetchForWriting<DomainReservation>(DomainReservation.IdOf(domain), cancel: cancel)).Aggregate);
        return domains.ToImmutable();
    }

    // Above a site that comes into use: what is right above must not be archived meanwhile.
    private static async Task<SitePlace> PlaceInUseAsync(IDocumentSession session, Guid? parentId, CancellationToken cancel)
    {
        var place = await PlaceAsync(session, parentId, cancel);
        foreach (var parent in place.Ancestors.Take(1))
            session.Events.EnforceConsistency(parent);
        return place;
    }

    // Above the site; nearest first.
    private static async Task<SitePlace> PlaceAsync(IDocumentSession session, Guid? parentId, CancellationToken cancel)
    {
        var ancestors = ImmutableArray.CreateBuilder<Guid>();
        Guid? archived = null;
        while (parentId is { } id && ancestors.Count < MostAncestors)
        {
            var parent = await session.Events.FetchForWriting<Site>(id, cancel: cancel);
            if (!parent.Aggregate.Exists)
                break;
            ancestors.Add(id);
            archived ??= parent.Aggregate.Status == SiteStatus.Archived ? id : null;
            parentId = parent.Aggregate.ParentId;
        }
        return new SitePlace(ancestors.ToImmutable(), 0, archived);
    }
}
