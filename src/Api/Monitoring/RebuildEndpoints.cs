using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Monitoring;
using Platform.Projections.Monitoring;

namespace Platform.Api.Monitoring;

/// <summary>Rebuilds of read models: asked for here, carried out by whichever node comes to it.</summary>
internal static class RebuildEndpoints
{
    private const string All = "*";
    private static ProjectionBodies Json => ProjectionBodies.Default;

    public static void MapRebuilds(this RouteGroupBuilder projections, ProjectionCommands commands)
    {
        var region = ((IEndpointRouteBuilder)projections).ServiceProvider.GetRequiredService<DocumentStore>().Options.Region;

        projections.MapVerb("/{name}/rebuild", Json.RebuildBody, (body, to) => (Name: to["name"], to.Id, Body: InRegion(body, body.Region, region)),
                (c, session, cancel) => commands.Rebuild(c.Name, c.Id, c.Body.TenantId, c.Body.SwapDifferent ?? false, c.Body.Reason, session, cancel), optional: true, after: Locate)
            .WithMetadata(new Located()).Requires(Permission.ProjectionsOperate).Describe("RebuildProjection", "Build a read model anew from the log", "Beside the one that there is, which stays readable; then both are compared, and the new one takes its place unless they differ. Location names the rebuild.");
        projections.MapStart("/rebuilds", Json.RebuildsBody, (body, to) => (Names: Names(body.Projections), to.Id, Body: InRegion(body, body.Region, region)),
                (c, session, cancel) => commands.Rebuild(c.Names, new RequestRebuilds(c.Id, c.Body.TenantId, c.Body.SwapDifferent ?? false, c.Body.Reason), session, cancel))
            .Requires(Permission.ProjectionsOperate).Describe("RebuildProjections", "Build several read models anew, in one pass over the log", "All of those named, or none where one of them can't be now. One that fails holds up no other.");
        projections.MapVerb("/{name}/rebuilds/{id:guid}/cancel", Json.EmptyBody, (_, to) => (Name: to["name"], to.Id), (c, session, cancel) => commands.Cancel(c.Name, c.Id, session, cancel), optional: true)
            .Requires(Permission.ProjectionsOperate).Describe("CancelRebuild", "Stop a rebuild", "Of all models that it is of, within about a second. What was built is kept, and the next rebuild goes on with it. One that is over: nothing.");
        projections.MapGet("/{name}/rebuilds", ListAsync).Requires(Permission.ProjectionsRead).Paged<RebuildView>().Problems(ProblemKind.NotFound)
            .Describe("ListRebuilds", "Rebuilds of a read model", $"Latest first, the last {ProjectionControl.MostRebuilds}; earlier ones are in the audit trail. Those of new versions of the code too. Never stale.");
        projections.MapGet("/{name}/rebuilds/{id:guid}", GetAsync).Requires(Permission.ProjectionsRead).Answers<RebuildView>().Problems(ProblemKind.NotFound)
            .Describe("GetProjectionRebuild", "A rebuild of a read model: how far it is, or what came of it", "Never stale.");
        projections.MapGet("/rebuilds/{id:guid}", GetAllAsync).Requires(Permission.ProjectionsRead).Answers<RebuildsView>().Problems(ProblemKind.NotFound)
            .Describe("GetRebuild", "A rebuild of several read models", "Never stale.");
    }

    /// <summary>An accepted command answers with the <c>Location</c> of the rebuild that it asked for; sent again with its key, with the same.</summary>
    public static AfterCommand Locate { get; } = new(typeof(Receipt), ReceiptJson.Default, async (http, accepted) =>
    {
        if (accepted.Events.Count > 0 && await ProjectionEndpoints.RecordedAsync(http, accepted) is ProjectionRebuildRequested requested)
            http.Response.Headers.Location = $"{http.Request.PathBase}/api/projections/{requested.Projection}/rebuilds/{requested.RebuildId}";
        return receipt => receipt;
    });

    private static TBody InRegion<TBody>(TBody body, string? named, string region) => named is null || named == region
        ? body
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "region", $"There is the region {region}."));

    // All of them is much: it's asked for in words.
    private static ImmutableArray<string> Names(ImmutableArray<string?>? names)
    {
        if (names is not { IsDefaultOrEmpty: false } given)
            throw Problem.Missing("projections");
        for (var n = 0; n < given.Length; n++)
            if (given[n] is null)
                throw Problem.Missing($"projections[{n}]");
        return given is [All] ? [] : [.. given.Select(name => name!)];
    }

    private static async Task<IResult> ListAsync(HttpContext http, string name, IDocumentStore store, ProjectionCommands commands)
    {
        var (limit, skip) = (Reading.Limit(http), (int)Math.Min(Reading.NumberCursor(http), ProjectionControl.MostRebuilds));
        if (commands.Unknown(name) is { } unknown)
            return new Problem(ProblemKind.NotFound, unknown.Detail);
        var (rebuilds, statuses) = await ReadAsync(http, name, store);
        var page = rebuilds.Skip(skip).Take(limit).Select(r => RebuildView.Of(r, statuses)).ToList();
        return Results.Json(new Page<RebuildView>(page, Reading.NextCursor(page, limit, _ => $"{skip + limit}")), MonitoringBodies.Default.PageRebuildView);
    }

    private static async Task<IResult> GetAsync(HttpContext http, string name, Guid id, IDocumentStore store)
    {
        var (rebuilds, statuses) = await ReadAsync(http, name, store);
        return rebuilds.FirstOrDefault(r => r.Id == id) is { } rebuild
            ? Results.Json(RebuildView.Of(rebuild, statuses), MonitoringBodies.Default.RebuildView)
            : new Problem(ProblemKind.NotFound, $"{name} has no rebuild {id}.");
    }

    private static async Task<IResult> GetAllAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var views = new List<RebuildView>();
        foreach (var name in await ProjectionCommands.RequestedAsync(store.QuerySession(DocumentStore.PlatformTenant), id, http.RequestAborted))
        {
            var (rebuilds, statuses) = await ReadAsync(http, name, store);
            views.AddRange(rebuilds.Where(r => r.Id == id).Select(r => RebuildView.Of(r, statuses)));
        }
        return views.Count == 0
            ? new Problem(ProblemKind.NotFound, "There is no such rebuild of several read models.")
            : Results.Json(new RebuildsView(id, views), MonitoringBodies.Default.RebuildsView);
    }

    private static async Task<(IReadOnlyList<ProjectionRebuildDetails> Rebuilds, IReadOnlyList<ProjectionStatus> Statuses)> ReadAsync(HttpContext http, string name, IDocumentStore store)
    {
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var control = await ProjectionEndpoints.ControlAsync(session, name, http.RequestAborted);
        return (control?.Rebuilds ?? [], await ProjectionStatus.AllAsync(store.Options.Database, http.RequestAborted));
    }
}
