using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Content;
using Platform.Projections.Content;

namespace Platform.Api.Content;

public static class ReleaseEndpoints
{
    private static readonly ReleaseDetailsProjection Details = new();
    private static ReleaseBodies Json => ReleaseBodies.Default;

    public static void MapReleases(this RouteGroupBuilder api)
    {
        var releases = api.MapGroup("/releases").WithTags("Content");

        releases.MapStart("/", Json.CreateReleaseBody, (body, to) => new CreateRelease(to.Id, body.Name ?? ""), ReleaseCommands.Create)
            .Requires(Permission.ContentEdit).Describe("CreateRelease", "Start a release", "A named set of items that go live, or off the air, at once.");
        releases.MapReplace("/{id:guid}", Json.ChangeReleaseBody, (body, to) => new ChangeRelease(to.Id, body.Name ?? "", [.. (body.Items ?? throw Problem.Missing("items")).Select(item => item?.ToItem())]), ReleaseCommands.Change)
            .Requires(Permission.ContentEdit).Describe("ChangeRelease", "Replace what can be edited of an open release", "Records only what changed.");
        releases.MapVerb("/{id:guid}/publish", ContentBodies.Default.EmptyBody, (_, to) => new PublishRelease(to.Id), ReleaseCommands.Publish, optional: true)
            .Requires(Permission.ContentPublish).Describe("PublishRelease", "Do what a release says, to all of its items or to none", "One transaction: no reader ever sees half of it. What stands against it is told item by item (409).");
        releases.MapVerb("/{id:guid}/undo", ContentBodies.Default.EmptyBody, (_, to) => new UndoRelease(to.Id), ReleaseCommands.Undo, optional: true)
            .Requires(Permission.ContentPublish).Describe("UndoRelease", "Take all items of a published release back to what was live before", "Refused when one of them was published, unpublished or archived since. The release is open again.");
        releases.MapGet("/", ListAsync).Requires(Permission.ContentRead).Collection<ReleaseDetails>()
            .Describe("ListReleases", "Releases of the tenant", "In id order.").Filter("status", "open or published");
        releases.MapGet("/{id:guid}", GetAsync).Requires(Permission.ContentRead).Resource<ReleaseDetails>()
            .Describe("GetRelease", "A release, as it is or as it was", "Read from its stream: never stale.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, status) = (Reading.Limit(http), Reading.IdCursor(http), Reading.Text(http, "status", "open", "published"));
        await Reading.AwaitAsync(http, session, ReleaseDetails.ReadModel);
        return Reading.Page(http, await ReleaseDetails.ListAsync(session, status, after, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store) =>
        Reading.FoldedAsync(http, store, Details, id, release => release.Version, ContentReadJson.Default.ReleaseDetails);
}
