using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Processors.Security;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>Data subjects: what is kept of them, put right, and erased.</summary>
public static class SubjectEndpoints
{
    private const string Texts = "Texts about people come with the permission personal.read, else they are [hidden].";

    private static readonly DataSubjects Details = new();
    private static PrivacyBodies Json => PrivacyBodies.Default;

    public static void MapDataSubjects(this RouteGroupBuilder api)
    {
        var subjects = api.MapGroup("/privacy/subjects").WithTags("Privacy");

        subjects.MapStart("/", Json.SubjectBody, (body, to) => new RegisterSubject(to.Id, body.ToMembers()), PrivacyCommands.Register).Problems(ProblemKind.Unavailable)
            .Requires(Permission.PrivacyManage).Describe("RegisterDataSubject", "Keep data of a person", "Under an id that says nothing of them; every text is sealed under a key of their own.");
        subjects.MapReplace("/{id:guid}", Json.SubjectBody, (body, to) => new RectifySubject(to.Id, body.ToMembers()), PrivacyCommands.Rectify)
            .Requires(Permission.PrivacyManage).Describe("RectifyDataSubject", "Put right what is kept of a person", "All of it: what isn't named is kept no more. What it was before stays in the history, sealed, until it's erased.");
        subjects.MapVerb("/{id:guid}/erase", Json.EraseBody, (body, to) => new AskForErasure(to.Id, body.Cause ?? ErasureCause.Subject, to.Caller.Subject, body.Reason, to.Now), PrivacyCommands.RequestErasure, optional: true)
            .Requires(Permission.PrivacyManage).Describe("EraseDataSubject", "Erase all that is known of a person",
                "Their keys are destroyed within seconds, once somebody else approved where the policy asks for that; then nobody reads their texts any more, in no copy. The history stays, and stays provable.");
        subjects.MapVerb("/{id:guid}/approve-erasure", Json.EmptyBody, (_, to) => new ApproveErasure(to.Id, to.Caller.Subject), PrivacyCommands.ApproveErasure, optional: true)
            .Requires(Permission.PrivacyApprove).Describe("ApproveErasure", "Agree to an erasure", "By somebody who didn't ask for it.");
        subjects.MapVerb("/{id:guid}/refuse-erasure", Json.ReasonBody, (body, to) => new RefuseErasure(to.Id, body.Reason ?? ""), PrivacyCommands.RefuseErasure)
            .Requires(Permission.PrivacyApprove).Describe("RefuseErasure", "Refuse an erasure that awaits approval", "Because a law says that the data is kept, for example. The reason is sealed as well.");
        subjects.MapGet("/", ListAsync).Requires(Permission.PrivacyRead).Collection<SubjectAnswer>()
            .Describe("ListDataSubjects", "People of whom data is kept", $"In id order. {Texts}").Filter("erasure", "none, awaits-approval, pending or completed");
        subjects.MapPost("/find", FindAsync).Requires(Permission.PersonalRead).Accepts<FindSubjectBody>("application/json").Produces<Page<SubjectAnswer>>()
            .Problems(ProblemKind.Malformed, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid).WithMetadata(new PostedQuestion(), new Indexed(), new Lagging())
            .Describe("FindDataSubjects", "People by a text that is kept of them", "By one whole text; at most 200. Whoever's data is restricted isn't found without privacy.manage. It's posted because URLs end up in logs; and found by a keyed digest, because the database has no text to compare.");
        subjects.MapGet("/{id:guid}", GetAsync).Requires(Permission.PrivacyRead).UnsettledResource<SubjectAnswer>()
            .Describe("GetDataSubject", "What is kept of a person, or was", $"Read from its stream: never stale. {Texts}");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store, PersonalAnswers personal)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        var erasure = Reading.Text(http, "erasure", "none", "awaits-approval", "pending", "completed");
        await Reading.AwaitAsync(http, session, SubjectDetails.ReadModel);
        var answer = await SubjectDetails.ListAsync(session, erasure, after, limit, http.RequestAborted);
        Reading.Index(http, answer);
        var next = Reading.NextCursor(answer, limit);
        return Results.Json(new Page<SubjectAnswer>(await ShownAsync(http, personal, answer.Items), next), Json.PageSubjectAnswer);
    }

    private static async Task<IResult> FindAsync(HttpContext http, IDocumentStore store, PersonalData keys, PersonalAnswers personal)
    {
        var asked = (await JsonBody.ReadAsync(http, Json.FindSubjectBody)).Value;
        var given = new (string Name, string? Text, Func<SubjectAnswer, string?> Of)[]
            { ("name", asked.Name, s => s.Name), ("email", asked.Email, s => s.Email), ("phone", asked.Phone, s => s.Phone), ("reference", asked.Reference, s => s.Reference) }.Where(g => !string.IsNullOrWhiteSpace(g.Text)).ToList();
        if (given is not [var (name, text, of)])
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "name", "One of name, email, phone and reference is required, and no more."));
        var tenant = Caller.Of(http).TenantId;
        var ids = await keys.FindSubjectsAsync(tenant, name, text!, http.RequestAborted);
        var session = store.QuerySession(tenant);
        var found = await FoundByText.ListAsync(
            http, ids, text!, batch => SubjectDetails.OfAsync(session, batch, http.RequestAborted), items => ShownAsync(http, personal, items), subject => (subject.Id, of(subject)));
        return Results.Json(new Page<SubjectAnswer>(found, null), Json.PageSubjectAnswer);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store, PersonalAnswers personal)
    {
        var subject = await Reading.FoldAsync(http, store, Details, id);
        // What a caller has of this version may read otherwise by now: a guardian was erased, a key came back, a permission was given.
        return Reading.Single(
            http, subject is null ? null : SubjectAnswer.Of(subject, await personal.OpenAsync(http, SubjectAnswer.TextsOf(subject), id)), subject?.Version ?? 0, Json.SubjectAnswer, isSettled: false);
    }

    private static async Task<IReadOnlyList<SubjectAnswer>> ShownAsync(HttpContext http, PersonalAnswers personal, IEnumerable<StoredDocument> documents)
    {
        var subjects = documents.Select(d => JsonSerializer.Deserialize(d.Json, SecurityReadJson.Default.SubjectDetails)!).ToList();
        var show = await personal.OpenAsync(http, subjects.SelectMany(SubjectAnswer.TextsOf));
        return subjects.ConvertAll(subject => SubjectAnswer.Of(subject, show));
    }
}
