using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Monitoring;
using Platform.Projections.Monitoring;

namespace Platform.Api.Monitoring;

/// <summary>Read models, for the platform's own operators. What is done to them is recorded in the platform's own tenant.</summary>
public static class ProjectionEndpoints
{
    private static readonly ProjectionControls Controls = new();
    private static ProjectionBodies Json => ProjectionBodies.Default;

    public static void MapProjections(this RouteGroupBuilder api)
    {
        var commands = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<ProjectionCommands>();
        var projections = api.MapGroup("/projections").WithTags("Operations");

        projections.MapGet("/", ListAsync).Requires(Permission.ProjectionsRead).Produces<Page<ProjectionStatus>>().WithMetadata(new Indexed())
            .Describe("ListProjections", "Each read model: position, lag, state, parked events, error", "One entry a generation. A failed projection stands still; it skips nothing. An event that couldn't be applied is parked, and later events of its stream wait.");
        projections.MapGet("/{name}", GetAsync).Requires(Permission.ProjectionsRead).Answers<ProjectionView>().Problems(ProblemKind.NotFound)
            .Describe("GetProjection", "A read model: its generations, and what is being done to it", "What operators did is read from its stream: never stale.");
        projections.MapVerb("/{name}/pause", Json.ReasonBody, (body, to) => (Name: to["name"], body.Reason), (c, session, cancel) => commands.Pause(c.Name, c.Reason, session, cancel))
            .Requires(Permission.ProjectionsOperate).Describe("PauseProjection", "Let a read model stand still", "Within about two seconds no node follows the log for it any more. It stays readable as it is. Repeated: nothing.");
        projections.MapVerb("/{name}/resume", Json.EmptyBody, (_, to) => to["name"], (name, session, cancel) => commands.Resume(name, session, cancel), optional: true)
            .Requires(Permission.ProjectionsOperate).Describe("ResumeProjection", "Let a paused read model follow again", "From where it stands: nothing is missed. Repeated: nothing.");
        projections.MapVerb("/{name}/generations/{generation}/drop", Json.EmptyBody, (_, to) => (Name: to["name"], Generation: Generation(to)), (c, session, cancel) => commands.Drop(c.Name, c.Generation, session, cancel), optional: true, after: new AfterCommand(typeof(Receipt), ReceiptJson.Default, DropAsync))
            .Requires(Permission.ProjectionsOperate).Describe("DropGeneration", "Drop a generation that nobody reads any more", "A retired one, one left half built, or one of an older version, when no node of older code is left. What readers see can't be dropped (409).");
        projections.MapParkedEvents(commands);
        projections.MapRebuilds(commands);
    }

    /// <summary>What operators want of a read model and did, from its stream.</summary>
    internal static async Task<ProjectionControl?> ControlAsync(IQuerySession session, string name, CancellationToken cancel) =>
        await session.Events.AggregateStreamAsync(Controls, OperatedProjection.IdOf(name), cancel: cancel);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        Reading.Index(http, await store.QuerySession(Caller.Of(http).TenantId).Events.LogSizeAsync(http.RequestAborted) - 1);
        var all = await ProjectionStatus.AllAsync(store.Options.Database, http.RequestAborted);
        return Results.Json(new Page<ProjectionStatus>(all, null), MonitoringBodies.Default.PageProjectionStatus);
    }

    private static async Task<IResult> GetAsync(HttpContext http, string name, IDocumentStore store, ProjectionCommands commands)
    {
        if (commands.Unknown(name) is { } unknown)
            return new Problem(ProblemKind.NotFound, unknown.Detail);
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var control = await ControlAsync(session, name, http.RequestAborted);
        var statuses = (await ProjectionStatus.AllAsync(store.Options.Database, http.RequestAborted)).Where(s => s.Name == name).ToList();
        var rebuild = control?.Rebuilds.FirstOrDefault(r => r.State == ProjectionRebuildDetails.Requested);
        return Results.Json(
            new ProjectionView(name, control?.Pause, rebuild is null ? null : RebuildView.Of(rebuild, statuses), statuses, control?.Version ?? 0), MonitoringBodies.Default.ProjectionView);
    }

    private static int Generation(CommandTarget to) => int.TryParse(to["generation"], System.Globalization.NumberStyles.None, null, out var generation)
        ? generation
        : throw new ProblemException(new Problem(ProblemKind.NotFound, "Generations have numbers: see GET /api/projections."));

    // Recorded first: what was dropped and isn't recorded would be a riddle, what is recorded and still there is dropped when the request is sent again.
    private static async Task<Func<Receipt, object>> DropAsync(HttpContext http, Receipt accepted)
    {
        var services = http.RequestServices;
        try
        {
            if (accepted.Events.Count > 0 && await RecordedAsync(http, accepted) is GenerationDropped dropped)
                await new ProjectionOperations(services.GetRequiredService<DocumentStore>()).DropAsync(
                    services.GetRequiredService<ProjectionCommands>().Stored[dropped.Projection], dropped.Generation, http.RequestAborted);
        }
        catch (InvalidOperationException e)
        {
            throw new ProblemException(new Problem(ProblemKind.Conflict, e.Message));
        }
        return receipt => receipt;
    }

    /// <summary>The last event that a command appended; null: none.</summary>
    internal static async Task<object?> RecordedAsync(HttpContext http, Receipt accepted) =>
        await http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession(Caller.Of(http).TenantId).Events
            .FetchStreamAsync(accepted.StreamId, accepted.Version - 1, accepted.Version, cancel: http.RequestAborted) is [var last] ? last.Data : null;
}
