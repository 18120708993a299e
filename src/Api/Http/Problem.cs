using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Identity;
using Platform.Domain;
using Platform.EventStore;

namespace Platform.Api.Http;

/// <summary>A kind of problem: its stable URI and its status.</summary>
public sealed record ProblemKind(string Name, int Status, string Title)
{
    public string Type => $"urn:platform:problem:{Name}";

    public static readonly ProblemKind Malformed = new("malformed", 400, "The request can't be read.");
    public static readonly ProblemKind Unauthenticated = new("unauthenticated", 401, "A valid token is needed.");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "The caller lacks a permission.");
    public static readonly ProblemKind TenantUnknown = new("tenant-unknown", 403, "The token's tenant was never provisioned here.");
    public static readonly ProblemKind TenantSuspended = new("tenant-suspended", 403, "The caller's tenant is suspended.");
    public static readonly ProblemKind TenantClosed = new("tenant-closed", 403, "The caller's tenant is closed for good.");
    public static readonly ProblemKind NotFound = new("not-found", 404, "There is no such resource.");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "The resource doesn't take this method.");
    public static readonly ProblemKind Conflict = new("conflict", 409, "A rule refuses the command.");
    public static readonly ProblemKind Stale = new("stale-version", 412, "The resource has moved on.");
    public static readonly ProblemKind TooLarge = new("too-large", 413, "The body is too large.");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", 415, "The body's type isn't supported.");
    public static readonly ProblemKind Invalid = new("invalid", 422, "The request breaks a rule.");
    public static readonly ProblemKind KeyReused = new("idempotency-key-reused", 422, "The idempotency key came with another request before.");
    public static readonly ProblemKind RateLimited = new("rate-limited", 429, "Too many requests.");

    /// <summary>Of a quota that begins anew by itself.</summary>
    public static readonly ProblemKind QuotaExceeded = new("quota-exceeded", 429, "A quota of the tenant is used up.");

    /// <summary>Of a quota that stays full until something goes: the same kind, by another status, for waiting doesn't help.</summary>
    public static readonly ProblemKind QuotaFull = QuotaExceeded with { Status = 409 };

    public static readonly ProblemKind Internal = new("internal", 500, "The platform failed.");
    public static readonly ProblemKind Unavailable = new("unavailable", 503, "A part the platform depends on is away.");

    public static IReadOnlyList<ProblemKind> All { get; } =
        [Malformed, Unauthenticated, Forbidden, TenantUnknown, TenantSuspended, TenantClosed, NotFound, MethodNotAllowed, Conflict, Stale, TooLarge, UnsupportedMediaType, Invalid, KeyReused, RateLimited, QuotaExceeded, Internal, Unavailable];
}

/// <summary>RFC 9457 problem details, as every error of the API answers.</summary>
/// <param name="Type">Stable URI of the kind.</param>
/// <param name="Title">Short, the same for each problem of the kind.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What happened here, and what to do.</param>
/// <param name="TraceId">For the operator's logs.</param>
/// <param name="Errors">Field (JSON path, query parameter or header) to messages.</param>
/// <param name="CurrentVersion">412: the version that the resource is at.</param>
/// <param name="Changes">412: the events since the version that the command was for, oldest first; the latest 50 of more.</param>
/// <param name="Quota">Of a quota that is used up: its name.</param>
/// <param name="Limit">The hard limit.</param>
/// <param name="Used">What is used of it.</param>
/// <param name="ResetsAt">When it begins anew; absent: it doesn't.</param>
/// <param name="Key">Of a flag's evaluation: its key.</param>
/// <param name="ErrorCode">Of a flag's evaluation: OpenFeature's code.</param>
/// <param name="ErrorDetails">Of a flag's evaluation: the detail, by the name that OpenFeature has for it.</param>
/// <param name="Fields">412: the fields changed since, or by the command; the first 50 of more, those in conflict before the others. 409 of a merge: those in conflict.</param>
public sealed record ProblemBody(
    string Type, string Title, int Status, string? Detail, string TraceId,
    IReadOnlyDictionary<string, string[]>? Errors = null, long? CurrentVersion = null,
    IReadOnlyList<ChangeSince>? Changes = null, IReadOnlyList<FieldSides>? Fields = null,
    string? Quota = null, long? Limit = null, long? Used = null, DateTimeOffset? ResetsAt = null,
    string? Key = null, string? ErrorCode = null, string? ErrorDetails = null);

/// <summary>What OpenFeature's clients look for in an answer that is no value.</summary>
/// <param name="Key">Of the flag; null: all were asked for.</param>
/// <param name="ErrorCode">FLAG_NOT_FOUND, PARSE_ERROR or INVALID_CONTEXT.</param>
public sealed record EvaluationProblem(string? Key, string ErrorCode);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ProblemJson : JsonSerializerContext;

/// <summary>An answer that is a problem.</summary>
public sealed class Problem(ProblemKind kind, string? detail = null, IReadOnlyDictionary<string, string[]>? errors = null, long? currentVersion = null, ChangesSince? since = null, QuotaExceededException? quota = null, IReadOnlyList<FieldSides>? fields = null) : IResult
{
    // Read by people in terminals, and never put into HTML: quotes needn't be escaped as \u0022.
    private static readonly ProblemJson Json = new(new JsonSerializerOptions(ProblemJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public ProblemKind Kind => kind;

    /// <summary>For OpenFeature's clients; null: nobody of them asks.</summary>
    public EvaluationProblem? Evaluation { get; init; }

    /// <summary>What happened here, and what to do; null: what the kind says.</summary>
    public string? Detail => detail;

    /// <summary>Field to messages; null: it's about none.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors => errors;

    /// <summary>A hard limit of the tenant's stands against it.</summary>
    public static Problem Of(QuotaExceededException e) => new(e.ResetsAt is null ? ProblemKind.QuotaFull : ProblemKind.QuotaExceeded, e.Message, quota: e);

    public static Problem Field(ProblemKind kind, string field, string message) =>
        new(kind, $"{field}: {message}", new Dictionary<string, string[]> { [field] = [message] });

    /// <summary>For a member that has to be there: what isn't said isn't taken for nothing.</summary>
    public static ProblemException Missing(string field) => new(Field(ProblemKind.Invalid, field, "Is required."));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = kind.Status;
        if (kind == ProblemKind.Unavailable && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = "1";
        if (quota?.ResetsAt is { } resetsAt)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling((resetsAt - httpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (currentVersion is { } version)
            response.Headers.ETag = $"\"{version}\"";
        if (ScimError.IsSpokenAt(httpContext.Request.Path))
        {
            await ScimError.WriteAsync(httpContext, this);
            return;
        }
        response.ContentType = "application/problem+json";
        await JsonSerializer.SerializeAsync(response.Body, ToBody(httpContext), Json.ProblemBody, httpContext.RequestAborted);
    }

    public ProblemBody ToBody(HttpContext http) => new(
        kind.Type, kind.Title, kind.Status, detail, Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier, errors, currentVersion, since?.Changes, since?.Fields ?? fields,
        quota?.Quota, quota?.Limit, quota?.Used, quota?.ResetsAt, Evaluation?.Key, Evaluation?.ErrorCode, Evaluation is null ? null : detail);

    /// <summary>The kind for a bare status that the framework set; a kind of its own where we have none.</summary>
    public static Problem OfStatus(int status, string? detail = null) =>
        new(ProblemKind.All.FirstOrDefault(k => k.Status == status) ?? new ProblemKind($"http-{status}", status, ReasonPhrases.GetReasonPhrase(status)), detail);
}

/// <summary>Thrown where an answer must be a problem, deep in the reading of a request.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Kind.Title)
{
    public Problem Problem { get; } = problem;
}
