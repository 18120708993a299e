using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Security;

/// <summary>What wraps the keys of data subjects: an operator's matter, over all tenants.</summary>
public static class SubjectKeyEndpoints
{
    /// <summary>What the keys are called that a rotation is about: there may be others one day.</summary>
    private const string Subjects = "subjects";

    public static void MapSubjectKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/privacy/keys").WithTags("Privacy");
        var personal = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<PersonalData>();
        keys.MapVerb("/{name}/rotate", PrivacyBodies.Default.EmptyBody, (_, to) => to["name"] == Subjects ? Subjects : throw new ProblemException(new Problem(ProblemKind.NotFound)), async (_, session, cancel) =>
            {
                var command = new RotateKeyEncryption(await personal.CurrentWrapperAsync(cancel));
                return await session.DecideAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, state => RotateKeyEncryption.Decide(command, state), cancel);
            }, optional: true)
            .Requires(Permission.PrivacyOperate).Describe("RotateKeyEncryption", "Wrap the keys of data subjects by a new key",
                "The name is subjects. Events aren't touched, and everything is read and written meanwhile. How far it is: GET /api/privacy/keys. When all are wrapped, the old key is destroyed: what old disks and copies have of wrapped keys is worth nothing then.");
        keys.MapGet("/", GetAsync).Requires(Permission.PrivacyOperate).Answers<SubjectKeysAnswer>()
            .Describe("GetKeyEncryption", "What wraps the keys of data subjects, and how far a rotation is", "Counts keys of all tenants, without saying whose they are.");
    }

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store, PersonalData personal)
    {
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var state = (await session.Events.AggregateStreamAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, cancel: http.RequestAborted)).State;
        var (total, wrapped, damaged) = (0L, 0L, 0L);
        try
        {
            await foreach (var key in personal.Keys.AllAsync(_ => damaged++, http.RequestAborted))
            {
                total++;
                wrapped += key.WrappedBy == state.KeyVersion ? 1 : 0;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new PersonalDataUnavailableException("The keys of data subjects can't be counted now.", e);
        }
        return Results.Json(new SubjectKeysAnswer(state.KeyVersion, state.IsUnderWay, total, wrapped, damaged), PrivacyBodies.Default.SubjectKeysAnswer);
    }
}
