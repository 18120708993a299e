using Platform.Domain.Collaboration;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of webhooks say. Of a URL the host alone: the rest may hold what only the receiver should know.</summary>
internal static class WebhookSentences
{
    public static string? Find(object @event) => @event switch
    {
        WebhookCreated e => $"Started a webhook to {Host(e.Settings)}: {Named(e.Settings.Events)}.",
        WebhookChanged e => $"Changed the webhook to {Host(e.Settings)}: {Named(e.Settings.Events)}.",
        WebhookEnabled => "Enabled the webhook.",
        WebhookDisabled e => $"Disabled the webhook: {Quoted(e.Reason.TrimEnd('.'))}.",
        WebhookSecretRotated e => $"Rotated the webhook's secret; the old one is good until {At(e.OldUntil)}.",
        WebhookTested => "Tested the webhook.",
        WebhookRemoved => "Removed the webhook.",
        WebhookDeadLettersReplayed e => $"Replayed {Counted(e.Count, "dead letter")} of the webhook.",
        WebhookListed => "Listed a webhook.",
        WebhookUnlisted => "Took a webhook off the list.",
        WebhookDelivered e => $"Delivered {e.Event.Type} to a webhook at attempt {e.Attempt}: {e.Status}.",
        WebhookDeliveryFailed e => $"Couldn't deliver {e.Event.Type} to a webhook at attempt {e.Attempt}{(e.NextAt is null ? ", and gave up" : "")}: {Quoted(e.Error.TrimEnd('.'))}.",
        WebhookDeliveryReplayed e => $"Replayed the delivery of {e.Event.Type} to a webhook.",
        WebhookDeliveryDropped e => $"Dropped the delivery of {e.Event.Type} to a webhook: {Quoted(e.Reason.TrimEnd('.'))}.",
        _ => null,
    };

    private static string Host(WebhookSettings settings) => Uri.TryCreate(settings.Url, UriKind.Absolute, out var uri) ? Quoted(uri.IdnHost) : "a receiver";
}
