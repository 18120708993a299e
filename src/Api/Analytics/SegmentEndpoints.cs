using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Filters with a name, which everybody of the tenant may ask with.</summary>
public static class SegmentEndpoints
{
    private static readonly Segments Details = new();

    private static AnalyticsBodies Json => AnalyticsBodies.Default;

    public static void MapSegments(this RouteGroupBuilder api)
    {
        var segments = api.MapGroup("/analytics/segments").WithTags("Analytics");

        segments.MapStart("/", Json.SegmentBody, (body, to) => new DefineSegment(to.Id, body.Name, FiltersOf(body)), SegmentCommands.Define)
            .Requires(Permission.AnalyticsManage).Describe("DefineSegment", "Give filters a name", $"Names are unique in the tenant, which has at most {SegmentList.Most}.");
        segments.MapReplace("/{id:guid}", Json.SegmentBody, (body, to) => new ChangeSegment(to.Id, body.Name, FiltersOf(body)), SegmentCommands.Change)
            .Requires(Permission.AnalyticsManage).Describe("ChangeSegment", "Say anew what a segment is called and leaves", "All of it is replaced; questions go by it at once.");
        segments.MapVerb("/{id:guid}/archive", Json.EmptyBody, (_, to) => new ArchiveSegment(to.Id), SegmentCommands.Archive, optional: true)
            .Requires(Permission.AnalyticsManage).Describe("ArchiveSegment", "Put a segment away", "Its name is free; questions that name it are refused.");
        segments.MapGet("/", ListAsync).Requires(Permission.AnalyticsRead).Collection<SegmentDetails>().Describe("ListSegments", "Segments of the tenant", "In id order.");
        segments.MapGet("/{id:guid}", (HttpContext http, Guid id, IDocumentStore store) => Reading.FoldedAsync(http, store, Details, id, segment => segment.Version, AnalyticsReadJson.Default.SegmentDetails))
            .Requires(Permission.AnalyticsRead).Resource<SegmentDetails>().Describe("GetSegment", "A segment, as it is or as it was", "Read from its stream: never stale.");
    }

    /// <summary>Filters of the segment that a question names; none where it names none.</summary>
    /// <exception cref="ProblemException">There is no such segment, or it's archived.</exception>
    internal static async Task<ImmutableArray<BehaviourFilter>> OfQuestionAsync(HttpContext http, IQuerySession session)
    {
        if (Reading.Uuid(http, "segment") is not { } id)
            return [];
        return (await session.Events.AggregateStreamAsync<Segment>(id, cancel: http.RequestAborted)).State is { Exists: true } segment
            ? segment.Filters
            : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "segment", "There is no such segment, or it's archived."));
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
}
