using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Audit;
using Platform.Projections.Audit;

namespace Platform.Api.Audit;

public static class SignatureEndpoints
{
    public static void MapSignatures(this RouteGroupBuilder api)
    {
        var signatures = api.MapGroup("/audit/signatures").WithTags("Audit");

        signatures.MapStart("/", AuditBodies.Default.SignBody,
                (body, to) => new GiveSignature(to.Caller.TenantId, to.Caller.Subject, body.KeyId ?? Guid.Empty, body.Kind ?? "", body.StreamId ?? Guid.Empty, body.Version ?? 0, body.Meaning ?? "", body.Signature ?? ""),
                SignatureCommands.Sign)
            .Problems(ProblemKind.NotFound)
            .Requires(Permission.AuditSign).Describe("GiveSignature", "Sign the event at a version of a stream", "By its hash that is the stream up to it. The signature is verified before it's recorded. The same thing signed again by the same key: nothing new.");
        signatures.MapGet("/statement", StatementAsync).Requires(Permission.AuditSign).Answers<StatementView>().Problems(ProblemKind.NotFound)
            .Filter("streamId", "Required: stream of the event").Filter("version", "Required: the event's version in it").Filter("kind", "Required: version, approval or deployment")
            .Filter("meaning", "Required: what the signer says by it")
            .Describe("GetSigningStatement", "The text that a key has to sign", "Made anew from the ledger; docs/signatures.md shows how it's made without the platform.");
        signatures.MapPost("/verify", VerifyAsync).Requires(Permission.LedgerRead).WithMetadata(new PostedQuestion())
            .Accepts<VerifyBody>("application/json").Answers<SignatureReport>().Problems(ProblemKind.Malformed, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType)
            .Describe("VerifySignature", "Whether a signature that isn't recorded is good", "By a registered key or by any other. Nothing is recorded.");
        signatures.MapGet("/", ListAsync).Requires(Permission.LedgerRead).Collection<SignatureDetails>()
            .Describe("ListSignatures", "Who signed what", "In the order in which they were recorded.").Filter("object", "Only what was signed in this stream").Filter("signer", "Only by this holder of keys");
        signatures.MapGet("/{id:guid}", GetAsync).Requires(Permission.LedgerRead).Resource<SignatureDetails>()
            .Describe("GetSignature", "A signature as it was recorded", "Read from its stream: never stale.");
        signatures.MapGet("/{id:guid}/verify", VerifyRecordedAsync).Requires(Permission.LedgerRead).Answers<SignatureReport>().Problems(ProblemKind.NotFound)
            .Describe("VerifyRecordedSignature", "Whether a recorded signature is good", "From what the ledger has now: the event's hash, the statement, the signature over it, and the key at the time by the order of the log.");
    }

    private static async Task<IResult> StatementAsync(HttpContext http, IDocumentStore store)
    {
        var (stream, version) = (Reading.Uuid(http, "streamId") ?? Guid.Empty, Reading.Number(http, "version", 1, long.MaxValue) ?? 0);
        var (kind, meaning) = (http.Request.Query["kind"].ToString(), http.Request.Query["meaning"].ToString());
        Refuse(SigningStatement.Check(kind, stream, version, meaning));
        var caller = Caller.Of(http);
        var session = store.QuerySession(caller.TenantId);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        return await session.Events.FindHashAsync(stream, version, http.RequestAborted) is { } hash
            ? Results.Json(new StatementView(SigningStatement.OfEvent(caller.TenantId, kind, stream, version, hash, meaning), hash), AuditBodies.Default.StatementView)
            : new Problem(ProblemKind.NotFound, $"There is no event at version {version} of stream {stream}.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, stream, signer) = (Reading.Limit(http), Reading.NumberCursor(http), Reading.Uuid(http, "object"), AuditEndpoints.Text(http, "signer"));
        await Reading.AwaitAsync(http, session, Signatures.ReadModel);
        var answer = await SignatureDetails.ListAsync(session, stream, signer, after, limit, http.RequestAborted);
        Reading.Index(http, answer);
        return Results.Json(new Page<SignatureDetails>(answer.Items, Reading.NextCursor(answer.Items, limit, s => $"{s.Sequence}")), AuditBodies.Default.PageSignatureDetails);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (version, at) = Reading.AsOf(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var events = await session.Events.FetchStreamAsync(id, 0, version ?? long.MaxValue, at, limit: 1, cancel: http.RequestAborted);
        var signature = events is [{ Data: SignatureGiven given } e] ? SignatureDetails.Of(given, e) : null;
        return Reading.Single(http, signature, events.Count, AuditReadJson.Default.SignatureDetails);
    }

    private static async Task<IResult> VerifyRecordedAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        return await session.Events.FetchStreamAsync(id, limit: 1, cancel: http.RequestAborted) is [{ Data: SignatureGiven given } e]
            ? Results.Json(await SignatureReport.OfRecordedAsync(session, given, e.Sequence, http.RequestAborted), AuditBodies.Default.SignatureReport)
            : new Problem(ProblemKind.NotFound, "There is no such signature.");
    }

    private static async Task<IResult> VerifyAsync(HttpContext http, IDocumentStore store)
    {
        var body = (await JsonBody.ReadAsync(http, AuditBodies.Default.VerifyBody)).Value;
        PublicKey? key = null;
        string? problem = null;
        if (body.PublicKey is not null)
            key = PublicKey.TryParse(body.PublicKey, out problem);
        Refuse(SigningStatement.Check(body.Kind ?? "", body.StreamId ?? Guid.Empty, body.Version ?? 0, body.Meaning ?? "")
            .Add("signature", string.IsNullOrEmpty(body.Signature) ? "Is required." : null)
            .Add("keyId", body.KeyId is null && body.PublicKey is null ? "Is required, or publicKey is." : null)
            .Add("publicKey", problem ?? (key is not null && body.KeyId is { } id && id != SigningKey.IdOf(body.PublicKey!) ? "Isn't the key of keyId." : null)));
        var session = store.QuerySession(Caller.Of(http).TenantId);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        return Results.Json(await SignatureReport.OfAsync(session, body, key, http.RequestAborted), AuditBodies.Default.SignatureReport);
    }

    private static void Refuse(FieldErrors errors)
    {
        if (errors.Rejection is { } rejection)
            throw new ProblemException(new Problem(ProblemKind.Invalid, rejection.Detail, CommandEndpoints.ErrorsOf(rejection)));
    }
}
