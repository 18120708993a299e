using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Processors.Security;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>What a tenant processes personal data for.</summary>
public static class PurposeEndpoints
{
    private static readonly Purposes Details = new();
    private static PrivacyBodies Json => PrivacyBodies.Default;

    public static void MapPurposes(this RouteGroupBuilder api)
    {
        var purposes = api.MapGroup("/privacy/purposes").WithTags("Privacy");
        purposes.MapStart("/", Json.PurposeBody, (body, _) => new DefinePurpose(body.Name ?? "", Terms(body.LegalBasis, body.Description, body.Categories)), SubjectRightsCommands.DefinePurpose)
            .Requires(Permission.PrivacyManage).Describe("DefinePurpose", "Define what personal data is processed for", "Its name is its identity: a second definition is refused.");
        purposes.MapReplace("/{id:guid}", Json.PurposeVersionBody, (body, to) => new ChangePurpose(to.Id, Terms(body.LegalBasis, body.Description, body.Categories)), SubjectRightsCommands.ChangePurpose)
            .Requires(Permission.PrivacyManage).Describe("ChangePurpose", "Make a new version of a purpose", "All of it. Who consented to the version before hasn't consented to this one.");
        purposes.MapGet("/", ListAsync).Requires(Permission.PrivacyRead).Collection<PurposeDetails>().Describe("ListPurposes", "What personal data is processed for", "In name order.");
        purposes.MapGet("/{id:guid}", GetAsync).Requires(Permission.PrivacyRead).Resource<PurposeDetails>().Describe("GetPurpose", "A purpose as it is, or as it was", "asOf takes the version that a consent names.");
    }

    private static PurposeTerms Terms(string? legalBasis, string? description, IReadOnlyList<string?>? categories) =>
        new(legalBasis ?? "", description ?? "", [.. (categories ?? []).Select(category => category ?? "")]);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, session, PurposeDetails.ReadModel);
        return Reading.Page(http, await PurposeDetails.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store) =>
        Reading.FoldedAsync(http, store, Details, id, purpose => purpose.Version, SecurityReadJson.Default.PurposeDetails);
}
