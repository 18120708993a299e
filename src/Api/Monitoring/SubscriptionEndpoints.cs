using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Api.Monitoring;

public static class SubscriptionEndpoints
{
    public static void MapSubscriptions(this RouteGroupBuilder api) =>
        api.MapGet("/subscriptions", ListAsync).WithTags("Operations").Requires(Permission.ProjectionsRead).Produces<Page<SubscriptionStatus>>().WithMetadata(new Indexed())
            .Describe("ListSubscriptions", "Each subscription: position, lag, deliveries that wait, dead letters, error",
                "Over all tenants, in numbers. A tenant sees its own dead letters in the deliveries of its webhooks, and replays or drops them there.");

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        Reading.Index(http, await store.QuerySession(Caller.Of(http).TenantId).Events.LogSizeAsync(http.RequestAborted) - 1);
        var all = await SubscriptionStatus.AllAsync(store.Options.Database, http.RequestAborted);
        return Results.Json(new Page<SubscriptionStatus>(all, null), MonitoringBodies.Default.PageSubscriptionStatus);
    }
}
