using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Api.Monitoring;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Page<ProjectionStatus>))]
internal sealed partial class MonitoringBodies : JsonSerializerContext;

public static class ProjectionEndpoints
{
    public static void MapProjections(this RouteGroupBuilder api) =>
        api.MapGet("/projections", ListAsync).WithTags("Operations").Requires(Permission.ProjectionsRead).Produces<Page<ProjectionStatus>>()
            .Describe("ListProjections", "Each read model: position, lag, state, error", "A failed projection stands still; it skips nothing.");

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store) => Results.Json(
        new Page<ProjectionStatus>(await ProjectionStatus.AllAsync(store.Options.Database, http.RequestAborted), null), MonitoringBodies.Default.PageProjectionStatus);
}
