using System.Collections.Immutable;
using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>What visitors do: questions over their events and visits.</summary>
public static class BehaviourEndpoints
{
    public static void MapBehaviour(this RouteGroupBuilder api)
    {
        api.MapGet("/analytics/query", QueryAsync).WithTags("Analytics").Requires(Permission.AnalyticsRead).Expensive().OnAnySite("on each site of siteId; without one in the tenant").Counted<BehaviourBody>()
            .About()
            .Filter("metrics", $"With commas between them: {string.Join(", ", BehaviourQuery.MetricNames)}; absent: visitors,visits,page_views. Vitals are 75th percentiles.")
            .Filter("dimensions", $"At most 3, with commas between them: {string.Join(", ", BehaviourQuery.DimensionNames)}.")
            .Filter("compare", "previous: the days just before, as many; year: the same days a year before.")
            .Filter("rows", "Rows at most, 1 to 10000; default 1000.")
            .Describe("QueryBehaviour", "What visitors did", "Metrics by dimensions. Totals are over everything that the filters leave: a visitor of two days is one there.");
    }

    private static async Task<IResult> QueryAsync(HttpContext http, IDocumentStore store, BehaviourAnswers answers, ConfigurationCache configuration, TimeProvider time)
    {
        var query = await BehaviourParameters.QueryAsync(http, configuration, time);
        var tenant = Caller.Of(http).TenantId;
        if (query.Refuse() is { } refused)
            return CommandEndpoints.OfRejection(refused);
        foreach (var model in BehaviourAnswer.ModelsOf(query))
            await Reading.AwaitAsync(http, store.QuerySession(tenant), model);
        var compared = Compared(http, query);
        var answer = await answers.FindAsync(store, tenant, query, http.RequestAborted);
        var before = compared is null ? null : await answers.FindAsync(store, tenant, compared, http.RequestAborted);
        Reading.Index(http, answer.Position.Index, answer.Position.Lag);
        return Results.Json(
            new BehaviourBody(query.From, query.To, query.TimeZone, query.Metrics, query.Dimensions, answer.Rows, answer.Totals, answer.IsCut, answer.IsEstimate,
                before is null ? null : new BehaviourBefore(compared!.From, compared.To, before.Rows, before.Totals, before.IsCut, before.IsEstimate)),
            AnalyticsBodies.Default.BehaviourBody);
    }

    private static BehaviourQuery? Compared(HttpContext http, BehaviourQuery query) => Reading.Text(http, "compare", "previous", "year") switch
    {
        "previous" => query with { From = query.From.AddDays(query.From.DayNumber - query.To.DayNumber - 1), To = query.From.AddDays(-1) },
        "year" => query with { From = query.From.AddYears(-1), To = query.To.AddYears(-1) },
        _ => null,
    };
}
