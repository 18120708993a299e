namespace Platform.Domain.Collaboration;

/// <summary>Has a receiver told of events.</summary>
/// <param name="WebhookId">New, given by the caller; the webhook's stream.</param>
/// <param name="Settings">What is wanted.</param>
public sealed record CreateWebhook(Guid WebhookId, WebhookSettings Settings)
{
    public static JointDecision Decide(CreateWebhook command, Webhook webhook, WebhookList list, WebhookFacts facts)
    {
        if (command.Settings.Check(facts).Rejection is { } invalid) return invalid;
        if (webhook.Version > 0) return Reject.Conflict($"The webhook {command.WebhookId} already exists.");
        if (list.Webhooks.Count >= WebhookList.Most) return Reject.Conflict($"A tenant has at most {WebhookList.Most} webhooks.");

        return JointDecision.Of(
            new StreamEvents(command.WebhookId, new WebhookCreated(command.WebhookId, command.Settings.Tidy())),
            new StreamEvents(WebhookList.Id, new WebhookListed(command.WebhookId)));
    }
}
