using System.Globalization;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>Shows groups as SCIM has them, with all that was accepted before.</summary>
/// <param name="store">Has them.</param>
public sealed class ScimGroups(IDocumentStore store)
{
    private const int MostMembers = 10_000;

    private static readonly Groups Details = new();

    /// <summary>404 where there is none.</summary>
    public async Task<ScimGroup> GetAsync(HttpContext http, Guid id)
    {
        var session = Session(http);
        var group = await session.Events.AggregateStreamAsync(Details, id, cancel: http.RequestAborted) ?? throw new ProblemException(new Problem(ProblemKind.NotFound, "There is no such group."));
        return (await ShowAsync(http, session, [group])).Single();
    }

    /// <summary>A page of those whom a filter finds, or of all.</summary>
    public async Task<(IReadOnlyList<ScimGroup> Page, long All, long Start)> ListAsync(HttpContext http)
    {
        var ((start, count), session) = (ScimAnswer.Paging(http), Session(http));
        var filter = http.Request.Query["filter"].ToString() is { Length: > 0 } text ? Clauses(text) : [];
        await Reading.AwaitAllAsync(http, session, GroupDetails.ReadModel);
        // What is compared to two things at once is equal to both or there is none.
        var (id, name, externalId) = (One(filter, "id"), One(filter, "displayname"), One(filter, "externalid"));
        Guid? asked = id.Value is not null && Guid.TryParseExact(id.Value, "D", out var parsed) ? parsed : null;
        if (!id.IsOne || !name.IsOne || !externalId.IsOne || id.Value is not null && asked is null)
            return ([], 0, start);
        var (page, all) = await GroupDetails.FindAsync(session, asked, name.Value, externalId.Value, start - 1, count, http.RequestAborted);
        return (await ShowAsync(http, session, [.. page.Select(d => JsonSerializer.Deserialize(d.Json, IdentityReadJson.Default.GroupDetails)!)]), all, start);
    }

    private static IReadOnlyList<ScimClause> Clauses(string text)
    {
        var clauses = ScimPath.ParseFilter(text);
        return clauses.FirstOrDefault(clause => clause.Attribute is not ("id" or "displayname" or "externalid")) is { } unknown
            ? throw ScimError.Of("invalidFilter", $"filter: Groups are found by id, displayName and externalId, not by {unknown.Attribute}.") : clauses;
    }

    private static (string? Value, bool IsOne) One(IReadOnlyList<ScimClause> filter, string attribute)
    {
        var values = filter.Where(clause => clause.Attribute == attribute).Select(clause => attribute == "displayname" ? PersonalData.Normal(clause.Value) : clause.Value).Distinct(StringComparer.Ordinal).ToList();
        return (values.FirstOrDefault(), values.Count < 2);
    }

    private static async Task<IReadOnlyList<ScimGroup>> ShowAsync(HttpContext http, IQuerySession session, IReadOnlyList<GroupDetails> groups)
    {
        var (ids, cancel) = (groups.Select(group => group.Id).ToList(), http.RequestAborted);
        await Reading.AwaitAllAsync(http, session, GroupMembers.ReadModel);
        var states = await GroupMembers.StatesAsync(session, ids, cancel);
        ILookup<Guid, Guid>? members = null;
        if (ScimAnswer.IsAsked(http, "members"))
        {
            if (states.Values.Sum(state => state.Count) > MostMembers)
                throw ScimError.Of("tooMany", $"members: There are more than {MostMembers}; ask with excludedAttributes=members, or for fewer groups.");
            members = (await GroupMembers.OfAsync(session, ids, MostMembers, cancel)).Items.ToLookup(member => member.GroupId, member => member.UserId);
        }
        return [.. groups.Select(group =>
        {
            var state = states.GetValueOrDefault(group.Id, MembersState.None);
            var changed = new[] { group.ChangedAt, state.LastAt, group.DefinedAt }.Max()!.Value;
            return new ScimGroup(
                [ScimAnswer.GroupSchema], Text(group.Id), group.ExternalId, group.Name, members?[group.Id].Select(user => new ScimReference(Text(user), ScimAnswer.Location(http, $"Users/{user}"), "User", null)).ToList(),
                new ScimMeta("Group", group.DefinedAt, changed, ScimAnswer.Location(http, $"Groups/{group.Id}"), $"W/\"{GroupCommands.TagOf(group.Version, state)}\""));
        })];
    }

    private IQuerySession Session(HttpContext http) => store.QuerySession(Caller.Of(http).TenantId);

    private static string Text(Guid id) => id.ToString("D", CultureInfo.InvariantCulture);
}
