using System.Collections.Immutable;
using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>What visitors do: questions over their events and visits.</summary>
public static class BehaviourEndpoints
{
    private const string Compare = "compare";

    public static void MapBehaviour(this RouteGroupBuilder api)
    {
        api.MapGet("/analytics/query", QueryAsync).Asks().Produces<BehaviourBody>(StatusCodes.Status200OK, "application/json", Csv.ContentType)
            .Filter("format", "json (default) or csv. A file has a row an answer's row, without dimensions the totals; with compare the rows of the other days follow, and the column period tells them apart (asked, previous or year).")
            .Describe("QueryBehaviour", "What visitors did", "Metrics by dimensions. Totals are over everything that the filters leave: a visitor of two days is one there. As CSV by RFC 4180; a cell that a spreadsheet would run begins with an apostrophe.");
    }

    /// <summary>What every question of metrics by dimensions understands.</summary>
    internal static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint) => endpoint
        .WithTags("Analytics").Requires(Permission.AnalyticsRead).Expensive().OnAnySite("on each site of siteId; without one in the tenant").Problems(ProblemKind.Invalid).WithMetadata(new Indexed()).Awaiting()
        .About()
        .Filter("metrics", $"With commas between them: {string.Join(", ", BehaviourQuery.MetricNames)}; absent: visitors,visits,page_views. Vitals are 75th percentiles.")
        .Filter("dimensions", $"At most 3, with commas between them: {string.Join(", ", BehaviourQuery.DimensionNames)}.")
        .Filter(Compare, "previous: the days just before, as many; year: the same days a year before.")
        .Filter("rows", "Rows at most, 1 to 10000; default 1000.");

    private static async Task<IResult> QueryAsync(HttpContext http, IDocumentStore store, BehaviourAnswers answers, ConfigurationCache configuration, TimeProvider time)
    {
        var (tenant, isFile) = (Caller.Of(http).TenantId, Reading.Text(http, "format", "json", "csv") == "csv");
        var (query, compared) = await QuestionAsync(http, store, configuration, time);
        var answer = await answers.FindAsync(store, tenant, query, http.RequestAborted);
        var before = compared is null ? null : await answers.FindAsync(store, tenant, compared, http.RequestAborted);
        Reading.Index(http, answer.Position.Index, answer.Position.Lag);
        return isFile ? BehaviourFile.Of(query, answer, before, Reading.Text(http, Compare)) : Results.Json(
            new BehaviourBody(query.From, query.To, query.TimeZone, query.Metrics, query.Dimensions, answer.Rows, answer.Totals, answer.IsCut, answer.IsEstimate,
                before is null ? null : new BehaviourBefore(compared!.From, compared.To, before.Rows, before.Totals, before.IsCut, before.IsEstimate)),
            AnalyticsBodies.Default.BehaviourBody);
    }

    /// <summary>The question of a request whose caller may ask it, once the read models have what <c>after</c> says; and the same of the days that it's compared with.</summary>
    /// <param name="http">The request.</param>
    /// <param name="store">Has the read models.</param>
    /// <param name="configuration">Of sites.</param>
    /// <param name="time">Says what today is.</param>
    /// <param name="metric">Asked for where the request names none; null: the usual ones.</param>
    /// <exception cref="ProblemException">It has no answer, or the caller may not ask.</exception>
    internal static async Task<(BehaviourQuery Query, BehaviourQuery? Compared)> QuestionAsync(HttpContext http, IDocumentStore store, ConfigurationCache configuration, TimeProvider time, string? metric = null)
    {
        var query = await BehaviourParameters.QueryAsync(http, configuration, time, metric);
        if (query.Refuse() is { } refused)
            throw new ProblemException(CommandEndpoints.OfRejection(refused));
        var compared = Compared(http, query);
        foreach (var model in BehaviourAnswer.ModelsOf(query))
            await Reading.AwaitAsync(http, store.QuerySession(Caller.Of(http).TenantId), model);
        return (query, compared);
    }

    private static BehaviourQuery? Compared(HttpContext http, BehaviourQuery query) => Reading.Text(http, Compare, "previous", "year") switch
    {
        "previous" => query with { From = query.From.AddDays(query.From.DayNumber - query.To.DayNumber - 1), To = query.From.AddDays(-1) },
        "year" => query with { From = query.From.AddYears(-1), To = query.To.AddYears(-1) },
        _ => null,
    };
}
