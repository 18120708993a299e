using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Ways of visitors: what they do one after the other, whether they come back, where else they are, and where they are now.</summary>
public static class VisitorEndpoints
{
    internal const string OnEach = "on each site of siteId; without one in the tenant";

    public static void MapVisitors(this RouteGroupBuilder api)
    {
        var analytics = api.MapGroup("/analytics").WithTags("Analytics");
        analytics.MapGet("/funnel", FunnelAsync).Requires(Permission.AnalyticsRead).Expensive().OnAnySite(OnEach).Counted<FunnelBody>().About().Steps()
            .Describe("CountFunnel", "How far visitors come", "Of each step the first time counts: who did a step before the one that comes before it isn't among those who came that far.");
        analytics.MapGet("/retention", RetentionAsync).Requires(Permission.AnalyticsRead).Expensive().OnAnySite(OnEach).Counted<RetentionBody>().About()
            .Filter("block", "Days of a block, 1 to 31; default 7.")
            .Filter("start", "day: blocks begin with the first day's midnight, which is the default; event: with the first event.")
            .Describe("FindRetention", "Who comes back", "Visitors by the block of days in which they came first. Only who agreed to be recognised can be seen to come back: without a cookie each day's visitor is another.");
        analytics.MapGet("/paths", PathsAsync).Requires(Permission.AnalyticsRead).Expensive().OnAnySite(OnEach).Counted<PathsBody>().About()
            .Filter("page", "Where ways begin; absent: where visits do.")
            .Filter("direction", "next, which is the default, or previous: ways to the page, or to where visits end.")
            .Filter("length", "Pages of a way, 2 to 5; default 3.")
            .Filter("rows", "Ways at most, 1 to 1000; default 1000.")
            .Describe("FindPaths", "Which ways visitors take", "Pages that were shown one after the other within a visit. A page that is loaded anew counts once.");
        analytics.MapGet("/overlap", OverlapAsync).Requires(Permission.AnalyticsRead).Expensive().OnAnySite(OnEach).Counted<OverlapBody>().About()
            .Describe("FindOverlap", "Which sites have visitors in common", "Visitors by exactly which of 2 to 10 sites they were on. Only who agreed to be recognised can be seen on two.");
        analytics.MapGet("/live", LiveAsync).Requires(Permission.AnalyticsRead).OnAnySite(OnEach).Counted<LiveVisitors>()
            .Filter("siteId", "A site; may stand up to 100 times. Absent: all sites of the tenant.")
            .Describe("FindLiveVisitors", "Who is there now", "Visitors of the last five minutes, where they are, and page views of the last thirty minutes.");
    }

    /// <summary>What a question about steps understands beside its scope.</summary>
    internal static RouteHandlerBuilder Steps(this RouteHandlerBuilder endpoint) => endpoint
        .Filter("step", "event or event:page, such as page_view, signed_up or page_view:/news/*; 2 to 10 times, in their order.")
        .Filter("per", "visitor, which is the default, or page: a visitor counts once a page, and all steps are on the same.");

    /// <summary>The steps that a request asks about.</summary>
    /// <exception cref="ProblemException">They can't be counted, or the caller may not ask.</exception>
    internal static async Task<Funnel> FunnelOfAsync(HttpContext http, ConfigurationCache configuration, TimeProvider time)
    {
        var funnel = new Funnel(await ScopeAsync(http, configuration, time), [.. http.Request.Query["step"].Take(Funnel.MaxSteps + 1).Select(StepOf)], Reading.Text(http, "per", "visitor", "page") == "page");
        return funnel.Refuse() is { } refused ? throw new ProblemException(CommandEndpoints.OfRejection(refused)) : funnel;
    }

    private static async Task<IResult> FunnelAsync(HttpContext http, IDocumentStore store, ConfigurationCache configuration, TimeProvider time)
    {
        var funnel = await FunnelOfAsync(http, configuration, time);
        var (steps, index, lag) = await funnel.CountAsync(await SessionAsync(http, store), http.RequestAborted);
        Reading.Index(http, index, lag);
        return Results.Json(new FunnelBody(funnel.Scope.From, funnel.Scope.To, funnel.Scope.TimeZone,
            [.. steps.Select((step, s) => new FunnelStepBody(step.Step.Event, step.Step.Page, step.Count, Part(step.Count, steps[0].Count), Part(step.Count, steps[Math.Max(s - 1, 0)].Count), step.MedianMs))]), VisitorBodies.Default.FunnelBody);
    }

    private static async Task<IResult> RetentionAsync(HttpContext http, IDocumentStore store, ConfigurationCache configuration, TimeProvider time)
    {
        var retention = new Retention(await ScopeAsync(http, configuration, time), (int)(Reading.Number(http, "block", 1, Retention.MaxDays) ?? 7), Reading.Text(http, "start", "day", "event") == "event");
        if (retention.Refuse() is { } refused)
            return CommandEndpoints.OfRejection(refused);
        var (cohorts, start, index, lag) = await retention.FindAsync(await SessionAsync(http, store), http.RequestAborted);
        Reading.Index(http, index, lag);
        return Results.Json(new RetentionBody(retention.Scope.From, retention.Scope.To, retention.Scope.TimeZone, retention.Days, start, cohorts), VisitorBodies.Default.RetentionBody);
    }

    private static async Task<IResult> PathsAsync(HttpContext http, IDocumentStore store, ConfigurationCache configuration, TimeProvider time)
    {
        var paths = new Paths(
            await ScopeAsync(http, configuration, time), PageOf(http), (int)(Reading.Number(http, "length", Paths.MinLength, Paths.MaxLength) ?? 3),
            Reading.Text(http, "direction", "next", "previous") == "previous");
        if (paths.Refuse() is { } refused)
            return CommandEndpoints.OfRejection(refused);
        var (found, times, index, lag) = await paths.FindAsync(await SessionAsync(http, store), http.RequestAborted);
        Reading.Index(http, index, lag);
        return Results.Json(new PathsBody(paths.Scope.From, paths.Scope.To, paths.Scope.TimeZone, found, times), VisitorBodies.Default.PathsBody);
    }

    private static async Task<IResult> OverlapAsync(HttpContext http, IDocumentStore store, ConfigurationCache configuration, TimeProvider time)
    {
        var overlap = new Overlap(await ScopeAsync(http, configuration, time));
        if (overlap.Refuse() is { } refused)
            return CommandEndpoints.OfRejection(refused);
        var (sets, index, lag) = await overlap.FindAsync(await SessionAsync(http, store), http.RequestAborted);
        Reading.Index(http, index, lag);
        return Results.Json(new OverlapBody(overlap.Scope.From, overlap.Scope.To, overlap.Scope.TimeZone, sets), VisitorBodies.Default.OverlapBody);
    }

    private static async Task<IResult> LiveAsync(HttpContext http, IDocumentStore store, TimeProvider time)
    {
        var sites = await BehaviourParameters.SitesAsync(http);
        var (live, index, lag) = await LiveVisitors.FindAsync(await SessionAsync(http, store), sites, time.GetUtcNow(), http.RequestAborted);
        Reading.Index(http, index, lag);
        return Results.Json(live, VisitorBodies.Default.LiveVisitors);
    }

    // What is counted is said by the path, not by metrics; a metric of events lets filters be those of events.
    private static async Task<BehaviourQuery> ScopeAsync(HttpContext http, ConfigurationCache configuration, TimeProvider time) =>
        await BehaviourParameters.QueryAsync(http, configuration, time) with { Metrics = ["events"], Dimensions = [] };

    /// <summary>The caller's tenant, once events are as far as the request wants them.</summary>
    internal static async Task<IQuerySession> SessionAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        await Reading.AwaitAsync(http, session, Hits.ReadModel);
        return session;
    }

    private static FunnelStep StepOf(string? text) => text is null || text.Contains('\0') || text.Length > 1_000 ? new FunnelStep("")
        : text.IndexOf(':') is >= 0 and var end ? new FunnelStep(text[..end], text[(end + 1)..]) : new FunnelStep(text);

    private static string? PageOf(HttpContext http) => http.Request.Query["page"].ToString() is not { Length: > 0 } page ? null
        : page.Contains('\0') ? throw new ProblemException(Problem.Field(ProblemKind.Invalid, "page", "No NUL.")) : page;

    private static double Part(long count, long of) => of == 0 ? 0 : (double)count / of;
}
