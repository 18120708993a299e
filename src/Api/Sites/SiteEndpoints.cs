using Platform.Api.Content;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Content;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

public static class SiteEndpoints
{
    private static readonly SiteDetailsProjection Details = new();
    private static SiteBodies Json => SiteBodies.Default;

    public static void MapSites(this RouteGroupBuilder api)
    {
        var sites = api.MapGroup("/sites").WithTags("Sites");

        sites.MapStart("/", Json.SiteBody, (body, to) => new CreateSite(to.Id, body.Name ?? "", body.Domain ?? "", body.Settings ?? Fields.Empty, body.ParentId), SiteCommands.Create)
            .Requires(Permission.SitesEdit).OfSiteIn<CreateSite>("the site above", command => command.ParentId).Describe("CreateSite", "Start a site", "Its domain is reserved in the same transaction.");
        sites.MapReplace("/{id:guid}", Json.SiteBody, (body, to) => new ChangeSite(to.Id, body.Name ?? "", body.Domain ?? "", body.Settings ?? Fields.Empty, body.ParentId), SiteCommands.Change)
            .Requires(Permission.SitesEdit).OfSite().OfSitesIn<ChangeSite>("the whole tenant where the site moves below another, which changes who may what on it", MovedInAsync)
            .Describe("ChangeSite", "Replace what can be edited of a site", "Records only what changed.");
        sites.MapGet("/", ListAsync).Requires(Permission.SitesRead).OnAnySite("Shows the sites on which the caller has it.").Collection<SiteDetails>()
            .Describe("ListSites", "Sites of the tenant", "In id order.").Filter("parentId", "Only sites directly below this one");
        sites.MapGet("/{id:guid}", GetAsync).Requires(Permission.SitesRead).OfSite().Resource<SiteDetails>()
            .Describe("GetSite", "A site, as it is or as it was", "Read from its stream: never stale.");
        sites.MapGet("/{id:guid}/content", ContentAsync).Requires(Permission.ContentRead).OfSite().Collection<ItemDetails>().Problems(ProblemKind.NotFound)
            .Describe("GetSiteContent", "Items of a site", "In id order.")
            .Filter("status", "draft, published or archived").Filter("type", "Name of a content type").Filter("locale", "Language tag");
    }

    // Above it, its people get other grants and denials: nobody who has only a part of the tenant moves parts of it.
    private static async Task<IReadOnlyList<Guid?>> MovedInAsync(ChangeSite command, IQuerySession session, CancellationToken cancel) =>
        (await session.Events.AggregateStreamAsync<Site>(command.SiteId, cancel: cancel)).State is { Exists: true } site && site.ParentId != command.ParentId ? [null] : [];

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, parent) = (Reading.Limit(http), Reading.IdCursor(http), Reading.Uuid(http, "parentId"));
        await Reading.AwaitAsync(http, session, SiteDetails.ReadModel);
        return Reading.Page(http, await SiteDetails.ListAsync(session, parent, CallerAccess.Of(http).SitesWith(Permission.SitesRead), after, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store) =>
        Reading.FoldedAsync(http, store, Details, id, site => site.Version, SitesReadJson.Default.SiteDetails);

    private static async Task<IResult> ContentAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var site = await store.QuerySession(Caller.Of(http).TenantId).Events.AggregateStreamAsync<Site>(id, cancel: http.RequestAborted);
        return site.State.Exists ? await ItemEndpoints.ListOfSiteAsync(http, store, id) : new Problem(ProblemKind.NotFound, "There is no such site.");
    }
}
