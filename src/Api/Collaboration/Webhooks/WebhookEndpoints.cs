using Platform.Api.Http;
using Platform.Domain.Collaboration;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Collaboration;
using Platform.Projections.Collaboration;

namespace Platform.Api.Collaboration;

public static class WebhookEndpoints
{
    private static readonly Webhooks Details = new();
    private static WebhookBodies Json => WebhookBodies.Default;

    public static void MapWebhooks(this RouteGroupBuilder api)
    {
        var commands = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<WebhookCommands>();
        var secret = SecretAnswer.Of;
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");

        webhooks.MapStart("/", Json.WebhookBody, (body, to) => new CreateWebhook(to.Id, body.ToSettings()), commands.CreateAsync, secret)
            .Requires(Permission.WebhooksManage).Describe("CreateWebhook", "Have a receiver told of events",
                "Of those from now on, each at least once, those of a stream in its order; signed by Standard Webhooks with the secret in the answer, which is shown here and never again. "
                + "At most 50 a tenant. A receiver answers 2xx within 15 s; anything else is tried again, with growing pauses, 410 disables.");
        webhooks.MapReplace("/{id:guid}", Json.WebhookBody, (body, to) => new ChangeWebhook(to.Id, body.ToSettings()), commands.ChangeAsync)
            .Requires(Permission.WebhooksManage).Describe("ChangeWebhook", "Replace what can be edited of a webhook", "What waits for it goes to the new URL.");
        webhooks.MapVerb("/{id:guid}/enable", Json.EmptyBody, (_, to) => new EnableWebhook(to.Id), WebhookCommands.EnableAsync, optional: true)
            .Requires(Permission.WebhooksManage).Describe("EnableWebhook", "Have the receiver told again", "Of events from now on; what is dead is replayed by command.");
        webhooks.MapVerb("/{id:guid}/disable", Json.ReasonBody, (body, to) => new DisableWebhook(to.Id, body.Reason ?? ""), WebhookCommands.DisableAsync)
            .Requires(Permission.WebhooksManage).Describe("DisableWebhook", "Have the receiver told of nothing", "What waits for it becomes a dead letter when its time comes.");
        webhooks.MapVerb("/{id:guid}/rotate-secret", Json.RotateSecretBody, (body, to) => new RotateWebhookSecret(to.Id, body.KeepHours ?? RotateWebhookSecret.UsualHours, to.Now),
                WebhookCommands.RotateSecretAsync, optional: true, after: secret)
            .Requires(Permission.WebhooksManage).Describe("RotateWebhookSecret", "Sign with a new secret", "Shown in the answer and never again. For a time deliveries carry two signatures, by the new one and by the one before.");
        webhooks.MapVerb("/{id:guid}/test", Json.EmptyBody, (_, to) => new TestWebhook(to.Id), WebhookCommands.TestAsync, optional: true)
            .Requires(Permission.WebhooksManage).Describe("TestWebhook", "Deliver an event that says nothing else", "Enabled or not, whatever the filter. What came of it is among the deliveries.");
        webhooks.MapVerb("/{id:guid}/remove", Json.EmptyBody, (_, to) => new RemoveWebhook(to.Id), WebhookCommands.RemoveAsync, optional: true)
            .Requires(Permission.WebhooksManage).Describe("RemoveWebhook", "Take a webhook away for good", "What waits for it, and its dead letters, are never delivered.");
        webhooks.MapGet("/", ListAsync).Requires(Permission.WebhooksRead).Collection<WebhookDetails>()
            .Describe("ListWebhooks", "Webhooks of the tenant", "In id order, without secrets.");
        webhooks.MapGet("/{id:guid}", GetAsync).Requires(Permission.WebhooksRead).Resource<WebhookDetails>()
            .Describe("GetWebhook", "A webhook, as it is or as it was", "Read from its stream: never stale.");
        WebhookDeliveryEndpoints.Map(webhooks);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        await Reading.AwaitAsync(http, session, WebhookDetails.ReadModel);
        return Reading.Page(http, await WebhookDetails.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store) =>
        Reading.FoldedAsync(http, store, Details, id, webhook => webhook.Version, CollaborationReadJson.Default.WebhookDetails);
}
