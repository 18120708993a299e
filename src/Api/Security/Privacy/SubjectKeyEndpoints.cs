using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Processors.Security;

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
        keys.MapVerb("/{name}/rotate", PrivacyBodies.Default.EmptyBody, (_, to) => to["name"] == Subjects ? Subjects : throw new ProblemException(new Problem(ProblemKind.NotFound)), (_, session, cancel) => PrivacyCommands.RotateEncryption(personal, session, cancel), optional: true)
            .Requires(Permission.PrivacyOperate).Describe("RotateKeyEncryption", "Wrap the keys of data subjects by a new key",
                "The name is subjects. Events aren't touched, and everything is read and written meanwhile. How far it is: GET /api/privacy/keys. When all are wrapped, the old key is destroyed: what old disks and copies have of wrapped keys is worth nothing then.");
        keys.MapGet("/", GetAsync).Requires(Permission.PrivacyOperate).Answers<SubjectKeysAnswer>()
            .Describe("GetKeyEncryption", "What wraps the keys of data subjects, and how far a rotation is", "Counts keys of all tenants, without saying whose they are.");
    }

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store, PersonalData personal)
    {
        Reading.Index(http, await store.QuerySession(DocumentStore.PlatformTenant).Events.LogSizeAsync(http.RequestAborted) - 1);
        return Results.Json(await ReadAsync(store, personal, http.RequestAborted), PrivacyBodies.Default.SubjectKeysAnswer);
    }

    /// <summary>What wraps the keys now, and how far a rotation is.</summary>
    /// <exception cref="PersonalDataUnavailableException">The key store is away.</exception>
    internal static async Task<SubjectKeysAnswer> ReadAsync(IDocumentStore store, PersonalData personal, CancellationToken cancel)
    {
        var state = (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, cancel: cancel)).State;
        var (total, wrapped, damaged) = (0L, 0L, 0L);
        try
        {
            await foreach (var key in personal.Keys.AllAsync(_ => damaged++, cancel))
            {
                total++;
                wrapped += key.WrappedBy == state.KeyVersion ? 1 : 0;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new PersonalDataUnavailableException("The keys of data subjects can't be counted now.", e);
        }
        return new SubjectKeysAnswer(state.KeyVersion, state.IsUnderWay, total, wrapped, damaged);
    }
}
