namespace Platform.Domain.Collaboration;

/// <summary>Takes a webhook away for good; what waits for it is never delivered.</summary>
public sealed record RemoveWebhook(Guid WebhookId)
{
    public static JointDecision Decide(RemoveWebhook command, Webhook webhook) => !webhook.Exists
        ? Webhook.Missing
        : JointDecision.Of(
            new StreamEvents(command.WebhookId, new WebhookRemoved(command.WebhookId)),
            new StreamEvents(WebhookList.Id, new WebhookUnlisted(command.WebhookId)));
}
