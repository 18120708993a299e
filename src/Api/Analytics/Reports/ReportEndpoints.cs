using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Daily summaries of sites, to webhooks and by mail.</summary>
public static class ReportEndpoints
{
    private const long UsualHour = 7;

    private static readonly Projections.Analytics.Reports Details = new();

    /// <summary>Who may on its site may on a report.</summary>
    internal static SitesOfRequest OfReport { get; } = new("the report's site", async (http, store) =>
        Guid.TryParse(http.GetRouteValue("id") as string, out var id) && (await store.QuerySession(Caller.Of(http).TenantId).Events.AggregateStreamAsync<Report>(id, cancel: http.RequestAborted)).State is { Exists: true } report
            ? [report.SiteId] : []);

    private static ReportBodies Json => ReportBodies.Default;

    public static void MapReports(this RouteGroupBuilder api)
    {
        var commands = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<ReportCommands>();
        var reports = api.MapGroup("/analytics/reports").WithTags("Analytics");

        reports.MapStart("/", Json.ReportBody, (body, to) => new ScheduleReport(to.Id, body.SiteId ?? Guid.Empty, body.Name, body.Hour ?? UsualHour, Users(body.Recipients)), commands.Schedule)
            .Requires(Permission.AnalyticsManage).OfSiteIn<ScheduleReport>("the site that the body names", command => command.SiteId).Describe("ScheduleReport", "Have each day of a site summed up",
                $"On the next day at an hour of the site's time zone, once, whatever becomes of clocks and nodes; what was missed while the platform was down is made up for, at most {ReportClock.MostDays} days. Webhooks that follow analytics.daily-summary-made are told of it, and it's mailed to recipients. At most {ReportList.Most} reports a tenant.");
        reports.MapReplace("/{id:guid}", Json.ReportChangeBody, (body, to) => new ChangeReport(to.Id, body.Name, body.Hour ?? UsualHour, Users(body.Recipients)), commands.Change)
            .Requires(Permission.AnalyticsManage).OfSite(OfReport).Describe("ChangeReport", "Replace what can be edited of a report", "A day that was summed up isn't again.");
        reports.MapVerb("/{id:guid}/end", AnalyticsBodies.Default.EmptyBody, (_, to) => new EndReport(to.Id), ReportCommands.End, optional: true)
            .Requires(Permission.AnalyticsManage).OfSite(OfReport).Describe("EndReport", "Have no further day summed up", "What was made stays, and can be sent again.");
        reports.MapGet("/", ListAsync).Requires(Permission.AnalyticsRead).OnAnySite("Shows reports of sites on which the caller has it.").Collection<ReportDetails>()
            .Describe("ListReports", "Reports of the tenant", "In id order, those that have ended among them.").Filter("siteId", "Only of this site");
        reports.MapGet("/{id:guid}", (HttpContext http, Guid id, IDocumentStore store) => Reading.FoldedAsync(http, store, Details, id, report => report.Version, AnalyticsReadJson.Default.ReportDetails))
            .Requires(Permission.AnalyticsRead).OfSite(OfReport).Resource<ReportDetails>().Describe("GetReport", "A report, as it is or as it was", "Read from its stream: never stale.");
        SummaryEndpoints.Map(reports, commands);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, site) = (Reading.Limit(http), Reading.IdCursor(http), Reading.Uuid(http, "siteId"));
        await Reading.AwaitAsync(http, session, ReportDetails.ReadModel);
        return Reading.Page(http, await ReportDetails.ListAsync(session, site, CallerAccess.Of(http).SitesWith(Permission.AnalyticsRead), after, limit, http.RequestAborted), limit);
    }

    private static ImmutableArray<Guid> Users(IReadOnlyList<Guid>? ids) => [.. ids ?? []];
}
