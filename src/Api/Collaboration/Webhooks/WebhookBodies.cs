using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Collaboration;
using Platform.Processors;

namespace Platform.Api.Collaboration;

/// <summary>A receiver of events, whole.</summary>
/// <param name="Url">https, at most 2,048 characters, no user name, no fragment; port 443 or one from 1024 on; an address of the public internet.</param>
/// <param name="Events">1-20 types of events such as <c>content.item-published</c>, beginnings such as <c>content.*</c> or <c>content.item-*</c>, or <c>*</c>.</param>
/// <param name="SiteId">Only events of this site: those that name it, and those of items whose home it is; default: all.</param>
/// <param name="Description">For people, 1-200 characters.</param>
public sealed record WebhookBody(string? Url, ImmutableArray<string?>? Events, Guid? SiteId, string? Description)
{
    public WebhookSettings ToSettings() => new(Url ?? "", [.. (Events ?? []).Select(filter => filter ?? "")], SiteId, Description);
}

/// <summary>How a secret is rotated.</summary>
/// <param name="KeepHours">How long deliveries are signed with the old secret as well, 0-168 hours; default: 24.</param>
public sealed record RotateSecretBody(long? KeepHours);

/// <summary>Which dead letters are replayed: at most 200 at once, the earliest events first.</summary>
/// <param name="From">Last attempt not earlier; default: any.</param>
/// <param name="To">Last attempt earlier; default: any.</param>
public sealed record ReplayDeadBody(
    [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? From, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? To);

/// <summary>A receipt with the secret that deliveries are signed with: nothing else ever tells it.</summary>
/// <param name="StreamId">The webhook.</param>
/// <param name="Version">Version of its stream after the command; also the ETag.</param>
/// <param name="Events">Its new events.</param>
/// <param name="Timestamp">When they were recorded, UTC.</param>
/// <param name="State">As in any receipt.</param>
/// <param name="Secret"><c>whsec_</c> and base64: what a library for Standard Webhooks takes.</param>
public sealed record SecretReceipt(Guid StreamId, long Version, IReadOnlyList<ReceiptEvent> Events, DateTimeOffset Timestamp, string? State, string Secret);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(RotateSecretBody))]
[JsonSerializable(typeof(ReplayDeadBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(SecretReceipt))]
internal sealed partial class WebhookBodies : JsonSerializerContext;
