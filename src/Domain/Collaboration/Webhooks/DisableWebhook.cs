namespace Platform.Domain.Collaboration;

/// <summary>Has the receiver told of nothing until the webhook is enabled again.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Reason">1-200 characters, none of them a control character.</param>
public sealed record DisableWebhook(Guid WebhookId, string Reason) : ICommand<DisableWebhook, Webhook>
{
    public static Decision Decide(DisableWebhook command, Webhook state) => state switch
    {
        { Exists: false } => Webhook.Missing,
        _ when DisplayName.Problem(command.Reason) is { } problem => Reject.Invalid("reason", problem),
        { Enabled: false } => Decision.Nothing,
        _ => Decision.Of(new WebhookDisabled(command.WebhookId, command.Reason.Trim())),
    };
}
