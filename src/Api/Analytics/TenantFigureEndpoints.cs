using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Api.Analytics;

/// <summary>How the tenants do in all, for the platform's own people: figures as they were published, of which none tells of a single tenant.</summary>
public static class TenantFigureEndpoints
{
    public static void MapTenantFigures(this RouteGroupBuilder api) =>
        api.MapGroup("/analytics/tenants").WithTags("Analytics").MapGet("/", ListAsync).Requires(Permission.TenantsRead).Paged<TenantFiguresPublished>()
            .Describe("ListTenantFigures", "What all tenants' visitors did, week by week",
                $"The last {TenantWeeks.Most} weeks by UTC of which figures were published, the latest first. At least six tenants are in a figure; each one's part is bounded by the mean of the second- to sixth-largest, and all of a week is rounded to steps that no part exceeds. What isn't there would have told too much. Published once, {TenantWeeks.Grace.Days} days after the week: it never changes. Nothing for callers of other tenants than the platform's own.");

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store, TimeProvider time)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var limit = Reading.Limit(http);
        var before = Reading.Cursor(http) is not { Length: > 0 } cursor ? DateOnly.MaxValue
            : DateOnly.TryParseExact(cursor, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var monday) ? monday
            : throw new ProblemException(Reading.BadCursor);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var weeks = new List<TenantFiguresPublished>();
        foreach (var week in TenantWeeks.Over(time.GetUtcNow()).Where(week => week < before))
            if (weeks.Count < limit && await session.Events.FetchStreamAsync(TenantWeeks.IdOf(week), limit: 1, cancel: http.RequestAborted) is [{ Data: TenantFiguresPublished published }])
                weeks.Add(published);
        var next = Reading.NextCursor(weeks, limit, week => week.Monday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return Results.Json(new Page<TenantFiguresPublished>(weeks, next), AnalyticsBodies.Default.PageTenantFiguresPublished);
    }
}
