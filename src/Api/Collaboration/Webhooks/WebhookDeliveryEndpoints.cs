using Platform.Api.Http;
using Platform.Domain.Collaboration;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Collaboration;
using Platform.Projections.Collaboration;

namespace Platform.Api.Collaboration;

internal static class WebhookDeliveryEndpoints
{
    private static WebhookBodies Json => WebhookBodies.Default;

    public static void Map(RouteGroupBuilder webhooks)
    {
        webhooks.MapGet("/{id:guid}/deliveries", ListAsync).Requires(Permission.WebhooksRead).Collection<WebhookDeliveryDetails>().Problems(ProblemKind.NotFound)
            .Filter("state", "waiting (it failed, and is tried again), delivered, dead (it was given up) or dropped")
            .Describe("ListWebhookDeliveries", "What was delivered to a webhook, or was tried", "By their events' sequence, the latest first. A delivery is listed from its first attempt on.");
        webhooks.MapVerb("/{id:guid}/deliveries/replay", Json.ReplayDeadBody, (body, to) => new ReplayDeadRange(to.Id, body.From, body.To), WebhookCommands.ReplayDeadAsync, optional: true)
            .Requires(Permission.WebhooksManage).Describe("ReplayDeadDeliveries", "Deliver dead letters once more", "At most 200 at once, the earliest events first: send it again until nothing changes.");
        webhooks.MapVerb("/{id:guid}/deliveries/{deliveryId}/replay", Json.EmptyBody, (_, to) => new ReplayDelivery(to.Id, IdOf(to)), WebhookCommands.ReplayAsync, optional: true)
            .Requires(Permission.WebhooksManage).Describe("ReplayDelivery", "Deliver an event once more", "With the same webhook-id, whether it was delivered, dead or dropped; with all attempts before it. Later events of its stream that are on their way don't wait for it; those that come from now on do.");
        webhooks.MapVerb("/{id:guid}/deliveries/{deliveryId}/drop", Json.ReasonBody, (body, to) => new DropDelivery(to.Id, IdOf(to), body.Reason ?? ""), WebhookCommands.DropAsync)
            .Requires(Permission.WebhooksManage).Describe("DropDelivery", "Give a dead letter up for good", "It's no longer counted among the dead; the log of deliveries keeps it, with the reason.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, before, state) = (Reading.Limit(http), Reading.NumberCursor(http), Reading.Text(http, "state", "waiting", "delivered", "dead", "dropped"));
        if (!(await session.Events.AggregateStreamAsync<Webhook>(id, cancel: http.RequestAborted)).State.Exists)
            return new Problem(ProblemKind.NotFound, "There is no such webhook.");
        await Reading.AwaitAsync(http, session, WebhookDeliveryDetails.ReadModel);
        return Reading.Page(http, await WebhookDeliveryDetails.ListAsync(session, id, state, before, limit, http.RequestAborted), limit);
    }

    private static Guid IdOf(CommandTarget to) =>
        Guid.TryParse(to["deliveryId"], out var id) ? id : throw new ProblemException(new Problem(ProblemKind.NotFound, "There is no such delivery."));
}
