using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Projections.Identity;
using Platform.Projections.Security;

namespace Platform.Api.Identity;

/// <summary>People who are known in the tenant, across its sites.</summary>
public static class UserEndpoints
{
    private const string Texts = "Names and e-mail addresses come with the permission personal.read, else they are [hidden].";

    private static readonly Users Details = new();
    private static IdentityBodies Json => IdentityBodies.Default;

    public static void MapUsers(this RouteGroupBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Identity");
        var commands = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<UserCommands>();
        var groups = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<GroupCommands>();

        users.MapStart("/", Json.RegisterUserBody, (body, to) => new RegisterUser(to.Id, Guid.CreateVersion7(), body.Subject, body.Name, body.Email), UserCommands.Register).Problems(ProblemKind.Unavailable)
            .Requires(Permission.UsersManage).Describe("RegisterUser", "Make somebody known in the tenant",
                "By the subject of their tokens, or by e-mail address, to be linked later; grants can be given to them at once. What they are called is kept of them as a data subject, sealed.");
        users.MapVerb("/{id:guid}/link", Json.LinkUserBody, (body, to) => new WantedLink(to.Id, body.Subject, to.Caller.Subject, to.Who, to.Now), commands.Link)
            .Requires(Permission.UsersManage).Describe("LinkUser", "Say who an invited user is", "Whoever signs in with that subject has what was granted to the user: the caller must have all of it, and can't be the one.");
        users.MapVerb("/{id:guid}/suspend", Json.EmptyBody, (_, to) => new SuspendUser(to.Id, to.Caller.Subject), UserCommands.Suspend, optional: true)
            .Requires(Permission.UsersManage).Describe("SuspendUser", "Keep a user from everything", "Within a second, on every node, whatever their tokens say.");
        users.MapVerb("/{id:guid}/resume", Json.EmptyBody, (_, to) => new ResumeUser(to.Id), UserCommands.Resume, optional: true)
            .Requires(Permission.UsersManage).Describe("ResumeUser", "Let a suspended user in again", "With what they could before.");
        users.MapVerb("/{id:guid}/remove", Json.EmptyBody, (_, to) => new WantedRemoval(new RemoveUser(to.Id, to.Caller.Subject)), ProvisioningCommands.Remove, optional: true)
            .Requires(Permission.UsersManage).Describe("RemoveUser", "End that a user is known",
                "They may nothing within a second, on every node, whatever their tokens say, until somebody else is registered or linked by their subject. What is kept of them as a data subject stays until its erasure.");
        users.MapVerb("/{id:guid}/join", Json.MembershipBody, Membership, groups.Join)
            .Requires(Permission.UsersManage).Describe("JoinGroup", "Put a user into a group", "They have what it's granted within a second, on every node: the caller must have all of it, and can't be the user.");
        users.MapVerb("/{id:guid}/leave", Json.MembershipBody, Membership, GroupCommands.Leave)
            .Requires(Permission.UsersManage).Describe("LeaveGroup", "Take a user out of a group", "Within a second, on every node.");
        users.MapGet("/", ListAsync).Requires(Permission.UsersRead).Collection<UserAnswer>()
            .Describe("ListUsers", "Users of the tenant", $"In id order. {Texts}").Filter("status", "invited, active or suspended").Filter("subject", "Only whoever has this subject");
        users.MapPost("/find", FindAsync).Requires(Permission.UsersRead).Accepts<FindUserBody>("application/json").Produces<Page<UserAnswer>>()
            .Problems(ProblemKind.Malformed, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid).WithMetadata(new PostedQuestion(), new Indexed(), new Lagging())
            .Describe("FindUsers", "Users by name or e-mail address", "By one whole text; at most 200. Needs personal.read as well. It's posted because URLs end up in logs; and found by a keyed digest, because the database has no text to compare.");
        users.MapGet("/{id:guid}", GetAsync).Requires(Permission.UsersRead).UnsettledResource<UserAnswer>()
            .Describe("GetUser", "A user, as they are or as they were", $"Read from its stream: never stale, but for the name and e-mail address, which are those of now, from a read model. {Texts}");
    }

    private static WantedMembership Membership(MembershipBody body, CommandTarget to) => new(to.Id, body.GroupId, to.Caller.Subject, to.Who, to.Now);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store, PersonalAnswers personal)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        var (status, subject) = (Reading.Text(http, "status", UserDetails.Invited, UserDetails.Active, UserDetails.Suspended), Reading.Text(http, "subject"));
        await Reading.AwaitAsync(http, session, UserDetails.ReadModel);
        await Reading.AwaitAsync(http, session, SubjectDetails.ReadModel);
        var answer = await UserDetails.ListAsync(session, status, subject, after, limit, http.RequestAborted);
        Reading.Index(http, answer);
        var next = Reading.NextCursor(answer, limit);
        return Results.Json(new Page<UserAnswer>(await ShownAsync(http, session, personal, Read(answer.Items)), next), Json.PageUserAnswer);
    }

    private static async Task<IResult> FindAsync(HttpContext http, IDocumentStore store, PersonalData keys, PersonalAnswers personal)
    {
        var asked = (await JsonBody.ReadAsync(http, Json.FindUserBody)).Value;
        var given = new (string Name, string? Text, Func<UserAnswer, string?> Of)[] { ("name", asked.Name, u => u.Name), ("email", asked.Email, u => u.Email) }.Where(g => !string.IsNullOrWhiteSpace(g.Text)).ToList();
        if (given is not [var (name, text, of)])
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "name", "One of name and email is required, and no more."));
        // A hit would say what the text is.
        await SitesOfEndpoints.RequireSiteAsync(http, Permission.PersonalRead, null);
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var persons = await keys.FindSubjectsAsync(session.TenantId, name, text!, http.RequestAborted);
        var found = await FoundByText.ListAsync(
            http, persons, text!, batch => UserDetails.OfPersonsAsync(session, batch, http.RequestAborted), items => ShownAsync(http, session, personal, Read(items)), user => (user.PersonId, of(user)));
        return Results.Json(new Page<UserAnswer>(found, null), Json.PageUserAnswer);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store, PersonalAnswers personal)
    {
        var user = await Reading.FoldAsync(http, store, Details, id);
        var shown = user is null ? [] : await ShownAsync(http, store.QuerySession(Caller.Of(http).TenantId), personal, [user]);
        return Reading.Single(http, shown.SingleOrDefault(), user?.Version ?? 0, Json.UserAnswer, isSettled: false);
    }

    private static IReadOnlyList<UserDetails> Read(IReadOnlyList<StoredDocument> documents) =>
        [.. documents.Select(d => JsonSerializer.Deserialize(d.Json, IdentityReadJson.Default.UserDetails)!)];

    private static async Task<IReadOnlyList<UserAnswer>> ShownAsync(HttpContext http, IQuerySession session, PersonalAnswers personal, IReadOnlyList<UserDetails> users)
    {
        var documents = await SubjectDetails.OfAsync(session, [.. users.Select(user => user.PersonId)], http.RequestAborted);
        var persons = documents.Items.Select(d => JsonSerializer.Deserialize(d.Json, SecurityReadJson.Default.SubjectDetails)!).ToDictionary(person => person.Id);
        var show = await personal.OpenAsync(http, persons.Values.SelectMany(person => new[] { Name(person), Email(person) }).OfType<PlacedText>());
        return [.. users.Select(u =>
        {
            var person = persons.GetValueOrDefault(u.PersonId);
            return new UserAnswer(u.Id, u.PersonId, u.Subject, show(Name(person)), show(Email(person)), u.Status, u.RegisteredAt, u.RegisteredBy, u.SuspendedAt, u.SuspendedBy, u.Version, [.. u.Groups ?? []]);
        })];
    }

    private static PlacedText? Name(SubjectDetails? person) => person is null ? null : PlacedText.Of(person.Members.Name, person.Id, "name");

    private static PlacedText? Email(SubjectDetails? person) => person is null ? null : PlacedText.Of(person.Members.Email, person.Id, "email");
}
