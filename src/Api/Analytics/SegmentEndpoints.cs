using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Filters and conditions with a name, which everybody of the tenant may ask with.</summary>
public static class SegmentEndpoints
{
    private static readonly Segments Details = new();

    /// <summary>Who may on a site that the segment is for may ask of it.</summary>
    internal static SitesOfRequest OfSegment { get; } = new("a site that the segment is for; for all, in the tenant", async (http, store) =>
        Guid.TryParse(http.GetRouteValue("id") as string, out var id) && await FindAsync(http, store.QuerySession(Caller.Of(http).TenantId), id) is { } segment
            ? segment.Sites is { } sites ? [.. sites] : null : []);

    private static AnalyticsBodies Json => AnalyticsBodies.Default;

    public static void MapSegments(this RouteGroupBuilder api)
    {
        var segments = api.MapGroup("/analytics/segments").WithTags("Analytics");

        segments.MapStart("/", Json.SegmentBody, (body, to) => new DefineSegment(to.Id, body.Name, FiltersOf(body), ConditionsOf(body), SitesOf(body)), SegmentCommands.Define)
            .Requires(Permission.AnalyticsManage).OfSitesIn<DefineSegment>("each of siteIds; without them in the tenant", (command, _, _) => Task.FromResult(Of(command.Sites)))
            .Describe("DefineSegment", "Give filters and conditions a name", $"Filters are of what happened, conditions of how often its visitor did what before the question's end. Names are unique in the tenant, which has at most {SegmentList.Most}. With siteIds it's for these and those below them: elsewhere nobody is in it, and questions about other sites can't name it.");
        segments.MapReplace("/{id:guid}", Json.SegmentBody, (body, to) => new ChangeSegment(to.Id, body.Name, FiltersOf(body), ConditionsOf(body), SitesOf(body)), SegmentCommands.Change)
            .Requires(Permission.AnalyticsManage).OfSitesIn<ChangeSegment>("each site that it was for and each of siteIds; for all, in the tenant", async (command, session, cancel) => [.. await SitesAsync(session, command.SegmentId, cancel), .. Of(command.Sites)])
            .Describe("ChangeSegment", "Say anew what a segment is called and leaves", "All of it is replaced; questions go by it at once.");
        segments.MapVerb("/{id:guid}/archive", Json.EmptyBody, (_, to) => new ArchiveSegment(to.Id), SegmentCommands.Archive, optional: true)
            .Requires(Permission.AnalyticsManage).OfSitesIn<ArchiveSegment>("each site that it's for; for all, in the tenant", (command, session, cancel) => SitesAsync(session, command.SegmentId, cancel))
            .Describe("ArchiveSegment", "Put a segment away", "Its name is free; questions that name it are refused.");
        segments.MapGet("/", ListAsync).Requires(Permission.AnalyticsRead).OfSiteInQuery().Collection<SegmentDetails>()
            .Filter("siteId", "Only those that are for this site: for all, for it or for one above it.").Describe("ListSegments", "Segments of the tenant", "In id order.");
        segments.MapGet("/{id:guid}", (HttpContext http, Guid id, IDocumentStore store) => Reading.FoldedAsync(http, store, Details, id, segment => segment.Version, AnalyticsReadJson.Default.SegmentDetails))
            .Requires(Permission.AnalyticsRead).OfSite(OfSegment).Resource<SegmentDetails>().Describe("GetSegment", "A segment, as it is or as it was", "Read from its stream: never stale.");
        segments.MapGet("/{id:guid}/visitors", VisitorsAsync).Requires(Permission.AnalyticsRead).Expensive().OnAnySite(VisitorEndpoints.OnEach).Counted<SegmentVisitorsBody>().Problems(ProblemKind.NotFound)
            .Filter("siteId", "A site; may stand up to 100 times: who was there. Absent: all sites of the tenant.")
            .Filter("at", "RFC 3339 time: conditions hold then; absent: now.")
            .Filter("bots", "include: programs count too.")
            .Describe("CountSegmentVisitors", "How many visitors a segment has", "Of all that ever came before the moment. Only who agreed to be recognised is one visitor on two days.");
    }

    /// <summary>The segment that a question names; null: it names none.</summary>
    /// <param name="http">The request.</param>
    /// <param name="session">The tenant's.</param>
    /// <param name="sites">That the question is about; none: all of the tenant.</param>
    /// <exception cref="ProblemException">There is no such segment, it's archived, or it isn't for one of the sites.</exception>
    internal static async Task<Segment?> OfQuestionAsync(HttpContext http, IQuerySession session, ImmutableArray<Guid> sites)
    {
        if (Reading.Uuid(http, "segment") is not { } id) return null;
        var segment = await FindAsync(http, session, id) ?? throw new ProblemException(Problem.Field(ProblemKind.Invalid, "segment", "There is no such segment, or it's archived."));
        await RequireForAsync(http, segment, sites);
        return segment;
    }

    // Of all sites it would tell less than it seems to.
    private static async Task RequireForAsync(HttpContext http, Segment segment, ImmutableArray<Guid> sites)
    {
        if (segment.Sites is not { } shared) return;
        if (sites.IsEmpty)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "siteId", "Must be there: the segment is for some sites only."));
        var (configurations, tenant) = (http.RequestServices.GetRequiredService<ConfigurationCache>(), Caller.Of(http).TenantId);
        foreach (var site in sites)
            if (!(await configurations.UpAsync(tenant, site, http.RequestAborted)).Any(shared.Contains))
                throw new ProblemException(Problem.Field(ProblemKind.Invalid, "siteId", $"Must be sites that the segment is for, which {site} isn't."));
    }

    private static IReadOnlyList<Guid?> Of(ImmutableArray<Guid>? sites) => sites is { } some ? [.. some.Take(DefineSegment.MostSites)] : [null];

    // One that there isn't is for no site: who may nowhere isn't let in, and others are told so.
    private static async Task<IReadOnlyList<Guid?>> SitesAsync(IQuerySession session, Guid id, CancellationToken cancel) =>
        (await session.Events.AggregateStreamAsync<Segment>(id, cancel: cancel)).State is { Version: > 0 } segment ? Of(segment.Sites) : [];

    internal static async Task<Segment?> FindAsync(HttpContext http, IQuerySession session, Guid id) =>
        (await session.Events.AggregateStreamAsync<Segment>(id, cancel: http.RequestAborted)).State is { Exists: true } segment ? segment : null;

    private static async Task<IResult> VisitorsAsync(HttpContext http, Guid id, IDocumentStore store, TimeProvider time)
    {
        var sites = await BehaviourParameters.SitesAsync(http);
        var session = await VisitorEndpoints.SessionAsync(http, store);
        if (await FindAsync(http, session, id) is not { } segment)
            throw new ProblemException(new Problem(ProblemKind.NotFound, "There is no such segment, or it's archived."));
        await RequireForAsync(http, segment, sites);
        var at = Reading.Instant(http, "at") ?? time.GetUtcNow();
        if (at.Year is < 1970 or > 9000)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "at", "A time between 1970 and 9000."));
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var query = new BehaviourQuery(sites, day, day, "Etc/UTC", ["events"], [], segment.Filters, Reading.Text(http, "bots", "include") is not null, 1) { Conditions = segment.Conditions, ConditionsAt = at };
        if (query.Refuse() is { } refused)
            return CommandEndpoints.OfRejection(refused);
        var (visitors, index, lag) = await BehaviourAudience.CountAsync(session, query, http.RequestAborted);
        Reading.Index(http, index, lag);
        return Results.Json(new SegmentVisitorsBody(visitors, at), Json.SegmentVisitorsBody);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, site) = (Reading.Limit(http), Reading.IdCursor(http), Reading.Uuid(http, "siteId"));
        // With the site itself, so that one that there isn't isn't taken for all.
        ImmutableArray<Guid> path = site is { } of ? [of, .. await http.RequestServices.GetRequiredService<ConfigurationCache>().UpAsync(session.TenantId, of, http.RequestAborted)] : [];
        await Reading.AwaitAsync(http, session, SegmentDetails.ReadModel);
        return Reading.Page(http, await SegmentDetails.ListAsync(session, path, after, limit, http.RequestAborted), limit);
    }

    private static ImmutableArray<Guid>? SitesOf(SegmentBody body) => body.SiteIds is { } sites ? [.. sites] : null;

    private static ImmutableArray<BehaviourFilter> FiltersOf(SegmentBody body) =>
        [.. (body.Filters ?? []).Select(filter => new BehaviourFilter(filter?.Dimension ?? "", [.. filter?.Values ?? []], filter?.Negated ?? false))];

    private static ImmutableArray<BehaviourCondition> ConditionsOf(SegmentBody body) =>
        [.. (body.Conditions ?? []).Select(one => one ?? new SegmentConditionBody()).Select(one => new BehaviourCondition(one.Event, one.SiteId, one.Page, one.AtLeast ?? 1, one.AtMost, one.Days))];
}
