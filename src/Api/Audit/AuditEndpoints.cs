using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Timeouts;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Audit;

namespace Platform.Api.Audit;

public static partial class AuditEndpoints
{
    private const int LongestText = 255;

    public static void MapAudit(this RouteGroupBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("Audit");

        Filtered(audit.MapGet("/", ListAsync).Requires(Permission.LedgerRead).Expensive().Collection<AuditEntry>())
            .Describe("ListAudit", "Who did what to what, and when", "Every event of the tenant as an entry, denied attempts among them, newest first. Each names its event, whose proof is at the path in proof.");
        Filtered(audit.MapGet("/export", AuditExport.GetAsync).Requires(Permission.LedgerRead).Expensive(isLong: true).Problems(ProblemKind.Invalid))
            .Produces<string>(StatusCodes.Status200OK, Csv.ContentType, JsonLines.ContentType)
            .WithMetadata(new Indexed(), new QueryParameter("format", "csv (default) or jsonl"), new DisableRequestTimeoutAttribute())
            .Awaiting()
            .Describe("ExportAudit", "The audit trail as a file", "All entries that the filter finds, newest first, each with the path of its proof. As CSV by RFC 4180; a cell that a spreadsheet would run begins with an apostrophe. A file that ends without its last line break was cut short: ask again.");
    }

    private static RouteHandlerBuilder Filtered(RouteHandlerBuilder endpoint) => endpoint
        .Filter("actor", "Subject of the token").Filter("action", "Alias of the event, or its beginning up to a dot: content.").Filter("object", "Stream id of what it was done to")
        .Filter("outcome", "done or denied").Filter("from", "RFC 3339 time: not earlier").Filter("to", "RFC 3339 time: earlier")
        .Filter("q", "Words in the summary, at most 200 characters: words, \"phrases\", or, -not");

    internal static AuditFilter FilterOf(HttpContext http) => new(
        Text(http, "actor"), Action(http), Reading.Uuid(http, "object"), Reading.Text(http, "outcome", AuditEntry.Done, AuditEntry.Denied),
        Reading.Instant(http, "from"), Reading.Instant(http, "to"), Reading.Text(http, "q"));

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (filter, limit, before) = (FilterOf(http), Reading.Limit(http), Position(Reading.Cursor(http)));
        await Reading.AwaitAsync(http, session, AuditTrail.ReadModel);
        var answer = await filter.FindAsync(session, before, limit, http.RequestAborted);
        Reading.Index(http, answer);
        return Results.Json(new Page<AuditEntry>(answer.Items, Reading.NextCursor(answer.Items, limit, Cursor)), AuditBodies.Default.PageAuditEntry);
    }

    private static string Cursor(AuditEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{(entry.At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}.{entry.Sequence}");

    private static AuditPosition? Position(string cursor) => cursor.Length == 0 ? null
        : CursorForm().Match(cursor) is { Success: true, Groups: var parts }
            ? new AuditPosition(DateTimeOffset.UnixEpoch.AddTicks(long.Parse(parts[1].ValueSpan, null) * TimeSpan.TicksPerMicrosecond), long.Parse(parts[2].ValueSpan, null))
            : throw new ProblemException(Reading.BadCursor);

    private static string? Action(HttpContext http) => Text(http, "action") is not { } action ? null
        : ActionForm().IsMatch(action) ? action
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "action", "Alias of an event, such as content.item-published, or its beginning up to a dot, such as content."));

    internal static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is not { Length: > 0 } text ? null
        : text.Length <= LongestText && !text.Any(char.IsControl) ? text
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, $"At most {LongestText} characters, none of them a control character."));

    // Up to the year 5138: no more digits than a time has.
    [GeneratedRegex(@"^([0-9]{1,17})\.([0-9]{1,18})\z")]
    private static partial Regex CursorForm();

    [GeneratedRegex(@"^[a-z][a-z0-9-]*\.([a-z][a-z0-9_-]*)?\z")]
    private static partial Regex ActionForm();
}
