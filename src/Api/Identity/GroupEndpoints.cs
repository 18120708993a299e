using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>Users who have roles together.</summary>
public static class GroupEndpoints
{
    private static readonly Groups Details = new();

    private static IdentityBodies Json => IdentityBodies.Default;

    public static void MapGroups(this RouteGroupBuilder api)
    {
        var groups = api.MapGroup("/groups").WithTags("Identity");

        groups.MapStart("/", Json.GroupBody, (body, to) => new DefineGroup(to.Id, body.Name, body.ExternalId), GroupCommands.Define)
            .Requires(Permission.UsersManage).Describe("DefineGroup", "Define a group of users", "Roles are granted to it by its id; who is in it has them.");
        groups.MapReplace("/{id:guid}", Json.GroupBody, (body, to) => new ChangeGroup(to.Id, body.Name, body.ExternalId), GroupCommands.Rename)
            .Requires(Permission.UsersManage).Describe("ChangeGroup", "Say anew what a group is called", "Its members stay.");
        groups.MapVerb("/{id:guid}/remove", Json.EmptyBody, (_, to) => new WantedGroupRemoval(new RemoveGroup(to.Id)), GroupCommands.Remove, optional: true)
            .Requires(Permission.UsersManage).Describe("RemoveGroup", "End a group", "What it was granted counts for nobody within a second, on every node.");
        groups.MapGet("/", ListAsync).Requires(Permission.UsersRead).Collection<GroupDetails>().Describe("ListGroups", "Groups of the tenant", "In id order.");
        groups.MapGet("/{id:guid}", (HttpContext http, Guid id, IDocumentStore store) => Reading.FoldedAsync(http, store, Details, id, group => group.Version, IdentityReadJson.Default.GroupDetails))
            .Requires(Permission.UsersRead).Resource<GroupDetails>().Describe("GetGroup", "A group, as it is or as it was", "Read from its stream: never stale. Its members are at /members.");
        groups.MapGet("/{id:guid}/members", ListMembersAsync).Requires(Permission.UsersRead).Collection<GroupMember>().Problems(ProblemKind.NotFound)
            .Describe("ListGroupMembers", "Who is in a group", "In id order.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        await Reading.AwaitAsync(http, session, GroupDetails.ReadModel);
        return Reading.Page(http, await GroupDetails.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static async Task<IResult> ListMembersAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        if (await session.Events.AggregateStreamAsync(Details, id, cancel: http.RequestAborted) is null)
            return new Problem(ProblemKind.NotFound, "There is no such group.");
        await Reading.AwaitAsync(http, session, GroupMembers.ReadModel);
        var members = await GroupMembers.ListAsync(session, id, after, limit, http.RequestAborted);
        Reading.Index(http, members);
        return Results.Json(new Page<GroupMember>(
            [.. members.Items.Select(member => new GroupMember(member.UserId, member.Since))], Reading.NextCursor(members.Items, limit, member => $"{member.UserId}")), Json.PageGroupMember);
    }
}
