using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Api.Monitoring;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Page<ProjectionStatus>))]
[JsonSerializable(typeof(Page<SubscriptionStatus>))]
internal sealed partial class MonitoringBodies : JsonSerializerContext;

public static class ProjectionEndpoints
{
    public static void MapProjections(this RouteGroupBuilder api) =>
        api.MapGet("/projections", ListAsync).WithTags("Operations").Requires(Permission.ProjectionsRead).Produces<Page<ProjectionStatus>>().WithMetadata(new Indexed())
            .Describe("ListProjections", "Each read model: position, lag, state, error", "A failed projection stands still; it skips nothing.");

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        Reading.Index(http, await store.QuerySession(Caller.Of(http).TenantId).Events.LogSizeAsync(http.RequestAborted) - 1);
        var all = await ProjectionStatus.AllAsync(store.Options.Database, http.RequestAborted);
        return Results.Json(new Page<ProjectionStatus>(all, null), MonitoringBodies.Default.PageProjectionStatus);
    }
}
