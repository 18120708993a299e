namespace Platform.Domain.Collaboration;

/// <summary>Has an event delivered that says nothing else: to see whether the receiver answers, before or after the webhook is enabled.</summary>
public sealed record TestWebhook(Guid WebhookId) : ICommand<TestWebhook, Webhook>
{
    public static Decision Decide(TestWebhook command, Webhook state) => state.Exists ? Decision.Of(new WebhookTested(command.WebhookId)) : Webhook.Missing;
}
