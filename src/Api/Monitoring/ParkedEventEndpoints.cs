using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Monitoring;

namespace Platform.Api.Monitoring;

/// <summary>Events that read models couldn't apply: what they are, never what they say.</summary>
internal static class ParkedEventEndpoints
{
    private const string What = "Each by tenant, stream, version, sequence and place in the log, with the error; never what the event says. In the order in which they were appended.";

    public static void MapParkedEvents(this RouteGroupBuilder projections, ProjectionCommands commands)
    {
        projections.MapGet("/parked", (HttpContext http, IDocumentStore store) => ListAsync(http, store, null)).Requires(Permission.ProjectionsRead).Paged<ParkedEvent>()
            .Describe("ListParkedEvents", "Events that couldn't be applied, of all read models", What).Filter("tenantId", "Only this tenant's");
        projections.MapGet("/{name}/parked", (HttpContext http, string name, IDocumentStore store) =>
                commands.Unknown(name) is { } unknown ? Task.FromResult<IResult>(new Problem(ProblemKind.NotFound, unknown.Detail)) : ListAsync(http, store, name))
            .Requires(Permission.ProjectionsRead).Paged<ParkedEvent>().Problems(ProblemKind.NotFound)
            .Describe("ListParkedEventsOfProjection", "Events that couldn't be applied, of a read model", What).Filter("tenantId", "Only this tenant's");
        projections.MapVerb("/{name}/parked/{sequence}/retry", ProjectionBodies.Default.ReasonBody, Bind, (c, session, cancel) => commands.Resolve(c.Name, c.Id, c.Sequence, skip: false, c.Reason, session, cancel), after: RebuildEndpoints.Locate)
            .WithMetadata(new Located()).Requires(Permission.ProjectionsOperate).Describe("RetryParkedEvent", "Try a parked event again, by the code of now", "A rebuild of its tenant, at Location, which takes in what waited behind it. If the event still can't be applied, it stays parked.");
        projections.MapVerb("/{name}/parked/{sequence}/skip", ProjectionBodies.Default.ReasonBody, Bind, (c, session, cancel) => commands.Resolve(c.Name, c.Id, c.Sequence, skip: true, c.Reason, session, cancel), after: RebuildEndpoints.Locate)
            .WithMetadata(new Located()).Requires(Permission.ProjectionsOperate).Describe("SkipParkedEvent", "Leave a parked event out, for good", "The model stays without it, also when it's rebuilt; a rebuild of its tenant, at Location, takes in what waited behind it. The event itself stays in the log.");
    }

    private static (string Name, long Sequence, Guid Id, string? Reason) Bind(ReasonBody body, CommandTarget to) => (
        to["name"],
        long.TryParse(to["sequence"], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : throw new ProblemException(new Problem(ProblemKind.NotFound, "Parked events have numbers: see GET /api/projections/parked.")),
        to.Id, body.Reason);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store, string? projection)
    {
        var (limit, tenant, after) = (Reading.Limit(http), Reading.Text(http, "tenantId"), After(Reading.Cursor(http)));
        Reading.Index(http, await store.QuerySession(Caller.Of(http).TenantId).Events.LogSizeAsync(http.RequestAborted) - 1);
        var parked = await ProjectionOperations.ParkedAsync(store.Options.Database, projection, tenant, limit, after: after, cancel: http.RequestAborted);
        return Results.Json(
            new Page<ParkedEvent>(parked, Reading.NextCursor(parked, limit, e => string.Create(CultureInfo.InvariantCulture, $"{e.Sequence}/{e.Generation}/{e.Projection}"))),
            MonitoringBodies.Default.PageParkedEvent);
    }

    private static (long, string, int)? After(string cursor) => cursor.Length == 0 ? null
        : cursor.Split('/') is [var s, var g, var projection]
            && long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && int.TryParse(g, NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            ? (sequence, projection, generation)
        : throw new ProblemException(Reading.BadCursor);
}
