using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Processors.Identity;

namespace Platform.Api.Identity;

/// <summary>Groups, as a directory provisions them.</summary>
internal static class ScimGroupEndpoints
{
    private const int MostMembers = GroupCommands.MostChanges;

    // What a request says of a group: a name that isn't said stays.
    private sealed record Said(string? Name, bool IsNamed, string? ExternalId, bool IsReferred, MembersChange Members)
    {
        public int Count { get; init; }

        public (string? Name, string? ExternalId) Of(Group group) => (IsNamed ? Name : group.Name, IsReferred ? ExternalId : group.ExternalId);
    }

    public static async Task<IResult> ListAsync(HttpContext http, ScimGroups groups)
    {
        var (page, all, start) = await groups.ListAsync(http);
        return ScimAnswer.List(http, page, ScimJson.Default.ScimGroup, all, start);
    }

    public static Task<IResult> GetAsync(HttpContext http, Guid id, ScimGroups groups) => ShowAsync(http, id, groups);

    public static async Task<IResult> PostAsync(HttpContext http, ScimGroups groups, GroupCommands commands)
    {
        var (body, bytes) = await ScimValue.BodyAsync(http, ScimAnswer.GroupSchema);
        return await ChangeAsync(http, Guid.CreateVersion7(), isNew: true, bytes, Whole(body), groups, commands);
    }

    public static async Task<IResult> PutAsync(HttpContext http, Guid id, ScimGroups groups, GroupCommands commands)
    {
        var (body, bytes) = await ScimValue.BodyAsync(http, ScimAnswer.GroupSchema);
        return await ChangeAsync(http, id, isNew: false, bytes, Whole(body), groups, commands);
    }

    public static async Task<IResult> PatchAsync(HttpContext http, Guid id, ScimGroups groups, GroupCommands commands)
    {
        var (changes, bytes) = await ScimPatch.ReadAsync(http);
        var said = changes.Aggregate(new Said(null, false, null, false, MembersChange.None), After);
        await RunAsync(http, id, isNew: false, bytes, said, commands);
        // A group may be large: without being asked to, nothing of it is told again (RFC 7644, section 3.5.2).
        return http.Request.Query.ContainsKey("attributes") ? await ShowAsync(http, id, groups) : Results.NoContent();
    }

    public static async Task<IResult> DeleteAsync(HttpContext http, Guid id)
    {
        await ScimAnswer.RunAsync(http, [], id, new WantedGroupRemoval(new RemoveGroup(id), ScimAnswer.ExpectedTags(http)), GroupCommands.Remove);
        return Results.NoContent();
    }

    private static Said Whole(JsonElement body)
    {
        var said = new Said(null, true, null, true, MembersChange.To([]));
        foreach (var (name, value) in ScimValue.Members(body, "$"))
            if (name.ToLowerInvariant() is not ("schemas" or "id" or "meta"))
                said = Set(said, "replace", ScimPath.Parse(name), value, "invalidSyntax");
        return said;
    }

    private static Said After(Said said, ScimChange change) => change.Path!.Attribute is "meta"
        ? throw ScimError.Of("mutability", "meta: Can't be changed.")
        // Okta names the group in what it changes.
        : change.Path.Attribute is "id" or "schemas" ? said
        : Set(said, change.Op, change.Path, change.Value, "invalidPath");

    private static Said Set(Said said, string op, ScimPath path, JsonElement value, string unknown)
    {
        if (path.Which is not null && path.Attribute != "members")
            throw ScimError.Of("invalidPath", $"{path.Attribute}: It has no several values to choose among.");
        return path.Attribute switch
        {
            "displayname" => said with { Name = op == "remove" ? null : ScimValue.Text(value, "displayName"), IsNamed = true },
            "externalid" => said with { ExternalId = op == "remove" ? null : ScimValue.Text(value, "externalId"), IsReferred = true },
            "members" => Counted(said, op, path, value),
            _ => throw ScimError.Of(unknown, $"{path.Attribute}: There is no such attribute."),
        };
    }

    private static Said Counted(Said said, string op, ScimPath path, JsonElement value)
    {
        var ids = path.Which is { } which ? [IdOf(which, op)]
            : value.ValueKind == JsonValueKind.Undefined ? [] : ScimValue.Values(value, "members").Select(IdOf).ToList();
        var counted = said with { Count = said.Count + ids.Count };
        if (counted.Count > MostMembers)
            throw ScimError.Of("tooMany", $"members: At most {MostMembers} a request.");
        return counted with
        {
            Members = op switch
            {
                "add" => said.Members.Add(ids),
                "replace" => MembersChange.To(ids),
                _ when path.Which is null && value.ValueKind == JsonValueKind.Undefined => MembersChange.To([]),
                _ => said.Members.Remove(ids),
            },
        };
    }

    private static Guid IdOf(ScimClause which, string op) =>
        op != "remove" ? throw ScimError.Of("invalidPath", "members: One member is removed, or all are replaced; none is changed.")
        : which.Attribute != "value" ? throw ScimError.Of("invalidPath", "members: Choose by value.")
        : Parse(which.Value);

    private static Guid IdOf(JsonElement member)
    {
        Guid? id = null;
        foreach (var (name, value) in ScimValue.Members(member, "members"))
            if (ScimValue.Is(name, "value"))
                id = Parse(ScimValue.Text(value, "members.value"));
            else if (ScimValue.Is(name, "type") && ScimValue.Text(value, "members.type") is { } type && !ScimValue.Is(type, "User"))
                throw ScimError.Value("members.type", "Groups have users as members, no groups.");
        return id ?? throw ScimError.Value("members.value", "Is required.");
    }

    private static Guid Parse(string? text) => Guid.TryParseExact(text, "D", out var id) ? id : throw ScimError.Value("members.value", "Must be the id of a user.");

    private static async Task<IResult> ChangeAsync(HttpContext http, Guid id, bool isNew, byte[] bytes, Said said, ScimGroups groups, GroupCommands commands) =>
        await ShowAsync(http, await RunAsync(http, id, isNew, bytes, said, commands), groups, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);

    private static async Task<Guid> RunAsync(HttpContext http, Guid id, bool isNew, byte[] bytes, Said said, GroupCommands commands)
    {
        var (caller, now) = (Caller.Of(http), CallerAccess.Of(http).Now);
        var wanted = new WantedGroup(
            id, isNew, said.Of, isNew && said.Members.Joining.IsEmpty ? MembersChange.None : said.Members, caller.Subject, access => CallerAccess.WhoIn(access, caller, now), now, isNew ? null : ScimAnswer.ExpectedTags(http));
        return (await ScimAnswer.RunAsync(http, bytes, id, wanted, commands.Change)).StreamId;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Guid id, ScimGroups groups, int status = StatusCodes.Status200OK)
    {
        var group = await groups.GetAsync(http, id);
        return ScimAnswer.Resource(http, group, group.Meta!, ScimJson.Default.ScimGroup, status);
    }
}
