using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

public static class SiteEndpoints
{
    private static readonly SiteDetailsProjection Details = new();
    private static SiteBodies Json => SiteBodies.Default;

    public static void MapSites(this RouteGroupBuilder api)
    {
        var sites = api.MapGroup("/sites").WithTags("Sites");
        var options = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<SiteOptions>();

        sites.MapStart("/", Json.SiteBody, (body, to) => new CreateSite(to.Id, body.Name ?? "", body.Domain ?? "", body.Settings ?? Fields.Empty, body.ParentId), SiteCommands.Create)
            .Requires(Permission.SitesEdit).OfSiteIn<CreateSite>("the site above", command => command.ParentId).Describe("CreateSite", "Start a site", "Its domain is reserved in the same transaction.");
        sites.MapReplace("/{id:guid}", Json.SiteBody, (body, to) => new ChangeSite(to.Id, body.Name ?? "", body.Domain ?? "", body.Settings ?? Fields.Empty, body.ParentId), (command, session, cancel) => SiteCommands.Change(command, options.NeedsVerifiedDomain, session, cancel))
            .Requires(Permission.SitesEdit).OfSite().OfSitesIn<ChangeSite>("the whole tenant where the site moves below another, which changes who may what on it", MovedInAsync)
            .Describe("ChangeSite", "Replace what can be edited of a site", "Records only what changed. Once it was launched, another main domain must be one of its verified ones, but in development.");
        sites.MapGet("/", ListAsync).Requires(Permission.SitesRead).OnAnySite("Shows the sites on which the caller has it.").Collection<SiteDetails>()
            .Describe("ListSites", "Sites of the tenant", "In id order.").Filter("parentId", "Only sites directly below this one").Filter("status", "draft, live, paused or archived");
        sites.MapGet("/{id:guid}", GetAsync).Requires(Permission.SitesRead).OfSite().Resource<SiteDetails>()
            .Describe("GetSite", "A site, as it is or as it was", "Read from its stream: never stale.");
        sites.MapVerb("/{id:guid}/launch", Json.EmptyBody, (_, to) => new LaunchSite(to.Id), (command, session, cancel) => SiteCommands.Launch(command, options.NeedsVerifiedDomain, session, cancel), optional: true)
            .Requires(Permission.SitesEdit).OfSite().Describe("LaunchSite", "Open a draft to visitors", "Its main domain must be verified, but in development.");
        sites.MapVerb("/{id:guid}/pause", Json.ReasonBody, (body, to) => new PauseSite(to.Id, body.Reason), SiteCommands.Pause, optional: true)
            .Requires(Permission.SitesEdit).OfSite().Describe("PauseSite", "Ask visitors to come back later", "For a live site.");
        sites.MapVerb("/{id:guid}/resume", Json.EmptyBody, (_, to) => new ResumeSite(to.Id), SiteCommands.Resume, optional: true)
            .Requires(Permission.SitesEdit).OfSite().Describe("ResumeSite", "Open a paused site again", "");
        sites.MapVerb("/{id:guid}/archive", Json.ReasonBody, (body, to) => new ArchiveSite(to.Id, body.Reason), SiteCommands.Archive, optional: true)
            .Requires(Permission.SitesEdit).OfSite().Describe("ArchiveSite", "Take a site out of use", "Frees its domains. Nothing of it is changed any more, and nothing new put on it; its content stays where else it stands. Sites below go first.");
        sites.MapVerb("/{id:guid}/restore", Json.EmptyBody, (_, to) => new RestoreSite(to.Id), SiteCommands.Restore, optional: true)
            .Requires(Permission.SitesEdit).OfSite().Describe("RestoreSite", "Make an archived site a draft again", "With the domains that it had, unless another has one of them now: then 409.");
    }

    // Above it, its people get other grants and denials: nobody who has only a part of the tenant moves parts of it.
    private static async Task<IReadOnlyList<Guid?>> MovedInAsync(ChangeSite command, IQuerySession session, CancellationToken cancel) =>
        (await session.Events.AggregateStreamAsync<Site>(command.SiteId, cancel: cancel)).State is { Exists: true } site && site.ParentId != command.ParentId ? [null] : [];

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        SiteStatus? status = Reading.Text(http, "status", "draft", "live", "paused", "archived") is { } text ? Enum.Parse<SiteStatus>(text, ignoreCase: true) : null;
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, parent) = (Reading.Limit(http), Reading.IdCursor(http), Reading.Uuid(http, "parentId"));
        await Reading.AwaitAsync(http, session, SiteDetails.ReadModel);
        return Reading.Page(http, await SiteDetails.ListAsync(session, parent, status, CallerAccess.Of(http).SitesWith(Permission.SitesRead), after, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store) =>
        Reading.FoldedAsync(http, store, Details, id, site => site.Version, SitesReadJson.Default.SiteDetails);
}
