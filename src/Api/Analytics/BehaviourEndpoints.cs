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
    private const string Compare = "compare";

    private const int DefaultRows = 1_000, DefaultDays = 30;

    public static void MapBehaviour(this RouteGroupBuilder api)
    {
        api.MapGet("/analytics/query", QueryAsync).Asks().Produces<BehaviourBody>(StatusCodes.Status200OK, "application/json", Csv.ContentType)
            .Filter("format", "json (default) or csv. A file has a row an answer's row, without dimensions the totals; with compare the rows of the other days follow, and the column period tells them apart (asked, previous or year).")
            .Describe("QueryBehaviour", "What visitors did", "Metrics by dimensions. Totals are over everything that the filters leave: a visitor of two days is one there. As CSV by RFC 4180; a cell that a spreadsheet would run begins with an apostrophe.");
    }

    /// <summary>What every question understands.</summary>
    internal static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint) => endpoint
        .WithTags("Analytics").Requires(Permission.AnalyticsRead).Expensive().OnAnySite("on each site of siteId; without one in the tenant").Problems(ProblemKind.Invalid).WithMetadata(new Indexed()).Awaiting()
        .Filter("siteId", "A site; may stand up to 100 times. Absent: all sites of the tenant.")
        .Filter("from", "First day, such as 2026-01-31; absent: 30 days with the last.")
        .Filter("to", "Last day, included; absent: today.")
        .Filter("timezone", "Of the days, such as Europe/Vienna; absent: the site's own, of several Etc/UTC.")
        .Filter("metrics", $"With commas between them: {string.Join(", ", BehaviourQuery.MetricNames)}; absent: visitors,visits,page_views. Vitals are 75th percentiles.")
        .Filter("dimensions", $"At most 3, with commas between them: {string.Join(", ", BehaviourQuery.DimensionNames)}.")
        .Filter("filter", "dimension:value or dimension:value|value, !dimension:value for others than it; may stand up to 10 times, all of them hold. (none) stands for there being no value.")
        .Filter("segment", "A segment: its filters hold too.")
        .Filter("compare", "previous: the days just before, as many; year: the same days a year before.")
        .Filter("bots", "include: programs count too.")
        .Filter("rows", "Rows at most, 1 to 10000; default 1000.");

    private static async Task<IResult> QueryAsync(HttpContext http, IDocumentStore store, ConfigurationCache configuration, TimeProvider time)
    {
        var isFile = Reading.Text(http, "format", "json", "csv") == "csv";
        var (session, query, compared) = await QuestionAsync(http, store, configuration, time);
        var answer = await BehaviourAnswer.FindAsync(session, query, http.RequestAborted);
        var before = compared is null ? null : await BehaviourAnswer.FindAsync(session, compared, http.RequestAborted);
        Reading.Index(http, answer.Index, answer.Lag);
        return isFile ? BehaviourFile.Of(query, answer, before, Reading.Text(http, Compare)) : Results.Json(
            new BehaviourBody(query.From, query.To, query.TimeZone, query.Metrics, query.Dimensions, answer.Rows, answer.Totals, answer.IsCut,
                before is null ? null : new BehaviourBefore(compared!.From, compared.To, before.Rows, before.Totals, before.IsCut)),
            AnalyticsBodies.Default.BehaviourBody);
    }

    /// <summary>The question of a request whose caller may ask it, once the read models have what <c>after</c> says; and the same of the days that it's compared with.</summary>
    /// <param name="http">The request.</param>
    /// <param name="store">Has the read models.</param>
    /// <param name="configuration">Of sites.</param>
    /// <param name="time">Says what today is.</param>
    /// <param name="metric">Asked for where the request names none; null: the usual ones.</param>
    /// <exception cref="ProblemException">It has no answer, or the caller may not ask.</exception>
    internal static async Task<(IQuerySession Session, BehaviourQuery Query, BehaviourQuery? Compared)> QuestionAsync(
        HttpContext http, IDocumentStore store, ConfigurationCache configuration, TimeProvider time, string? metric = null)
    {
        var sites = Sites(http);
        foreach (var site in sites.Length == 0 ? [null] : sites.Select(site => (Guid?)site))
            await SitesOfEndpoints.RequireSiteAsync(http, Permission.AnalyticsRead, site);
        var tenant = Caller.Of(http).TenantId;
        var session = store.QuerySession(tenant);
        var query = await QueryOfAsync(http, tenant, sites, configuration, time, metric is null ? ["visitors", "visits", "page_views"] : [metric]);
        query = query with { Filters = query.Filters.AddRange(await SegmentEndpoints.OfQuestionAsync(http, session)) };
        if (query.Refuse() is { } refused)
            throw new ProblemException(CommandEndpoints.OfRejection(refused));
        var compared = Compared(http, query);
        foreach (var model in BehaviourAnswer.ModelsOf(query))
            await Reading.AwaitAsync(http, session, model);
        return (session, query, compared);
    }

    private static async Task<BehaviourQuery> QueryOfAsync(HttpContext http, string tenant, ImmutableArray<Guid> sites, ConfigurationCache configuration, TimeProvider time, ImmutableArray<string> usual)
    {
        var zone = Reading.Text(http, "timezone") ?? (sites is [var only] ? await ValueAsync(configuration, tenant, only, "timezone", http.RequestAborted) : "Etc/UTC");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) || !known.HasIanaId)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "timezone", "A time zone of the IANA database, such as Europe/Vienna."));
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), known).DateTime);
        var to = Day(http, "to") ?? today;
        return new BehaviourQuery(
            sites, Day(http, "from") ?? to.AddDays(1 - DefaultDays), to, zone, Names(http, "metrics") is { Length: > 0 } metrics ? metrics : usual, Names(http, "dimensions"),
            Filters(http), Reading.Text(http, "bots", "include") is not null,
            (int)(Reading.Number(http, "rows", 1, BehaviourQuery.MaxRows) ?? DefaultRows));
    }

    /// <summary>A text of a site's configuration that holds.</summary>
    internal static async Task<string> ValueAsync(ConfigurationCache configuration, string tenant, Guid site, string name, CancellationToken cancel)
    {
        var key = PlatformKeys.All[name];
        return (await configuration.OfAsync(tenant, fresh: false, cancel)).PathTo(site) is { } path
            ? EffectiveConfiguration.Resolve([.. path.Select(level => level.Level)], key).Value.GetString()!
            : key.Default.GetString()!;
    }

    private static BehaviourQuery? Compared(HttpContext http, BehaviourQuery query) => Reading.Text(http, Compare, "previous", "year") switch
    {
        "previous" => query with { From = query.From.AddDays(query.From.DayNumber - query.To.DayNumber - 1), To = query.From.AddDays(-1) },
        "year" => query with { From = query.From.AddYears(-1), To = query.To.AddYears(-1) },
        _ => null,
    };

    private static ImmutableArray<Guid> Sites(HttpContext http)
    {
        var sites = http.Request.Query["siteId"];
        if (sites.Count > BehaviourQuery.MaxSites)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "siteId", string.Create(CultureInfo.InvariantCulture, $"At most {BehaviourQuery.MaxSites} sites.")));
        return [.. sites.Select(site => Guid.TryParseExact(site, "D", out var id) ? id : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "siteId", "A UUID."))).Distinct()];
    }

    private static DateOnly? Day(HttpContext http, string name) => Reading.Text(http, name) is not { } text ? null
        // PostgreSQL's days and ours both go on beyond it; a difference of days has to as well.
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 9000 ? day
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, "A day such as 2026-01-31."));

    private static ImmutableArray<string> Names(HttpContext http, string name) => Reading.Text(http, name) is { } text ? [.. text.Split(',')] : [];

    private static ImmutableArray<BehaviourFilter> Filters(HttpContext http) => http.Request.Query["filter"] is { Count: <= BehaviourQuery.MaxFilters } filters ? [.. filters.Select(Filter)]
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "filter", $"At most {BehaviourQuery.MaxFilters} filters."));

    private static BehaviourFilter Filter(string? text)
    {
        if (text is null || text.Length > 2_000 || text.Contains('\0') || text.IndexOf(':') is not (> 0 and var end))
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "filter", "Such as country:BR|US or !device:mobile; at most 2000 characters."));
        var isNegated = text[0] == '!';
        return new BehaviourFilter(text[(isNegated ? 1 : 0)..end], [.. text[(end + 1)..].Split('|')], isNegated);
    }
}
