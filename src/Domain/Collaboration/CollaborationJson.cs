using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Collaboration;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookCreated))]
[JsonSerializable(typeof(WebhookChanged))]
[JsonSerializable(typeof(WebhookEnabled))]
[JsonSerializable(typeof(WebhookDisabled))]
[JsonSerializable(typeof(WebhookSecretRotated))]
[JsonSerializable(typeof(WebhookTested))]
[JsonSerializable(typeof(WebhookRemoved))]
[JsonSerializable(typeof(WebhookDeadLettersReplayed))]
[JsonSerializable(typeof(WebhookListed))]
[JsonSerializable(typeof(WebhookUnlisted))]
[JsonSerializable(typeof(WebhookDelivered))]
[JsonSerializable(typeof(WebhookDeliveryFailed))]
[JsonSerializable(typeof(WebhookDeliveryReplayed))]
[JsonSerializable(typeof(WebhookDeliveryDropped))]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(WebhookDelivery))]
public sealed partial class CollaborationJson : JsonSerializerContext;
