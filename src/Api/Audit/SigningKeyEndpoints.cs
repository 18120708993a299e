using Platform.Api.Http;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Audit;
using Platform.Projections.Audit;

namespace Platform.Api.Audit;

public static class SigningKeyEndpoints
{
    private static readonly SigningKeys Details = new();

    public static void MapSigningKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/audit/keys").WithTags("Audit");

        keys.MapStart("/", AuditBodies.Default.RegisterKeyBody,
                (body, to) => new RegisterSigningKey(to.Caller.TenantId, to.Caller.Subject, body.Name ?? "", body.Algorithm ?? "", body.PublicKey ?? "", body.Proof ?? ""), SignatureCommands.Register)
            .Requires(Permission.AuditSign).Describe("RegisterSigningKey", "Register a public key as the caller's", "The proof shows that the caller holds the private key, which stays where it is. The same key again: nothing new.");
        keys.MapVerb("/{id:guid}/revoke", AuditBodies.Default.RevokeKeyBody, (body, to) => new RevokeSigningKey(to.Id, to.Caller.Subject, body.Reason ?? ""), SignatureCommands.Revoke)
            .Requires(Permission.AuditSign).Describe("RevokeSigningKey", "Take a key of the caller's out of use, for good", "What was signed before stays signed.");
        keys.MapVerb("/{id:guid}/withdraw", AuditBodies.Default.RevokeKeyBody, (body, to) => new RevokeSigningKey(to.Id, null, body.Reason ?? ""), SignatureCommands.Revoke)
            .Requires(Permission.AuditRevoke).Describe("WithdrawSigningKey", "Take anybody's key out of use, for good", "For a key that is lost, or whose holder has left.");
        keys.MapGet("/", ListAsync).Requires(Permission.LedgerRead).Collection<SigningKeyDetails>()
            .Describe("ListSigningKeys", "Keys that sign, or did", "Whose, from when, until when and why. In id order.").Filter("subject", "Only this holder's");
        keys.MapGet("/{id:guid}", GetAsync).Requires(Permission.LedgerRead).Resource<SigningKeyDetails>()
            .Describe("GetSigningKey", "A key, as it is or as it was", "Read from its stream: never stale.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, subject) = (Reading.Limit(http), Reading.IdCursor(http), AuditEndpoints.Text(http, "subject"));
        await Reading.AwaitAsync(http, session, SigningKeyDetails.ReadModel);
        return Reading.Page(http, await SigningKeyDetails.ListAsync(session, subject, after, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store) =>
        Reading.FoldedAsync(http, store, Details, id, key => key.Version, AuditReadJson.Default.SigningKeyDetails);
}
