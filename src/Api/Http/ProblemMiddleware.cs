using Npgsql;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Api.Http;

/// <summary>Whatever goes wrong, the answer is problem+json: never an HTML page, never a stack trace.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
                await Problem.OfStatus(http.Response.StatusCode, Detail(http)).ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            var problem = Report(http, e, log);
            http.Response.Clear();
            await problem.ExecuteAsync(http);
        }
    }

    /// <summary>What the caller is told of a failure, and the log with it.</summary>
    public static Problem Report(HttpContext http, Exception e, ILogger log)
    {
        using var scope = TenantScope.Begin(log, http);
        var problem = ToProblem(e);
        if (problem.Kind == ProblemKind.Unavailable)
            // One line each: while the database is away, every request is one.
            log.LogWarning("{Method} {Path} couldn't be answered: {Reason}", http.Request.Method, http.Request.Path, e.Message);
        else if (problem.Kind.Status >= 500)
            log.LogError(e, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
        return problem;
    }

    private static Problem ToProblem(Exception e) => e switch
    {
        ProblemException p => p.Problem,
        BadHttpRequestException { StatusCode: var status } bad => Problem.OfStatus(status, bad.Message),
        QuotaExceededException quota => Problem.Of(quota),
        QuestionTooLargeException large => Problem.Field(ProblemKind.Invalid, "to", large.Message),
        QuestionTooOldException old => Problem.Field(ProblemKind.Invalid, "from", old.Message),
        ValueRefusedException refused => new Problem(ProblemKind.Invalid, refused.Message),
        ChainBrokenException => new Problem(ProblemKind.Unavailable, "The ledger's chain is broken here; nothing was appended. An operator must run ./platform verify."),
        PersonalDataUnavailableException => new Problem(ProblemKind.Unavailable, "Personal data can't be written or searched right now, because its keys are away; nothing was changed. Try again."),
        SubjectErasedException erased => new Problem(ProblemKind.Conflict, erased.Message),
        LogUnsignedException => new Problem(ProblemKind.Unavailable, "This node lacks the key that such events are signed with; nothing was appended. An operator must look at /health/ready."),
        ReadModelMissingException missing => new Problem(ProblemKind.Unavailable, $"{missing.Message} It answers when its version of this release is built; GET /api/projections says how far that is."),
        StreamArchivedException => new Problem(ProblemKind.Conflict, "The resource is closed for good."),
        UnexpectedVersionException => new Problem(ProblemKind.Unavailable, "Too many others change the resource right now; nothing was changed. Try again."),
        TimeoutException or OperationCanceledException => new Problem(ProblemKind.Unavailable, "It took too long; try again."),
        NpgsqlException database => DatabaseProblem.Of(database),
        _ => new Problem(ProblemKind.Internal),
    };

    private static string? Detail(HttpContext http) => http.Response.StatusCode switch
    {
        404 => $"Nothing is at {http.Request.Path}. The API is described at /swagger.",
        405 => $"{http.Request.Method} isn't taken here; allowed: {http.Response.Headers.Allow}.",
        _ => null,
    };
}
