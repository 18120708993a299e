using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Filters and conditions with a name, which everybody of the tenant may ask with.</summary>
public static class SegmentEndpoints
{
    private static readonly Segments Details = new();

    private static AnalyticsBodies Json => AnalyticsBodies.Default;

    public static void MapSegments(this RouteGroupBuilder api)
    {
        var segments = api.MapGroup("/analytics/segments").WithTags("Analytics");

        segments.MapStart("/", Json.SegmentBody, (body, to) => new DefineSegment(to.Id, body.Name, FiltersOf(body), ConditionsOf(body)), SegmentCommands.Define)
            .Requires(Permission.AnalyticsManage).Describe("DefineSegment", "Give filters and conditions a name", $"Filters are of what happened, conditions of how often its visitor did what before the question's end. Names are unique in the tenant, which has at most {SegmentList.Most}.");
        segments.MapReplace("/{id:guid}", Json.SegmentBody, (body, to) => new ChangeSegment(to.Id, body.Name, FiltersOf(body), ConditionsOf(body)), SegmentCommands.Change)
            .Requires(Permission.AnalyticsManage).Describe("ChangeSegment", "Say anew what a segment is called and leaves", "All of it is replaced; questions go by it at once.");
        segments.MapVerb("/{id:guid}/archive", Json.EmptyBody, (_, to) => new ArchiveSegment(to.Id), SegmentCommands.Archive, optional: true)
            .Requires(Permission.AnalyticsManage).Describe("ArchiveSegment", "Put a segment away", "Its name is free; questions that name it are refused.");
        segments.MapGet("/", ListAsync).Requires(Permission.AnalyticsRead).Collection<SegmentDetails>().Describe("ListSegments", "Segments of the tenant", "In id order.");
        segments.MapGet("/{id:guid}", (HttpContext http, Guid id, IDocumentStore store) => Reading.FoldedAsync(http, store, Details, id, segment => segment.Version, AnalyticsReadJson.Default.SegmentDetails))
            .Requires(Permission.AnalyticsRead).Resource<SegmentDetails>().Describe("GetSegment", "A segment, as it is or as it was", "Read from its stream: never stale.");
        segments.MapGet("/{id:guid}/visitors", VisitorsAsync).Requires(Permission.AnalyticsRead).Expensive().OnAnySite(VisitorEndpoints.OnEach).Counted<SegmentVisitorsBody>().Problems(ProblemKind.NotFound)
            .Filter("siteId", "A site; may stand up to 100 times: who was there. Absent: all sites of the tenant.")
            .Filter("at", "RFC 3339 time: conditions hold then; absent: now.")
            .Filter("bots", "include: programs count too.")
            .Describe("CountSegmentVisitors", "How many visitors a segment has", "Of all that ever came before the moment. Only who agreed to be recognised is one visitor on two days.");
    }

    /// <summary>The segment that a question names; null: it names none.</summary>
    /// <exception cref="ProblemException">There is no such segment, or it's archived.</exception>
    internal static async Task<Segment?> OfQuestionAsync(HttpContext http, IQuerySession session) => Reading.Uuid(http, "segment") is not { } id ? null
        : await FindAsync(http, session, id) ?? throw new ProblemException(Problem.Field(ProblemKind.Invalid, "segment", "There is no such segment, or it's archived."));

    private static async Task<Segment?> FindAsync(HttpContext http, IQuerySession session, Guid id) =>
        (await session.Events.AggregateStreamAsync<Segment>(id, cancel: http.RequestAborted)).State is { Exists: true } segment ? segment : null;

    private static async Task<IResult> VisitorsAsync(HttpContext http, Guid id, IDocumentStore store, TimeProvider time)
    {
        var sites = await BehaviourParameters.SitesAsync(http);
        var session = await VisitorEndpoints.SessionAsync(http, store);
        if (await FindAsync(http, session, id) is not { } segment)
            throw new ProblemException(new Problem(ProblemKind.NotFound, "There is no such segment, or it's archived."));
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
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        await Reading.AwaitAsync(http, session, SegmentDetails.ReadModel);
        return Reading.Page(http, await SegmentDetails.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static ImmutableArray<BehaviourFilter> FiltersOf(SegmentBody body) =>
        [.. (body.Filters ?? []).Select(filter => new BehaviourFilter(filter?.Dimension ?? "", [.. filter?.Values ?? []], filter?.Negated ?? false))];

    private static ImmutableArray<BehaviourCondition> ConditionsOf(SegmentBody body) =>
        [.. (body.Conditions ?? []).Select(one => one ?? new SegmentConditionBody()).Select(one => new BehaviourCondition(one.Event, one.SiteId, one.Page, one.AtLeast ?? 1, one.AtMost, one.Days))];
}
