namespace Platform.Domain.Collaboration;

/// <summary>Signs deliveries with a new secret.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="KeepHours">How long the one before is good alongside, 0-168 hours.</param>
/// <param name="At">Now.</param>
public sealed record RotateWebhookSecret(Guid WebhookId, long KeepHours, DateTimeOffset At) : ICommand<RotateWebhookSecret, Webhook>
{
    public const long UsualHours = 24;
    private const long MostHours = 168;

    public static Decision Decide(RotateWebhookSecret command, Webhook state) => state switch
    {
        { Exists: false } => Webhook.Missing,
        _ when command.KeepHours is < 0 or > MostHours => Reject.Invalid("keepHours", $"Must be from 0 to {MostHours}."),
        _ => Decision.Of(new WebhookSecretRotated(command.WebhookId, state.Generation + 1, command.At.AddHours(command.KeepHours))),
    };
}
