namespace Platform.Domain.Collaboration;

/// <summary>Replaces what can be edited of a webhook.</summary>
public sealed record ChangeWebhook(Guid WebhookId, WebhookSettings Settings)
{
    public static Decision Decide(ChangeWebhook command, Webhook webhook, WebhookFacts facts)
    {
        if (!webhook.Exists) return Webhook.Missing;
        if (command.Settings.Check(facts).Rejection is { } invalid) return invalid;

        var settings = command.Settings.Tidy();
        return settings.SameAs(webhook.Settings) ? Decision.Nothing : Decision.Of(new WebhookChanged(command.WebhookId, settings));
    }
}
