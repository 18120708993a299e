using Platform.Api.Http;
using Platform.EventStore;
using Platform.Processors.Audit;

namespace Platform.Api.Audit;

/// <summary>A bundle for an auditor as a download; the same as <c>./platform export --tenant</c>.</summary>
internal static class LedgerBundles
{
    public static async Task<IResult> GetAsync(HttpContext http, Database database, PublishedLog log, WitnessOptions witnesses, Hosting.HostOptions options, TimeProvider time)
    {
        var from = Reading.Number(http, "from", 0, long.MaxValue) ?? 0;
        if (options.Connections.Auditor.Length == 0)
            return new Problem(ProblemKind.Unavailable, "This node has no connection as platform_auditor, which reads what a bundle is made of (ConnectionStrings__PlatformAuditor).");
        if (await log.HeadAsync(http.RequestAborted) is not { } head)
            return LedgerEndpoints.Unavailable(http, "No checkpoint was signed yet.");
        if (from > head.Size)
            return Problem.Field(ProblemKind.Invalid, "from", $"The last checkpoint has {head.Size} entries.");
        Reading.Index(http, head.Size - 1);
        var scope = new ExportScope(Caller.Of(http).TenantId, from, witnesses.Policy);
        return Results.Stream(body => new LedgerExport(database.Auditor).WriteAsync(body, scope, time.GetUtcNow(), cancel: http.RequestAborted), "application/x-tar", $"ledger-{scope.Tenant}-{head.Size}.tar");
    }
}
