namespace Platform.Domain.Collaboration;

/// <summary>Has the receiver told of events again.</summary>
public sealed record EnableWebhook(Guid WebhookId) : ICommand<EnableWebhook, Webhook>
{
    public static Decision Decide(EnableWebhook command, Webhook state) => state switch
    {
        { Exists: false } => Webhook.Missing,
        { Enabled: true } => Decision.Nothing,
        _ => Decision.Of(new WebhookEnabled(command.WebhookId)),
    };
}
