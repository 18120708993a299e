using System.Globalization;
using System.Text;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Days of a report: what was made, and what would be.</summary>
internal static class SummaryEndpoints
{
    private static readonly SummaryRuns Details = new();

    public static void Map(RouteGroupBuilder reports, ReportCommands commands)
    {
        reports.MapGet("/{id:guid}/preview", PreviewAsync).Requires(Permission.AnalyticsRead).OfSite(ReportEndpoints.OfReport).Expensive().Problems(ProblemKind.Invalid, ProblemKind.NotFound).WithMetadata(new Indexed())
            .Produces<DailySummary>(StatusCodes.Status200OK, "application/json", Csv.ContentType, "text/plain", "text/html", "image/svg+xml")
            .Filter("date", "A day that has begun; absent: yesterday, by the site's time zone.")
            .Filter("format", "json (default), csv, text, html or svg.")
            .Describe("PreviewSummary", "What a summary of a day would say now", "Nothing is recorded or sent. As far as the read models know: of a day that isn't over, what was so far.");
        reports.MapGet("/{id:guid}/runs", ListAsync).Requires(Permission.AnalyticsRead).OfSite(ReportEndpoints.OfReport).Collection<SummaryRunDetails>().Problems(ProblemKind.NotFound)
            .Describe("ListSummaries", "Days that were summed up", "The latest day first, each with what became of its mails. Deliveries to webhooks are with these.");
        reports.MapGet("/{id:guid}/runs/{date}", (HttpContext http, Guid id, string date, IDocumentStore store) =>
                Reading.FoldedAsync(http, store, Details, SummaryRun.IdOf(id, DayOf(date)), run => run.Version, AnalyticsReadJson.Default.SummaryRunDetails))
            .Requires(Permission.AnalyticsRead).OfSite(ReportEndpoints.OfReport).Resource<SummaryRunDetails>().Describe("GetSummary", "A day that was summed up", "Read from its stream: never stale.");
        reports.MapVerb("/{id:guid}/runs/{date}/make", AnalyticsBodies.Default.EmptyBody, (_, to) => new MakeDay(to.Id, DayOf(to["date"])), commands.MakeDay, optional: true)
            .Requires(Permission.AnalyticsManage).OfSite(ReportEndpoints.OfReport).Expensive().Describe("MakeSummary", "Sum up a day now", "It's delivered as on its hour. A day that was summed up isn't again.");
        reports.MapVerb("/{id:guid}/runs/{date}/resend", AnalyticsBodies.Default.EmptyBody, (_, to) => new ResendSummary(to.Id, DayOf(to["date"])), commands.Resend, optional: true)
            .Requires(Permission.AnalyticsManage).OfSite(ReportEndpoints.OfReport).Describe("ResendSummary", "Deliver a summary once more",
                "The same event, with the same webhook-id, to webhooks that were told of it and are enabled; a new mail to whom the report goes now.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, cursor) = (Reading.Limit(http), Reading.Cursor(http));
        var before = cursor.Length == 0 ? DateOnly.MaxValue : TryDay(cursor) ?? throw new ProblemException(Reading.BadCursor);
        if (!(await session.Events.AggregateStreamAsync<Report>(id, cancel: http.RequestAborted)).State.Exists)
            return new Problem(ProblemKind.NotFound, "There is no such report.");
        await Reading.AwaitAsync(http, session, SummaryRunDetails.ReadModel);
        return Reading.Page(http, await SummaryRunDetails.ListAsync(session, id, before, limit, http.RequestAborted), limit);
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, Guid id, IDocumentStore store, SummaryMaker maker, TimeProvider time)
    {
        var (tenant, cancel) = (Caller.Of(http).TenantId, http.RequestAborted);
        var format = Reading.Text(http, "format", "json", "csv", "text", "html", "svg");
        var day = Reading.Text(http, "date");
        if ((await store.QuerySession(tenant).Events.AggregateStreamAsync<Report>(id, cancel: cancel)).State is not { Exists: true } report)
            return new Problem(ProblemKind.NotFound, "There is no such report.");
        var zone = await maker.ZoneOfAsync(tenant, report.SiteId, cancel);
        var yesterday = ReportClock.Yesterday(time.GetUtcNow(), zone);
        var date = day is null ? yesterday : TryDay(day) is { } known && known <= yesterday.AddDays(1) ? known
            : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "date", "A day such as 2026-01-31 that has begun."));
        var summary = await maker.MakeAsync(tenant, report.SiteId, date, zone, cancel);
        Reading.Index(http, summary.CountedUntil);
        // It's shown by browsers: names in it are the site's and its visitors'.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return format switch
        {
            "csv" => Results.Bytes(SummaryTable.Of(summary), Csv.WithHeader),
            "text" => Results.Text(SummaryText.Plain(summary, report.Name), "text/plain; charset=utf-8"),
            "html" => Results.Text(SummaryText.Html(summary, report.Name, $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(SummaryCharts.Draw(summary)))}"), "text/html; charset=utf-8"),
            "svg" => Results.Text(SummaryCharts.Draw(summary), "image/svg+xml; charset=utf-8"),
            _ => Results.Json(summary, ReportBodies.Default.DailySummary),
        };
    }

    private static DateOnly DayOf(string? date) => TryDay(date) ?? throw new ProblemException(new Problem(ProblemKind.NotFound, "No summary of that day was made."));

    // Days of which a week before and a day after can be said.
    private static DateOnly? TryDay(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 9000 ? day : null;
}
